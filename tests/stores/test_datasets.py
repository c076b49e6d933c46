"""Data sets in folders: what readers see after each step at which a process can be killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from sayso.errors import IntegrityError, Refused
from sayso.stores.datasets import FileDatasets, ShardFiles, file_digest

ROWS = pa.table({"word": ["one", "two"]})


@pytest.fixture
def store(tmp_path: Path) -> FileDatasets:
    """An empty store."""
    return FileDatasets(tmp_path)


@pytest.fixture
def draft(store: FileDatasets) -> Iterator[ShardFiles]:
    """A draft of the data set ``d`` with a manifest and a shard in it."""
    with store.building("d") as files:
        files.put("manifest.dsse.json", b"first")
        files.write(0, ROWS)
        yield files


def test_a_store_that_is_not_there_yet_holds_nothing(store: FileDatasets) -> None:
    assert (store.names(), store.versions("d"), store.current("d"), store.manifest("d", 1)) == (
        (),
        (),
        None,
        None,
    )


def test_a_draft_is_seen_by_nobody_and_gone_afterwards(store: FileDatasets) -> None:
    with store.building("d") as files:
        files.put("manifest.dsse.json", b"first")
        assert (store.versions("d"), store.current("d"), store.manifest("d", 1)) == ((), None, None)
    assert not files.folder.exists()


def test_a_draft_is_gone_after_an_exception_too(store: FileDatasets) -> None:
    def fail() -> None:
        with store.building("d") as files:
            files.add(0, ROWS)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not (store.folder("d", 1).parent / "draft").exists()


def test_what_is_sealed_is_whole_and_not_current(store: FileDatasets, draft: ShardFiles) -> None:
    store.seal("d", 1)
    assert (store.versions("d"), store.current("d"), store.manifest("d", 1)) == ((1,), None, b"first")
    assert store.shards("d", 1).names() == ("manifest.dsse.json", "shards/0000.parquet")
    assert not draft.folder.exists()


def test_sealing_takes_the_place_of_what_a_killed_build_sealed(store: FileDatasets) -> None:
    for data in (b"killed before its entry", b"second"):
        with store.building("d") as files:
            files.put("manifest.dsse.json", data)
            files.put(data[:6].decode(), b"")
            store.seal("d", 1)
    assert store.manifest("d", 1) == b"second"
    assert store.shards("d", 1).names() == ("manifest.dsse.json", "second")


def test_what_is_unsealed_is_the_draft_again(store: FileDatasets, draft: ShardFiles) -> None:
    store.seal("d", 1)
    store.unseal("d", 1)
    assert (store.versions("d"), draft.get("manifest.dsse.json")) == ((), b"first")
    draft.put("manifest.dsse.json", b"second")
    store.seal("d", 1)
    assert store.manifest("d", 1) == b"second"


def test_readers_see_what_is_pointed_to_until_another_is(store: FileDatasets) -> None:
    store.folder("d", 1).parent.mkdir(parents=True)
    for version in (1, 2, 12345):
        store.point("d", version)
        assert store.current("d") == version


def test_a_pointer_that_was_begun_and_not_finished_changes_nothing(
    store: FileDatasets, draft: ShardFiles
) -> None:
    store.seal("d", 1)
    store.point("d", 1)
    (store.folder("d", 1).parent / "current.new").write_text("v00")
    assert store.current("d") == 1
    store.point("d", 2)
    assert store.current("d") == 2


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"v0001",
        b"v0001\x0b",
        b"v0001\r\n",
        b"v001\n",
        b"0001\n",
        b"v0001\nv0002\n",
        b"\xff\n",
        b" v0001\n",
    ],
)
def test_a_pointer_is_read_to_the_byte(store: FileDatasets, line: bytes) -> None:
    folder = store.folder("d", 1).parent
    folder.mkdir(parents=True)
    (folder / "current").write_bytes(line)
    with pytest.raises(
        IntegrityError, match="the pointer to the current version of the data set d is damaged"
    ):
        store.current("d")


def test_one_build_of_a_data_set_at_a_time(store: FileDatasets, draft: ShardFiles) -> None:
    with pytest.raises(Refused, match="being built by another process"), store.building("d"):
        pass
    assert draft.get("manifest.dsse.json") == b"first"
    with store.building("other"):
        assert store.names() == ("d", "other")


def test_the_draft_of_a_killed_build_is_removed_by_the_next(store: FileDatasets, tmp_path: Path) -> None:
    left = "from pathlib import Path; import os, sys; from sayso.stores.datasets import FileDatasets\n"
    left += "with FileDatasets(Path(sys.argv[1])).building('d') as files: files.put('words', b'x'); os.kill(os.getpid(), 9)"
    command = [sys.executable, "-c", left, str(tmp_path)]
    assert subprocess.run(command, env={"PYTHONPATH": ":".join(sys.path)}, check=False).returncode == -9
    assert (tmp_path / "datasets/d/draft/words").exists()
    with store.building("d") as files:
        assert files.names() == ()


def test_scratch_is_no_data_set_and_gone_afterwards(store: FileDatasets) -> None:
    with store.scratch() as files:
        files.add(0, ROWS)
        files.write(0, ROWS)
        assert store.names() == ()
        with store.scratch() as other:
            assert other.folder != files.folder
        assert files.folder.exists()
    assert not files.folder.exists()


def test_scratch_of_a_killed_process_is_removed_by_the_next_unless_another_is_at_work(
    store: FileDatasets, tmp_path: Path
) -> None:
    left = tmp_path / "datasets/.scratch-left"
    with store.scratch():
        left.mkdir()
        with store.scratch():
            assert left.exists()
    with store.scratch():
        assert not left.exists()


def test_a_part_is_given_once_and_takes_rows_anew(draft: ShardFiles) -> None:
    draft.add(3, ROWS)
    draft.add(3, ROWS)
    assert draft.part(3).num_rows == 4  # type: ignore[union-attr]
    assert draft.part(3) is None
    draft.add(3, ROWS)
    assert draft.part(3).num_rows == 2  # type: ignore[union-attr]


def test_parts_beyond_what_waits_in_memory_come_back_whole(draft: ShardFiles) -> None:
    words = [f"word {number}" for number in range(120_000)]
    for begin in range(0, len(words), 5_000):
        draft.add(begin // 5_000 % 3, pa.table({"word": words[begin : begin + 5_000]}))
    assert any(draft.folder.rglob("parts/*"))
    assert draft.parts() == {0, 1, 2}
    parts = [draft.part(number) for number in range(3)]
    found = [word for part in parts if part is not None for word in part.column("word").to_pylist()]
    assert sorted(found) == sorted(words)
    assert [draft.part(number) for number in range(3)] == [None, None, None]


def test_closing_removes_parts_that_nobody_asked_for(draft: ShardFiles) -> None:
    draft.add(0, pa.table({"word": ["many"] * 60_000}))
    draft.add(1, ROWS)
    draft.close()
    assert draft.names() == ("manifest.dsse.json", "shards/0000.parquet")


def test_what_is_written_is_read_and_has_its_digest(draft: ShardFiles) -> None:
    name, digest = draft.write(7, ROWS)
    assert (name, draft.read(name), draft.digest(name)) == ("shards/0007.parquet", ROWS, digest)
    assert file_digest(draft.folder / name) == digest
    assert (draft.digest("none"), draft.get("none")) == (None, None)


@pytest.mark.parametrize("data", [None, b"", b"PAR1 and no more"])
def test_a_shard_that_cannot_be_read_is_named(draft: ShardFiles, data: bytes | None) -> None:
    if data is not None:
        draft.put("shards/0009.parquet", data)
    with pytest.raises(IntegrityError, match=r"the file shards/0009\.parquet cannot be read"):
        draft.read("shards/0009.parquet")
