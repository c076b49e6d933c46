"""Policies from packs and files."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy.writing import SMALL
from sayso.errors import InputError
from sayso.intake.policies import load_policy, pack_ids, read_policy_text
from sayso.policy.yamltext import MAX_BYTES


def refusal(file: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_policy(file)
    assert caught.value.exit_status == 2
    return str(caught.value).replace(str(file), "FILE")


def test_the_house_packs_come_with_sayso_and_all_are_in_order() -> None:
    assert {"linkedin", "opt-in", "opt-out-with-notice"} <= set(pack_ids())
    assert list(pack_ids()) == sorted(pack_ids())


@pytest.mark.parametrize("pack", pack_ids())
def test_a_pack_has_the_id_of_its_file(pack: str) -> None:
    assert load_policy(pack).id == pack
    assert read_policy_text(pack)[1] == f"{pack}.yaml"


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    plain, marked = tmp_path / "plain.yaml", tmp_path / "marked.yaml"
    plain.write_text(SMALL, encoding="utf-8")
    marked.write_text(SMALL, encoding="utf-8-sig")
    assert load_policy(plain).digest == load_policy(str(marked)).digest


def test_a_file_that_is_not_there_is_refused_with_advice(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.yaml") == (
        "FILE: the file cannot be read: no such file or directory; "
        f"give a file, or one of the packs {', '.join(pack_ids())} [unreadable]"
    )
    assert "is a directory" in refusal(tmp_path)


def test_bytes_that_are_not_utf_8_are_refused_with_their_place(tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes("sayso: 1\ntitle: Vertr\u00e4ge\n".encode("latin-1"))
    assert refusal(file) == "FILE:2:13: the file is not UTF-8 text; save it as UTF-8 text [not-utf8]"
    file.write_bytes(SMALL.encode("utf-16"))
    assert refusal(file).endswith("save it as UTF-8 text (it looks like UTF-16) [not-utf8]")


def test_every_problem_of_a_file_is_in_the_error(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(SMALL.replace("default: off", "default: of").replace("[GB]", "[UK]"), encoding="utf-8")
    assert refusal(file).count("FILE:") == 2


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_bytes(b"#" * MAX_BYTES + "ü".encode() * 10)
    assert refusal(file).endswith("[too-large]")
