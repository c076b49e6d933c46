"""The reference page of the log says what is so, and its code runs."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature

from log_samples import KEY, NOW, OTHER_KEY, choice, signed, some_choices
from sayso.ledger.checkpoints import format_note
from sayso.ledger.codec import FORMS, encode
from sayso.stores.sqlite_log import SqliteLog

PAGE = (Path(__file__).parents[2] / "docs/reference/log-format.md").read_text()


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "log.sqlite"
    with SqliteLog.create(path) as log:
        log.append(some_choices(21), NOW)
        for size in (0, 5, 21):
            log.keep_checkpoint(signed(size, log.root(size)))
    return path


def run(path: Path, vkey: str) -> None:
    exec(block("python"), {"path": path, "vkey": vkey})  # the page's own code


def test_the_code_on_the_page_accepts_a_sound_log(path: Path) -> None:
    run(path, str(KEY))


def test_the_code_on_the_page_refuses_another_key_and_another_past(path: Path) -> None:
    with pytest.raises((AssertionError, InvalidSignature)):
        run(path, str(OTHER_KEY))
    with SqliteLog.create(path.with_name("other.sqlite")) as other:
        other.append(some_choices(21), NOW)
        other.append([choice()], NOW)
        kept = signed(22, other.root(22))
        other.keep_checkpoint(kept)
    run(path.with_name("other.sqlite"), str(KEY))
    with SqliteLog.create(path.with_name("third.sqlite")) as third:
        third.append(some_choices(22)[1:], NOW)
        third.append([choice()], NOW)
    db = sqlite3.connect(path.with_name("third.sqlite"))
    db.execute("INSERT INTO checkpoints VALUES (22, ?)", (format_note(kept),))
    db.commit()
    db.close()
    with pytest.raises(AssertionError):
        run(path.with_name("third.sqlite"), str(KEY))


def test_the_leaf_on_the_page_is_that_of_its_choice() -> None:
    assert block("json").strip().encode() == encode(choice(), NOW)


def test_every_type_is_on_the_page_with_its_fields() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.+?) \|$", PAGE, re.MULTILINE))
    for form in FORMS:
        fields = ", ".join(field.name + ("?" if field.optional else "") for field in form.fields)
        assert rows[form.type] == fields


def test_the_checkpoint_on_the_page_is_that_of_21_choices(path: Path) -> None:
    with SqliteLog(path) as log:
        assert block("text") == format_note(log.checkpoints()[-1])
