"""The logbook: a changed policy is adopted before what is written under it, and the log is read no more than needed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory_log import MemoryLog
from sayso.errors import InputError, Refused
from sayso.intake.policies import load_policy
from sayso.ledger.checkpoints import SignatureCheck, VerifierKey, check_signature
from sayso.ledger.events import AccountClosed, Entry, Event, PolicyAdopted
from sayso.policy.model import Policy
from sayso.stores.file_keys import FileKeys
from sayso.values.moments import Moment
from sayso.workflows.logbook import (
    BLOCK,
    Logbook,
    backwards,
    checkpoint,
    entry,
    page,
    past,
    pending_adoption,
    write,
)
from shell import SetClock

OPT_IN, LINKEDIN = load_policy("opt-in"), load_policy("linkedin")
NOTHING = AccountClosed("5f", Moment(0))


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> FileKeys:
    """A key pair."""
    return FileKeys.create(tmp_path_factory.mktemp("keys") / "keys", "example.org/log")


class CountingLog(MemoryLog):
    """A log that counts how many entries were read from it."""

    def __init__(self) -> None:
        super().__init__()
        self.read = 0

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[Entry]:
        for each in super().entries(start, end):
            self.read += 1
            yield each


def adopted(policy: Policy) -> PolicyAdopted:
    """Return the adoption of a policy."""
    return PolicyAdopted(policy.id, policy.digest)


@given(st.lists(st.sampled_from([OPT_IN, LINKEDIN]), max_size=8), st.integers(0, 3))
def test_every_entry_stands_under_the_policy_that_was_adopted_last(
    writers: list[Policy], events: int
) -> None:
    """Several processes, each with the policy file as it found it: whoever writes, writes under their own."""
    log, clock = MemoryLog(), SetClock()
    for policy in writers:
        book = Logbook(log, None, clock, policy)  # type: ignore[arg-type]
        written = write(book, [NOTHING] * events)
        assert len(written.entries) == events
        assert pending_adoption(book) == ()
        last = [each.event for each in log.entries() if isinstance(each.event, PolicyAdopted)][-1:]
        assert last == [adopted(policy)]
    kept: list[Event] = [each.event for each in log.entries()]
    assert all(one != other for one, other in pairwise(kept) if isinstance(one, PolicyAdopted))


def test_a_changed_policy_is_adopted_in_the_same_piece_and_first(keys: FileKeys) -> None:
    log = MemoryLog()
    written = write(Logbook(log, keys, SetClock(), OPT_IN), [NOTHING, NOTHING])
    assert written.adopted is not None
    assert (written.adopted.number, written.number) == (0, 1)
    assert [each.event for each in log.entries()] == [adopted(OPT_IN), NOTHING, NOTHING]


def test_a_long_lived_logbook_reads_each_entry_once(keys: FileKeys) -> None:
    log = CountingLog()
    book = Logbook(log, keys, SetClock(), OPT_IN)
    for _ in range(50):
        write(book, [NOTHING])
    assert log.read <= 51


def test_writing_nothing_under_a_known_policy_writes_nothing(keys: FileKeys) -> None:
    log = MemoryLog()
    book = Logbook(log, keys, SetClock(), OPT_IN)
    write(book, [])
    assert (write(book, []).number, log.size()) == (None, 1)


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 5])
def test_reading_backwards_gives_every_entry_from_the_last_to_the_first(size: int) -> None:
    log = MemoryLog()
    if size:
        log.append([NOTHING] * size, Moment(0))
    assert [each.number for each in backwards(log, 0, size)] == list(range(size))[::-1]
    assert [each.number for each in backwards(log, size // 2, size)] == list(range(size // 2, size))[::-1]


def test_a_page_counts_from_the_end_where_its_start_is_negative() -> None:
    log = MemoryLog()
    log.append([NOTHING] * 5, Moment(0))
    assert [each.number for each in page(log, -2, None)] == [3, 4]
    assert [each.number for each in page(log, -99, 2)] == [0, 1]
    assert list(page(log, 5, None)) == []
    with pytest.raises(InputError, match="the log has no entry 6"):
        page(log, 6, None)
    with pytest.raises(InputError, match="no entries yet"):
        entry(MemoryLog(), 0)
    with pytest.raises(InputError):
        entry(log, -1)


def test_a_checkpoint_is_of_the_log_as_it_stands_and_kept_if_asked(keys: FileKeys) -> None:
    log = MemoryLog()
    log.append([NOTHING] * 3, Moment(0))
    signed = checkpoint(log, keys, keep=False)
    assert (signed.size, signed.root, log.checkpoints()) == (3, log.root(3), ())
    assert check_signature(signed, VerifierKey(keys.origin(), keys.public_key())) is SignatureCheck.GOOD
    assert log.checkpoints() == () != (checkpoint(log, keys),)
    assert [each.size for each in log.checkpoints()] == [3]


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_what_is_recorded_has_happened(at: int, now: int) -> None:
    assert past(None, Moment(now), "it") == now
    if at <= now:
        assert past(Moment(at), Moment(now), "it") == at
    else:
        with pytest.raises(Refused):
            past(Moment(at), Moment(now), "it")


def test_state_lies_where_the_paths_say(tmp_path: Path) -> None:
    from sayso.wiring import Paths

    paths = Paths(tmp_path)
    assert {each.parent for each in (paths.keys, paths.log, paths.tags, paths.sources, paths.datasets)} == {
        paths.state
    }
