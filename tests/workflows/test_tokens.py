"""Service tokens: shown once, found by digest, taken back at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sayso.errors import InputError, Refused
from sayso.stores.sqlite_service import SqliteService
from sayso.values.moments import parse_moment
from sayso.workflows.tokens import Issued, holder, issue, revoke
from shell import SetClock


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteService]:
    with SqliteService.at(tmp_path / "service.sqlite") as made:
        yield made


def made(store: SqliteService, name: str = "trainer", scopes: tuple[str, ...] = ("feed:read",)) -> Issued:
    return issue(store, SetClock(), lambda size: bytes(range(size)), name, scopes)


def test_a_token_opens_what_it_was_made_for(store: SqliteService) -> None:
    text = made(store, scopes=("feed:read", "decisions:read", "feed:read")).text
    assert text == "sayso_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    found = holder(store, SetClock(), text)
    assert found is not None
    assert (found.name, found.scopes) == ("trainer", ("decisions:read", "feed:read"))
    assert found.used_on == parse_moment("2025-06-01")
    assert store.tokens()[0].used_on == found.used_on


def test_the_token_itself_is_nowhere_in_the_file_nor_in_what_is_printed(
    store: SqliteService, tmp_path: Path
) -> None:
    issued = made(store)
    assert issued.text is not None
    assert issued.text not in repr(issued)
    for file in tmp_path.iterdir():
        assert issued.text[6:].encode() not in file.read_bytes()
        assert bytes(range(32)) not in file.read_bytes()


@pytest.mark.parametrize(
    "text", ["", "sayso_", "sayso_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9", "nobody", "sayso_é"]
)
def test_what_is_no_token_opens_nothing(store: SqliteService, text: str) -> None:
    made(store)
    assert holder(store, SetClock(), text) is None


def test_a_revoked_token_opens_nothing_from_then_on(store: SqliteService) -> None:
    text = made(store).text or ""
    revoke(store, SetClock(), "trainer")
    assert holder(store, SetClock(), text) is None
    with pytest.raises(Refused):
        revoke(store, SetClock(), "trainer")


def test_a_dry_run_makes_nothing_and_revokes_nothing(store: SqliteService) -> None:
    planned = issue(store, SetClock(), bytes, "trainer", ("feed:read",), dry_run=True)
    assert planned.text is None
    assert store.tokens() == ()
    made(store)
    assert revoke(store, SetClock(), "trainer", dry_run=True).revoked_at is not None
    assert store.tokens()[0].revoked_at is None


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_name_that_was_given_is_refused(store: SqliteService, dry_run: bool) -> None:
    made(store)
    with pytest.raises(Refused, match="name-taken"):
        issue(store, SetClock(), lambda size: bytes(size), "trainer", ("feed:read",), dry_run)


@pytest.mark.parametrize(
    ("name", "scopes", "code"),
    [
        ("Trainer", ("feed:read",), "bad-name"),
        ("", ("feed:read",), "bad-name"),
        ("trainer", (), "no-scope"),
        ("trainer", ("feed:write",), "unknown-scope"),
    ],
)
def test_what_makes_no_token_is_said(
    store: SqliteService, name: str, scopes: tuple[str, ...], code: str
) -> None:
    with pytest.raises(InputError, match=code):
        made(store, name, scopes)
    assert store.tokens() == ()


def test_nobody_can_revoke_a_token_that_is_not_there(store: SqliteService) -> None:
    with pytest.raises(InputError, match="unknown-token"):
        revoke(store, SetClock(), "trainer")
