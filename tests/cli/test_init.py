"""``sayso init``: what it lays out, what it refuses, and how an interrupted one is finished."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sayso.config import read_settings
from sayso.intake.policies import read_policy_text
from sayso.ledger.events import PolicyAdopted
from sayso.workflows.init import STATE, write_files
from shell import Shell


@pytest.mark.parametrize("pack", ["opt-in", "opt-out-with-notice", "linkedin", "github"])
def test_it_starts_from_any_pack_with_its_comments(empty: Shell, pack: str) -> None:
    assert empty.json("init", "--policy", pack)["policy"] == pack
    assert (empty.folder / "policy/house.yaml").read_text() == read_policy_text(pack)[0]
    with empty.project() as project:
        assert [entry.event for entry in project.log.entries()] == [
            PolicyAdopted(project.policy.id, project.policy.digest)
        ]


def test_left_to_itself_it_asks_before_it_uses_anything(empty: Shell) -> None:
    assert empty.json("init")["policy"] == "opt-in"


def test_it_starts_from_a_file_and_from_the_policy_that_is_there(empty: Shell) -> None:
    text = read_policy_text("opt-in")[0].replace("policy: opt-in", "policy: ours")
    empty.write("mine.yaml", text)
    assert empty.json("init", "--policy", "mine.yaml", "--dry-run")["policy"] == "ours"
    empty.write("policy/house.yaml", text)
    assert empty.json("init")["policy"] == "ours"
    assert (empty.folder / "policy/house.yaml").read_text() == text


def test_it_does_not_write_over_another_policy(empty: Shell) -> None:
    empty.write("policy/house.yaml", "ours: 1\n")
    assert empty("init", "--policy", "linkedin", "--json", status=3).codes == ["policy-exists"]
    assert (empty.folder / "policy/house.yaml").read_text() == "ours: 1\n"
    assert not (empty.folder / STATE).exists()


def test_a_project_is_not_made_twice(forum: Shell) -> None:
    before = forum.snapshot()
    assert forum("init", "--json", status=3).codes == ["project-exists"]
    assert forum.snapshot() == before


def test_a_dry_run_leaves_the_folder_empty(empty: Shell) -> None:
    assert empty.json("init", "--dry-run")["files"] == ["policy/house.yaml", ".gitignore", "sayso.yaml"]
    assert list(empty.folder.iterdir()) == []


def test_state_and_keys_are_for_their_owner_alone_and_not_for_version_control(empty: Shell) -> None:
    empty.write(".gitignore", "build/")
    empty("init")
    assert (empty.folder / ".gitignore").read_text() == "build/\n.sayso/\n"
    assert stat.S_IMODE((empty.folder / STATE).stat().st_mode) == 0o700
    assert stat.S_IMODE((empty.folder / STATE / "keys" / "secret").stat().st_mode) == 0o600


def test_names_come_from_the_folder_or_from_the_user(empty: Shell) -> None:
    parent = Shell(empty.folder.parent)
    parent("--project", "My Forum (2)", "init")
    assert read_settings(empty.folder.parent / "My Forum (2)").name == "my-forum-2"
    empty("init", "--name", "ours", "--origin", "example.org/ours", "--shards", "4")
    settings = read_settings(empty.folder)
    assert (settings.name, settings.origin, settings.shards) == ("ours", "example.org/ours", 4)
    with empty.project() as project:
        assert project.keys.origin() == "example.org/ours"


def test_a_bad_name_or_a_bad_policy_leaves_nothing_behind(empty: Shell) -> None:
    assert empty("init", "--name", "Our Forum", "--json", status=2).codes == ["bad-id"]
    assert empty("init", "--origin", "two words", "--json", status=2).codes == ["bad-id"]
    assert empty("init", "--policy", "nothing.yaml", "--json", status=2).codes == ["unreadable"]
    empty.write("torn.yaml", "sayso: 1\npolicy: [")
    assert empty("init", "--policy", "torn.yaml", "--json", status=2).codes == ["yaml"]
    assert [path.name for path in empty.folder.iterdir()] == ["torn.yaml"]


@pytest.mark.parametrize("left", ["keys", "keys log.sqlite", "keys log.sqlite tags.sqlite"])
def test_an_interrupted_init_is_finished_by_the_next(empty: Shell, left: str) -> None:
    """What was made before the kill stays: the key above all, without which nothing could be continued."""
    empty("init")
    (empty.folder / "sayso.yaml").unlink()
    for path in (empty.folder / STATE).iterdir():
        if path.name not in left.split():
            path.unlink()
    key = (empty.folder / STATE / "keys" / "log.pub").read_bytes()
    empty("init")
    assert (empty.folder / STATE / "keys" / "log.pub").read_bytes() == key
    assert empty.json("verify")["holds"] is True


def test_files_are_written_whole(tmp_path: Path) -> None:
    from sayso.workflows.init import NewFile

    write_files(tmp_path, (NewFile("a/b.txt", "one\n"),))
    write_files(tmp_path, (NewFile("a/b.txt", "two\n"),))
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.txt"]
    assert (tmp_path / "a/b.txt").read_bytes() == b"two\n"
