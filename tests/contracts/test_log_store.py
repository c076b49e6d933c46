"""What every log store must do: held against SQLite, PostgreSQL and a log in memory."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from log_samples import KEY, NOW, OTHER_KEY, choice, events, sign, signed, some_choices
from memory_log import MemoryLog
from sayso.errors import IntegrityError
from sayso.ledger import events as ev
from sayso.ledger import merkle
from sayso.ledger.checkpoints import Checkpoint, sign_checkpoint
from sayso.ledger.codec import encode
from sayso.ledger.verify import verify_log
from sayso.ports import LogStore
from sayso.stores.postgres_log import PostgresLog
from sayso.stores.sqlite_log import SqliteLog
from sayso.values.moments import Moment

LATER = Moment(NOW + 1)


@pytest.fixture(params=["sqlite", "postgres", "memory"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LogStore]:
    if request.param == "memory":
        yield MemoryLog()
    elif request.param == "postgres":
        with PostgresLog.create(request.getfixturevalue("postgres_database"), KEY.name) as made:
            yield made
    else:
        with SqliteLog.create(tmp_path / "log.sqlite") as made:
            yield made


def test_a_new_log_is_empty(log: LogStore) -> None:
    assert log.size() == 0
    assert list(log.entries()) == []
    assert log.checkpoints() == ()
    assert log.root(0) == merkle.EMPTY_ROOT


def test_entries_are_numbered_from_zero_without_gaps_and_side_by_side(log: LogStore) -> None:
    first = log.append(some_choices(3), NOW)
    second = log.append(some_choices(2), LATER)
    assert [entry.number for entry in (*first, *second)] == [0, 1, 2, 3, 4]
    assert [entry.logged_at for entry in log.entries()] == [NOW, NOW, NOW, LATER, LATER]
    assert tuple(log.entries()) == (*first, *second)
    assert log.size() == 5


def test_appending_nothing_changes_nothing(log: LogStore) -> None:
    assert log.append((), NOW) == ()
    assert log.append_if(0, (), NOW) == ()
    assert log.append_if(1, (), NOW) is None
    assert log.size() == 0


def test_an_event_that_a_leaf_cannot_hold_keeps_all_beside_it_out(log: LogStore) -> None:
    with pytest.raises(ValueError, match="a leaf cannot hold"):
        log.append([choice(), choice(tag="\ud800")], NOW)
    assert log.size() == 0


def test_append_if_changes_nothing_when_the_log_has_grown(log: LogStore) -> None:
    assert log.append_if(0, [choice()], NOW) is not None
    assert log.append_if(0, [choice()], NOW) is None
    assert log.append_if(2, [choice()], NOW) is None
    assert log.size() == 1
    entries = log.append_if(1, some_choices(2), NOW)
    assert entries is not None
    assert [entry.number for entry in entries] == [1, 2]


def test_a_part_of_the_log_is_read_by_its_numbers(log: LogStore) -> None:
    log.append(some_choices(10), NOW)
    assert [entry.number for entry in log.entries(4)] == [4, 5, 6, 7, 8, 9]
    assert [entry.number for entry in log.entries(4, 6)] == [4, 5]
    assert list(log.entries(10)) == []
    assert [entry.number for entry in log.entries(8, 99)] == [8, 9]


def test_one_members_entries_come_without_the_others(log: LogStore) -> None:
    log.append(
        [choice("aa"), choice("bb"), ev.AccountClosed("aa", NOW), ev.NoticeGiven("v1", NOW, "e-mail")], NOW
    )
    assert [entry.number for entry in log.entries_of("aa")] == [0, 2]
    assert [entry.number for entry in log.entries_of("aa", 2)] == [0]
    assert log.entries_of("cc") == ()


def test_wide_entries_are_notices_without_a_tag_suspensions_and_lifts(log: LogStore) -> None:
    log.append([
        choice("aa"),
        ev.NoticeGiven("v1", NOW, "e-mail"),
        ev.NoticeGiven("v1", NOW, "e-mail", tag="aa"),
        ev.NoticeGiven("v1", NOW, "e-mail", regions=("GB",)),
        ev.SuspensionSet(("ai-training",), NOW, "ICO", "ref"),
        ev.PolicyAdopted("house", "sha256:00"),
        ev.SuspensionLifted(4, NOW),
    ], NOW)  # fmt: skip
    assert [entry.number for entry in log.wide_entries()] == [1, 3, 4, 6]
    assert [entry.number for entry in log.wide_entries(4)] == [1, 3]


def test_entries_of_kinds_are_those_of_these_classes_in_their_order(log: LogStore) -> None:
    log.append(
        [choice("aa"), ev.PolicyAdopted("house", "sha256:00"), ev.AccountClosed("aa", NOW), choice("bb")], NOW
    )
    assert [e.number for e in log.entries_of_kinds((ev.ChoiceMade, ev.PolicyAdopted))] == [0, 1, 3]
    assert [e.number for e in log.entries_of_kinds((ev.ChoiceMade,), 3)] == [0]
    assert [e.number for e in log.entries_of_kinds((ev.ChoiceMade,), None, 1)] == [3]
    assert [e.number for e in log.entries_of_kinds((ev.PolicyAdopted,), 2, 1)] == [1]
    assert log.entries_of_kinds((ev.Delivered,)) == log.entries_of_kinds(()) == ()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(events, min_size=1, max_size=5))
def test_any_event_is_read_back_the_same(log: LogStore, drawn: list[ev.Event]) -> None:
    entries = log.append(drawn, NOW)
    assert tuple(log.entries(entries[0].number)) == entries
    assert [log.leaf(entry.number) for entry in entries] == [encode(event, NOW) for event in drawn]


def test_roots_and_proofs_are_those_of_rfc_6962(log: LogStore) -> None:
    log.append(some_choices(21), NOW)
    hashes = [merkle.leaf_hash(log.leaf(number)) for number in range(21)]
    for size in range(1, 22):
        root = log.root(size)
        assert root == merkle.root_of(hashes[:size])
        for number, proof in enumerate(log.inclusions(range(size), size)):
            assert merkle.verify_inclusion(hashes[number], number, size, proof, root)
        for old in range(size + 1):
            proof = log.consistency(old, size)
            assert merkle.verify_consistency(old, size, log.root(old), root, proof)


def test_questions_beyond_the_end_are_refused(log: LogStore) -> None:
    log.append(some_choices(3), NOW)
    for question in (
        lambda: log.leaf(3),
        lambda: log.leaf(-1),
        lambda: log.root(4),
        lambda: log.inclusions((0,), 4),
        lambda: log.inclusions((0, 3), 3),
        lambda: log.consistency(2, 4),
        lambda: log.consistency(3, 2),
    ):
        with pytest.raises(ValueError):
            question()


def test_checkpoints_are_kept_in_the_order_of_their_sizes(log: LogStore) -> None:
    log.append(some_choices(5), NOW)
    made = [signed(size, log.root(size)) for size in (5, 0, 3)]
    for checkpoint in (*made, made[0]):
        log.keep_checkpoint(checkpoint)
    assert log.checkpoints() == (made[1], made[2], made[0])


def test_a_checkpoint_of_another_log_is_not_kept(log: LogStore) -> None:
    log.append(some_choices(3), NOW)
    for strange in (signed(3, log.root(2)), signed(4, log.root(3))):
        with pytest.raises(IntegrityError, match="is not one of this log"):
            log.keep_checkpoint(strange)
    with pytest.raises(ValueError, match="needs a signature"):
        log.keep_checkpoint(Checkpoint("example.com/sayso", 3, log.root(3)))
    assert log.checkpoints() == ()


def test_what_is_signed_is_the_log_as_it_stands_and_is_kept_where_asked(log: LogStore) -> None:
    log.append(some_choices(3), NOW)
    assert log.signed(signed, keep=False) == signed(3, log.root(3))
    assert log.checkpoints() == ()
    log.append(some_choices(2), NOW)
    assert log.signed(signed) == log.signed(signed) == signed(5, log.root(5))
    assert log.checkpoints() == (signed(5, log.root(5)),)


def test_many_threads_sign_at_once_while_others_write(log: LogStore) -> None:
    def work(turn: int) -> Checkpoint | None:
        log.append([choice(str(turn))], NOW)
        return log.signed(signed, keep=turn % 2 == 0) if turn % 3 else None

    with ThreadPoolExecutor(6) as pool:
        made = [each for each in pool.map(work, range(60)) if each is not None]
    assert all(log.root(each.size) == each.root for each in made)
    assert verify_log(log, KEY, made).holds  # type: ignore[arg-type]


def test_a_sound_log_verifies_and_says_how_much_of_it_is_signed(log: LogStore) -> None:
    for size in (3, 7):
        log.append(some_choices(size - log.size()), NOW)
        log.keep_checkpoint(signed(size, log.root(size)))
    log.append(some_choices(2), NOW)
    report = verify_log(log, KEY)  # type: ignore[arg-type]
    assert report.holds
    assert (report.entries, report.checkpoints, report.signed_size) == (9, 2, 7)


def test_a_checkpoint_of_another_key_does_not_verify(log: LogStore) -> None:
    log.append(some_choices(3), NOW)
    log.keep_checkpoint(sign_checkpoint(Checkpoint(OTHER_KEY.name, 3, log.root(3)), OTHER_KEY, sign))
    report = verify_log(log, KEY)  # type: ignore[arg-type]
    assert [problem.code for problem in report.problems] == ["bad-signature"]
    assert report.signed_size == 0


def test_sixteen_threads_lose_nothing_and_leave_no_gap(log: LogStore) -> None:
    def write(writer: int) -> list[ev.Entry]:
        return [
            entry
            for turn in range(20)
            for entry in log.append([choice(f"{writer}-{turn}-{each}") for each in range(1 + turn % 3)], NOW)
        ]

    with ThreadPoolExecutor(16) as pool:
        acknowledged = [entry for entries in pool.map(write, range(16)) for entry in entries]
    acknowledged.sort(key=lambda entry: entry.number)
    assert [entry.number for entry in acknowledged] == list(range(len(acknowledged)))
    assert list(log.entries()) == acknowledged
    assert verify_log(log, KEY).holds  # type: ignore[arg-type]


def test_of_threads_that_expect_the_same_size_one_alone_appends(log: LogStore) -> None:
    for size in range(10):
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _, at=size: log.append_if(at, [choice()], NOW), range(8)))
        assert sum(answer is not None for answer in answers) == 1
    assert log.size() == 10


def test_who_holds_the_log_appends_alone_and_all_at_once(log: LogStore) -> None:
    log.append(some_choices(3), NOW)
    with ThreadPoolExecutor(1) as pool:
        with log.hold() as held:
            assert held.size() == 3
            waiting = pool.submit(log.append, [choice("waiting")], LATER)
            first = held.append(some_choices(2), NOW)
            second = held.append([choice("held")], LATER)
            assert held.size() == 6
            assert log.size() == 3
            assert not waiting.done()
        (after,) = waiting.result(30)
    assert [entry.number for entry in (*first, *second, after)] == [3, 4, 5, 6]
    assert tuple(log.entries(3)) == (*first, *second, after)
    assert verify_log(log, KEY).holds  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [RuntimeError, OSError, KeyboardInterrupt])
def test_a_hold_that_ends_in_an_error_appends_nothing_and_passes_it_on(
    log: LogStore, error: type[BaseException]
) -> None:
    log.append(some_choices(3), NOW)

    def fail() -> None:
        with log.hold() as held:
            held.append(some_choices(2), NOW)
            raise error("the holder's own")

    with pytest.raises(error, match="the holder's own"):
        fail()
    assert log.size() == 3
    assert log.append([choice()], NOW)[0].number == 3
    assert verify_log(log, KEY).holds  # type: ignore[arg-type]
