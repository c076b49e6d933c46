"""What is kept to save time is believed where it is of this log and this project, and makes no difference to what is found."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from sayso.dataset.digest_table import row_hashes, table_digest
from sayso.ledger.events import AccountClosed
from sayso.stores.snapshots import FileSnapshots
from sayso.values.moments import Moment
from sayso.wiring import Project
from sayso.workflows.delete import delete_record
from sayso.workflows.deletions import DELETIONS, deletions
from sayso.workflows.keeping import keep, kept
from sayso.workflows.logstate import INDEX, LogState, stood
from sayso.workflows.row_hashes import RowHashes
from workflows.worlds_on_disk import (
    NAME,
    SHARDS,
    bring_in,
    built,
    community,
    copied,
    folded,
    opened,
    published,
    say,
    verified,
)

MADE = community(30, seed=5)
AUTHORS = sorted({record.author for record in MADE.records if record.author})


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a published data set, that redacts without a model."""
    return published(tmp_path_factory.mktemp("prepared") / "forum", MADE)


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared project."""
    return copied(prepared, tmp_path / "forum")


def rows(state: LogState) -> list[object]:
    """Return every row that a state's index holds."""
    index = state.index
    tables = (index.words, index.personal, index.deletions, index.closings, index.erasures, index.others)
    return [table.to_pylist() for table in tables]


def index_of(project: Project) -> bytes:
    """Keep the index of the whole log and return the file's bytes."""
    state = folded(project)
    keep(project.book, project.yard.snapshots, INDEX, state.size, state.index.to_bytes())
    return (project.paths.kept / INDEX).read_bytes()


def test_the_state_from_what_is_kept_and_the_tail_is_that_of_the_whole_log(folder: Path) -> None:
    with opened(folder) as project:
        index_of(project)
        size = project.log.size()
        say(project, AUTHORS[0], False)
        for wanted in (None, size, size - 7):
            found, told = stood(project.yard, wanted), LogState(project.log)
            told.extend(project.log.size() if wanted is None else wanted)
            assert rows(found) == rows(told)
            assert (found.size, found.latest) == (told.size, told.latest)
            assert (found.published, found.models) == (told.published, told.models)


def test_a_long_log_is_kept_by_whoever_folds_it(folder: Path) -> None:
    with opened(folder) as project:
        project.log.append([AccountClosed("nobody", Moment(0))] * 2_100, project.clock.now())
        assert not (project.paths.kept / INDEX).exists()
        stood(project.yard)
        found = kept(project.book, project.yard.snapshots, INDEX)
        assert found is not None
        assert found[0] == project.log.size()


def test_what_is_not_of_this_log_to_the_bit_is_not_believed(folder: Path, tmp_path: Path) -> None:
    other = copied(folder, tmp_path / "other")
    with opened(folder) as project:
        say(project, AUTHORS[0], False)
        data = index_of(project)
        for lie in (data[:90] + bytes([data[90] ^ 1]) + data[91:], data[:-9], data[:20], b""):
            (project.paths.kept / INDEX).write_bytes(lie)
            assert kept(project.book, project.yard.snapshots, INDEX) is None
            assert rows(stood(project.yard)) == rows(folded(project))
    with opened(other) as project:
        project.paths.kept.mkdir(exist_ok=True)
        (project.paths.kept / INDEX).write_bytes(data)
        for _ in range(2):  # a shorter log, and then one of the same length with another history
            assert kept(project.book, project.yard.snapshots, INDEX) is None
            assert rows(stood(project.yard)) == rows(folded(project))
            say(project, AUTHORS[0], True)


def test_what_an_earlier_sayso_kept_is_made_anew(folder: Path) -> None:
    with opened(folder) as project:
        keep(project.book, project.yard.snapshots, INDEX, project.log.size(), b"in another form")
        assert rows(stood(project.yard)) == rows(folded(project))


def test_another_ground_or_another_name_is_not_believed(folder: Path) -> None:
    with opened(folder) as project:
        book, snapshots = project.book, project.yard.snapshots
        keep(book, snapshots, "one", 3, b"data", b"ground")
        assert kept(book, snapshots, "one", b"ground") == (3, b"data")
        assert kept(book, snapshots, "one", b"other") is None
        shutil.copy(project.paths.kept / "one", project.paths.kept / "two")
        assert kept(book, snapshots, "two", b"ground") is None
        assert kept(book, None, "one", b"ground") is None


def test_deletions_are_found_in_what_is_kept_as_without_it(folder: Path) -> None:
    with opened(folder) as project:
        bare = replace(project.yard, snapshots=None)
        for person in (None, *AUTHORS[:3]):
            if person:
                record = next(one.id for one in MADE.records if one.author == person)
                delete_record(project.book, project.tags, project.sources, record)
            index = stood(project.yard).index
            for _ in range(2):
                found = deletions(project.yard, index).sort_by("entry")
                assert found.equals(deletions(bare, index).sort_by("entry"))
            assert found.num_rows >= len(AUTHORS[:3]) if person == AUTHORS[2] else True
        assert kept(project.book, project.yard.snapshots, DELETIONS) is None  # not without its ground


def test_deletions_are_looked_for_again_where_the_records_files_are_others(folder: Path) -> None:
    with opened(folder) as project:
        index = stood(project.yard).index
        before = deletions(project.yard, index)
        bring_in(project, replace(MADE, records=MADE.records[::-1]))
        index = stood(project.yard).index
        bare = replace(project.yard, snapshots=None)
        found = deletions(project.yard, index).sort_by("entry")
        assert found.equals(deletions(bare, index).sort_by("entry"))
        assert {*before.column("record").to_pylist()} <= {*found.column("record").to_pylist()}


def test_a_deleted_record_that_the_platform_drops_and_restores_is_found_again(folder: Path) -> None:
    with opened(folder) as project:
        bare = replace(project.yard, snapshots=None)
        record = next(one.id for one in MADE.records if one.author == AUTHORS[0])
        delete_record(project.book, project.tags, project.sources, record)
        without = replace(MADE, records=tuple(one for one in MADE.records if one.id != record))
        for made, there in (
            (MADE, True),
            (without, False),
            (MADE, True),
            (without, False),
            (without, False),
            (MADE, True),
        ):
            bring_in(project, made)
            index = stood(project.yard).index
            found = deletions(project.yard, index).sort_by("entry")
            assert found.equals(deletions(bare, index).sort_by("entry"))
            assert (record in found.column("record").to_pylist()) is there


def test_a_shard_is_hashed_with_the_hashes_that_are_kept_and_to_the_same_digest_without(
    folder: Path, tmp_path: Path
) -> None:
    author = next(one for one in AUTHORS if sum(record.author == one for record in MADE.records) > 1)
    gone = next(one.id for one in MADE.records if one.author == author)
    without = replace(MADE, records=tuple(one for one in MADE.records if one.id != gone))
    found = {}
    for case in ("kept", "lost", "damaged"):
        with opened(copied(folder, tmp_path / case)) as project:
            files = sorted(project.paths.kept.glob("*.hashes"))
            assert len(files) == SHARDS
            for file in files if case != "kept" else ():
                file.unlink() if case == "lost" else file.write_bytes(file.read_bytes()[:-32] + bytes(32))
            hashes = RowHashes(project.book, project.yard.snapshots, NAME)
            bring_in(project, without)
            one = built(project)
            assert one.carried
            store = project.datasets.shards(NAME, one.manifest.version)
            for shard in one.manifest.shards:
                table = store.read(shard.name)
                assert table_digest(table) == shard.logical
                assert case != "kept" or hashes.of(shard) == row_hashes(table)
            found[case] = [shard.file_sha256 for shard in one.manifest.shards]
            assert verified(project).problems == ()
    assert found["kept"] == found["lost"] == found["damaged"]


def test_what_is_kept_holds_no_identifier(folder: Path) -> None:
    with opened(folder) as project:
        index_of(project)
        deletions(project.yard, stood(project.yard).index)
        held = b"".join(path.read_bytes() for path in sorted(project.paths.kept.iterdir()))
        members = {person.member.id.encode() for person in MADE.people}
        assert not any(name in held for name in {*members, *(record.id.encode() for record in MADE.records)})


def test_verification_does_not_read_what_is_kept(folder: Path) -> None:
    with opened(folder) as project:
        say(project, AUTHORS[0], False)
        state = folded(project)
        lie = replace(
            state.index, words=state.index.words.slice(0, 0), closings=state.index.closings.slice(0, 0)
        )
        keep(project.book, project.yard.snapshots, INDEX, state.size, lie.to_bytes())
        assert verified(project).problems == ()


def test_a_folder_that_takes_nothing_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"in the way")
    snapshots = FileSnapshots(tmp_path / "kept")
    snapshots.keep("one", b"data")
    assert snapshots.load("one") is None
