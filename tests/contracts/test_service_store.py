"""What the service's own store must do: tokens, webhooks, answers by idempotency key; held against SQLite."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from sayso.errors import IntegrityError
from sayso.service_ports import LOST, Kept, ServiceToken, Webhook
from sayso.stores.sqlite_service import SqliteService
from sayso.values.moments import DAY, Moment

AT = Moment(20_000 * DAY)
HOOK = Webhook("wh_1", "https://example.org/hook", "whsec_AAAA", ("said-no",), AT, cursor=3)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteService]:
    with SqliteService.at(tmp_path / "service.sqlite") as made:
        yield made


def test_a_token_is_found_by_its_digest_and_by_nothing_else(store: SqliteService) -> None:
    token = ServiceToken("trainer", ("feed:read", "decisions:read"), AT)
    assert store.add_token(token, b"digest")
    assert store.token_of(b"digest") == token
    assert store.token_of(b"another") is None


def test_a_name_is_given_once_even_where_its_token_was_revoked(store: SqliteService) -> None:
    store.add_token(ServiceToken("trainer", ("feed:read",), AT), b"one")
    store.revoke_token("trainer", AT)
    assert not store.add_token(ServiceToken("trainer", ("choices:write",), AT), b"two")
    assert store.token_of(b"two") is None


def test_a_revoked_token_stays_with_the_moment_of_its_first_end(store: SqliteService) -> None:
    store.add_token(ServiceToken("trainer", ("feed:read",), AT), b"one")
    store.revoke_token("trainer", AT)
    again = store.revoke_token("trainer", Moment(AT + DAY))
    assert again is not None
    assert again.revoked_at == AT
    assert store.tokens() == (again,)
    assert store.revoke_token("nobody", AT) is None


def test_the_day_of_its_use_is_kept_with_a_token(store: SqliteService) -> None:
    store.add_token(ServiceToken("trainer", ("feed:read",), AT), b"one")
    store.use_token("trainer", Moment(AT + DAY))
    found = store.token_of(b"one")
    assert found is not None
    assert found.used_on == AT + DAY


def test_webhooks_stand_in_the_order_in_which_they_were_made(store: SqliteService) -> None:
    second = replace(HOOK, id="wh_0", kinds=())
    for each in (HOOK, second):
        store.add_webhook(each)
    assert store.webhooks() == (HOOK, second)
    assert "whsec" not in repr(store.webhooks())


def test_a_webhook_is_where_it_was_last_moved_to_and_a_removed_one_stays_removed(
    store: SqliteService,
) -> None:
    store.add_webhook(HOOK)
    moved = replace(HOOK, cursor=9, attempts=2, next_at=Moment(AT + 1), disabled_at=Moment(AT + 2))
    store.advance_webhook(moved)
    assert store.webhooks() == (moved,)
    assert store.remove_webhook("wh_1")
    assert not store.remove_webhook("wh_1")
    store.advance_webhook(moved)
    assert store.webhooks() == ()


def test_one_deliverer_works_at_a_time(store: SqliteService) -> None:
    with store.delivering() as mine, store.delivering() as another:
        assert (mine, another) == (True, False)
    with store.delivering() as later:
        assert later


def test_the_turn_of_a_killed_deliverer_is_over(store: SqliteService, tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from sayso.stores.sqlite_service import SqliteService\n"
        "with SqliteService.at(Path(sys.argv[1])) as store, store.delivering() as mine:\n"
        "    print(mine, flush=True); time.sleep(600)"
    )
    place = str(tmp_path / "service.sqlite")
    with subprocess.Popen([sys.executable, "-c", program, place], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        with store.delivering() as mine:
            assert not mine
        other.kill()
    with store.delivering() as mine:
        assert mine


def begin(store: SqliteService, request: bytes = b"r", at: int = AT) -> Kept | None:
    return store.begin_answer(b"place", request, Moment(at), Moment(at - DAY), Moment(at - 100))


def test_a_place_is_taken_once_and_gives_its_answer_afterwards(store: SqliteService) -> None:
    assert begin(store) is None
    assert begin(store, b"other", AT + 1) == Kept(b"r", AT, None)
    store.finish_answer(b"place", AT, b"sealed")
    assert begin(store, at=AT + 200) == Kept(b"r", AT, b"sealed")


def test_of_many_at_once_exactly_one_takes_the_place(store: SqliteService) -> None:
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda n: begin(store, at=AT + n), range(64)))
    assert found.count(None) == 1


def test_a_place_given_back_is_free_and_an_answered_one_is_not(store: SqliteService) -> None:
    begin(store)
    store.abandon_answer(b"place", AT)
    assert begin(store) is None
    store.finish_answer(b"place", AT, b"sealed")
    store.abandon_answer(b"place", AT)
    assert begin(store) == Kept(b"r", AT, b"sealed")


def test_an_answer_is_forgotten_after_its_time_and_what_flies_too_long_is_lost(store: SqliteService) -> None:
    begin(store)
    assert begin(store, at=AT + 100) == Kept(b"r", AT, None)
    assert begin(store, at=AT + 101) == Kept(b"r", AT, LOST)
    store.finish_answer(b"place", AT, b"of the one that was lost")
    assert begin(store, at=AT + 102) == Kept(b"r", AT, LOST)
    store.finish_answer(b"place", AT, b"sealed", lost=True)
    store.finish_answer(b"place", AT, b"of another", lost=True)
    assert begin(store, at=AT + DAY) == Kept(b"r", AT, b"sealed")
    assert begin(store, at=AT + 1 + DAY) is None


def test_a_service_that_starts_has_lost_what_was_in_flight_and_nothing_else(store: SqliteService) -> None:
    begin(store)
    store.begin_answer(b"done", b"r", AT, Moment(0), Moment(0))
    store.finish_answer(b"done", AT, b"sealed")
    store.lose_unfinished()
    assert begin(store) == Kept(b"r", AT, LOST)
    assert store.begin_answer(b"done", b"r", AT, Moment(0), Moment(0)) == Kept(b"r", AT, b"sealed")


def test_the_file_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    place = tmp_path / "service.sqlite"
    with ThreadPoolExecutor(8) as threads:
        for each in threads.map(lambda _: SqliteService.at(place), range(8)):
            each.close()
    assert place.stat().st_mode & 0o777 == 0o600
    with SqliteService.at(place) as store:
        assert store.damage() == ()


def test_another_file_in_its_place_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "service.sqlite"
    place.write_bytes(b"SQLite format 3\0" + bytes(200))
    with pytest.raises(IntegrityError):
        SqliteService.at(place)
