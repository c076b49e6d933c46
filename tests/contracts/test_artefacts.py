"""What every keeper of published versions does, in folders and in object storage: either the old version or the new, never a half."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from sayso.errors import IntegrityError, Refused
from sayso.ports import Artefacts, ShardStore
from sayso.stores.datasets import DATASETS, FileDatasets
from sayso.stores.places import spot_of
from sayso.stores.remote_datasets import RemoteDatasets
from sayso.values.addresses import parse_address

ROWS = pa.table({"word": ["one", "two"], "number": [1, 2]})
pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture(params=["folder", "file", "s3"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Artefacts]:
    """Open the same store anew each time, as another process would."""
    if request.param == "folder":
        return lambda: FileDatasets(tmp_path)
    where = f"file://{tmp_path}/elsewhere"
    if request.param == "s3":
        where = f"s3://{request.getfixturevalue('bucket')}/sets/of ours"
    return lambda: RemoteDatasets(tmp_path, spot_of(parse_address(where)), DATASETS)


@pytest.fixture
def store(opened: Callable[[], Artefacts]) -> Artefacts:
    """An empty store."""
    return opened()


def test_machines_that_seal_the_same_version_are_kept_apart(tmp_path: Path, bucket: str) -> None:
    """Each has a state folder of its own; only what the log says tells them which of them publishes."""
    spot = spot_of(parse_address(f"s3://{bucket}/sets"))
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    one, other = (RemoteDatasets(tmp_path / name, spot, DATASETS) for name in ("one", "other"))
    with one.building("d") as first, other.building("d") as second:
        filled(first, b"first")
        filled(second, b"second")
        one.seal("d", 1)
        with pytest.raises(Refused, match="version 1 of the data set d was made by another machine"):
            other.seal("d", 1)
        assert one.manifest("d", 1) == b"first"
        one.point("d", 1)
        other.seal("d", 2)
        other.unseal("d", 2)
        one.seal("d", 2)
    assert (other.manifest("d", 1), other.manifest("d", 2)) == (b"first", b"first")


def filled(files: ShardStore, word: bytes) -> ShardStore:
    """Return a draft with a manifest, a card, an array and two shards in it."""
    files.put("manifest.dsse.json", word)
    files.put("card.md", b"a card")
    files.write(0, ROWS)
    files.write(1, ROWS.slice(1))
    files.put_table("private/mentions.parquet", ROWS)
    files.put_arrays("served.npz", {"one": np.arange(3)})
    return files


@pytest.fixture
def draft(store: Artefacts) -> Iterator[ShardStore]:
    """A draft of the data set ``d``."""
    with store.building("d") as files:
        yield filled(files, b"first")


def test_a_store_that_is_not_there_yet_holds_nothing(store: Artefacts) -> None:
    assert (store.names(), store.current("d"), store.manifest("d", 1)) == ((), None, None)
    assert (store.shards("d", 1).names(), store.shards("d", 1).digest("x")) == ((), None)


def test_a_draft_is_seen_by_nobody(store: Artefacts, draft: ShardStore) -> None:
    assert (store.current("d"), store.manifest("d", 1), store.shards("d", 1).names()) == (None, None, ())


def test_what_is_sealed_is_whole_and_not_current(
    store: Artefacts, draft: ShardStore, opened: Callable[[], Artefacts]
) -> None:
    names = draft.names()
    digests = [draft.digest(name) for name in names]
    store.seal("d", 1)
    other = opened()
    assert (other.names(), other.current("d"), other.manifest("d", 1)) == (("d",), None, b"first")
    found = other.shards("d", 1)
    assert (found.names(), [found.digest(name) for name in names]) == (names, digests)
    assert found.read("shards/0000.parquet") == ROWS
    assert found.read("shards/0001.parquet", ["word"]) == ROWS.slice(1).select(["word"])
    assert found.arrays("served.npz")["one"].tolist() == [0, 1, 2]
    assert (found.get("card.md"), found.get("none")) == (b"a card", None)


def test_readers_see_what_is_pointed_to_until_another_is(
    store: Artefacts, draft: ShardStore, opened: Callable[[], Artefacts]
) -> None:
    store.seal("d", 1)
    for version in (1, 2, 12345):
        store.point("d", version)
        assert opened().current("d") == version


def test_a_pointer_that_was_begun_and_not_finished_changes_nothing(
    store: Artefacts, opened: Callable[[], Artefacts]
) -> None:
    for version, word in ((1, b"first"), (2, b"second")):
        with store.building("d") as files:
            filled(files, word)
            store.seal("d", version)
        assert opened().current("d") == (None if version == 1 else 1)
        if version == 1:
            store.point("d", 1)


def test_sealing_takes_the_place_of_what_a_killed_build_sealed(store: Artefacts) -> None:
    for word in (b"killed before its entry", b"second"):
        with store.building("d") as files:
            files.put("manifest.dsse.json", word)
            files.put(word[:6].decode(), b"")
            store.seal("d", 1)
    assert store.manifest("d", 1) == b"second"
    assert store.shards("d", 1).names() == ("manifest.dsse.json", "second")


def test_what_is_unsealed_is_the_draft_again(store: Artefacts, draft: ShardStore) -> None:
    store.seal("d", 1)
    store.unseal("d", 1)
    assert (store.manifest("d", 1), draft.get("manifest.dsse.json")) == (None, b"first")
    assert store.shards("d", 1).names() == ()
    draft.put("manifest.dsse.json", b"second")
    store.seal("d", 1)
    assert store.manifest("d", 1) == b"second"
    assert len(store.shards("d", 1).names()) == 6


def test_one_build_of_a_data_set_at_a_time(store: Artefacts, draft: ShardStore, opened: Callable[[], Artefacts]) -> None:  # fmt: skip
    with pytest.raises(Refused, match="being built by another process"), opened().building("d"):
        pass
    assert draft.get("manifest.dsse.json") == b"first"
    with store.building("other") as files:
        filled(files, b"other")
        store.seal("other", 1)
    assert "other" in store.names()


def test_a_purged_version_keeps_its_manifest_and_its_card(store: Artefacts, draft: ShardStore) -> None:
    store.seal("d", 1)
    for _ in range(2):
        store.purge("d", 1)
        assert store.shards("d", 1).names() == ("card.md", "manifest.dsse.json")
    store.purge("d", 7)


def test_a_shard_of_a_version_is_taken_over_to_the_bit(store: Artefacts, draft: ShardStore) -> None:
    digest = draft.digest("shards/0000.parquet")
    store.seal("d", 1)
    with store.building("e") as files:
        files.take(store.shards("d", 1), "shards/0000.parquet")
        assert files.digest("shards/0000.parquet") == digest
        with pytest.raises(IntegrityError, match=r"shards/0099\.parquet is missing"):
            files.take(store.shards("d", 1), "shards/0099.parquet")


def test_what_is_missing_or_damaged_is_named(store: Artefacts, draft: ShardStore) -> None:
    draft.put("shards/0008.parquet", b"")
    draft.put("shards/0009.parquet", b"PAR1 and no more")
    draft.put("bad.npz", b"PK no more")
    store.seal("d", 1)
    found = store.shards("d", 1)
    for number in ("0007", "0008", "0009"):
        with pytest.raises(IntegrityError, match=rf"the file shards/{number}\.parquet cannot be read"):
            found.read(f"shards/{number}.parquet")
    for name in ("bad.npz", "none.npz"):
        with pytest.raises(IntegrityError, match=f"the file {name} cannot be read"):
            found.arrays(name)


def test_scratch_is_no_data_set_and_gone_afterwards(store: Artefacts) -> None:
    with store.scratch() as files:
        files.add(0, ROWS)
        files.write(0, ROWS)
        assert (store.names(), files.names()) == ((), ("shards/0000.parquet",))
