"""The roll of members is kept to save time: it makes no difference, and no name stays in it longer than in the sources."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.errors import EdgeError
from sayso.redact.directory import Directory
from sayso.redact.name_index import Index
from sayso.redact.owners import Crowd, Roll
from sayso.wiring import Project
from sayso.workflows.erase import erase
from sayso.workflows.facts import MEMBERS_FILE
from sayso.workflows.logstate import stood
from sayso.workflows.roll import ROLL, acquaintance, called
from workflows.worlds_on_disk import USE, bring_in, built, community, copied, opened, published

MADE = community(40)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a published data set."""
    return published(tmp_path_factory.mktemp("roll") / "forum", MADE)


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared project."""
    return copied(prepared, tmp_path / "forum")


def roll(project: Project, *, kept: bool = True) -> Roll:
    yard = project.yard if kept else replace(project.yard, snapshots=None)
    return acquaintance(yard, USE, project.clock.now(), stood(yard).index).roll


def told(one: Roll) -> list[object]:
    owned = [
        sorted(
            (some.keys[row], one.tags[member]) for row, member in zip(some.rows, some.members, strict=True)
        )
        for some in (one.names, one.handles)
    ]
    return [sorted(one.tags), *owned, one.digest]


def test_what_is_kept_is_what_would_be_worked_out(folder: Path) -> None:
    with opened(folder) as project:
        fresh = roll(project, kept=False)
        assert not (project.paths.kept / ROLL).exists() or told(roll(project)) == told(fresh)
        first = roll(project)
        assert (project.paths.kept / ROLL).exists()
        assert told(first) == told(roll(project)) == told(fresh)


def test_a_roll_of_other_files_or_a_damaged_one_is_worked_out_anew(folder: Path) -> None:
    with opened(folder) as project:
        before = told(roll(project))
        kept = project.paths.kept / ROLL
        data = bytearray(kept.read_bytes())
        data[len(data) // 2] ^= 1
        kept.write_bytes(data)
        assert told(roll(project)) == before
        assert kept.read_bytes() != bytes(data)
        file = project.sources.folder(project.sources.names()[0]) / MEMBERS_FILE
        ground = kept.read_bytes()
        file.touch()
        assert told(roll(project)) == before
        assert kept.read_bytes() == ground
        pq.write_table(pq.read_table(file), file, compression="none")
        assert told(roll(project)) == before
        assert kept.read_bytes()[:32] != ground[:32]


def test_an_erasure_and_an_import_leave_no_name_behind(folder: Path) -> None:
    with opened(folder) as project:
        built(project)
        kept = project.paths.kept / ROLL
        assert kept.exists()
        whose = next(one.member.id for one in MADE.people if one.name)
        erase(project.book, project.tags, project.sources, project.yard.snapshots, whose)
        assert not kept.exists()
        built(project)
        assert kept.exists()
        bring_in(project, MADE)
        assert not kept.exists()


def test_an_erasure_that_cannot_delete_what_was_kept_says_so_and_is_finished_later(folder: Path) -> None:
    whose = next(one.member.id for one in MADE.people if one.name)
    with opened(folder) as project:
        built(project)
        kept = project.paths.kept / ROLL
        kept.unlink()
        kept.mkdir()  # what no file can be deleted from
        with pytest.raises(EdgeError, match=ROLL.replace(".", "[.]")):
            erase(project.book, project.tags, project.sources, project.yard.snapshots, whose)
        assert project.tags.tag_of(whose) is not None
        kept.rmdir()
        erase(project.book, project.tags, project.sources, project.yard.snapshots, whose)
        assert project.tags.is_erased(whose)


def test_an_import_that_cannot_delete_what_was_kept_changes_no_source(folder: Path) -> None:
    with opened(folder) as project:
        kept = project.paths.kept / ROLL
        kept.unlink(missing_ok=True)
        kept.mkdir(parents=True)
        name, size = project.sources.names()[0], project.log.size()
        before = project.sources.digest(name)
        with pytest.raises(EdgeError, match=ROLL.replace(".", "[.]")):
            bring_in(project, community(20))
        assert (project.sources.digest(name), project.log.size()) == (before, size)


def test_who_is_called_what_is_told_of_those_who_are_asked_for(folder: Path) -> None:
    with opened(folder) as project:
        named = [one for one in MADE.people if one.name][:3]
        tags = {project.tags.tag_of(one.member.id): one.name for one in named}
        found = called(project.yard, frozenset(tag for tag in tags if tag))
        assert {one.tag: one.names[0] for one in found} == tags


@given(
    st.lists(
        st.sampled_from(
            ["Ada Lovelace", "Ada B Lovelace", "Anna-Maria King", "Ada", "O'Hara Ada", "A Ada", "Li Li"]
        )
    ),
    st.sets(st.sampled_from("ada lovelace anna maria annamaria king ohara hara li page".split())),
    st.sets(st.integers(0, 5)),
)
def test_how_many_bear_a_part_is_what_a_directory_of_all_says(
    names: list[str], parts: set[str], going: set[int]
) -> None:
    roll = Roll.of((f"t{at}", (name,), ()) for at, name in enumerate(names))
    always = frozenset(f"t{at}" for at in going)
    index = Index(Directory.of_roll(roll, always, b"").arrays)
    ranks = {part: index.rank(part) for part in parts}
    counts = Crowd(roll, always).bearers(parts)
    borne = {part: index.borne[rank] if rank >= 0 else 0 for part, rank in ranks.items()}
    some_go = {part: rank >= 0 and bool(index.always_parts[rank]) for part, rank in ranks.items()}
    assert {part: count for part, (count, _) in counts.items()} == borne
    assert {part: gone > 0 for part, (_, gone) in counts.items()} == some_go
    assert all(gone <= count for count, gone in counts.values())


@given(
    st.lists(
        st.tuples(
            st.lists(
                st.text(max_size=8) | st.sampled_from(["Ada Lovelace", "山田 太郎", "Anna-Maria B"]),
                max_size=2,
            ),
            st.lists(st.text(max_size=6), max_size=2),
        ),
        max_size=5,
    )
)
def test_a_roll_comes_back_from_its_bytes(rows: list[tuple[list[str], list[str]]]) -> None:
    one = Roll.of((f"t{at}", tuple(names), tuple(handles)) for at, (names, handles) in enumerate(rows))
    again = Roll.from_bytes(one.to_bytes())
    assert told(again) == told(one)
