"""Webhooks: told at least once, in order, from their own cursor, over real sockets; nothing is given up."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from receivers import Got, Receiver, receiving
from sayso.errors import InputError
from sayso.http_poster import HttpPoster
from sayso.service_ports import Webhook
from sayso.stores.sqlite_service import SqliteService
from sayso.values.moments import DAY, Moment
from sayso.wiring import Project
from sayso.workflows.feed import withdrawals
from sayso.workflows.messages import signature
from sayso.workflows.webhooks import Deliverer, Told, add_webhook, waiting_items
from shell import SetClock
from workflows.worlds_on_disk import LATE, community, copied, make, opened, say

MADE = community(90)
SOMEBODY = next(each.author for each in MADE.records if each.author) or ""
pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("hooks") / "forum", MADE)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(LATE)


@pytest.fixture
def project(plain: Path, tmp_path: Path, clock: SetClock) -> Iterator[Project]:
    with opened(copied(plain, tmp_path / "forum"), clock) as found:
        yield found


@pytest.fixture
def store(project: Project) -> Iterator[SqliteService]:
    with project.service() as found:
        yield found


@pytest.fixture
def receiver(socket_enabled: None) -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def chance(size: int) -> bytes:
    return bytes(range(size))


def add(project: Project, store: SqliteService, url: str, *kinds: str, after: int | None = None) -> Webhook:
    return add_webhook(project.yard, store, chance, url, kinds, after)


def deliver(project: Project, store: SqliteService, timeout: float = 5.0) -> list[Told]:
    told = Deliverer(project.yard, store, HttpPoster(timeout), chance).deliver()
    assert told is not None
    return list(told)


def entries(receiver: Receiver) -> list[int]:
    return [json.loads(got.body)["data"]["entry"] for got in receiver.got]


def test_a_webhook_is_told_of_what_is_said_after_it_was_made(
    project: Project, store: SqliteService, receiver: Receiver
) -> None:
    hook = add(project, store, receiver.url)
    assert deliver(project, store) == []
    done = say(project, SOMEBODY, yes=False)
    (told,) = deliver(project, store)
    assert told.delivered == 1
    (got,) = receiver.got
    event = json.loads(got.body)
    assert (event["type"], event["data"]["member"]) == ("org.sayso.said.no", SOMEBODY)
    assert event["data"]["entry"] == done.written.number
    assert got.headers["content-type"] == "application/cloudevents+json"
    wanted = signature(
        hook.secret, got.headers["webhook-id"], int(got.headers["webhook-timestamp"]), got.body
    )
    assert got.headers["webhook-signature"] == wanted
    assert deliver(project, store) == []


def test_it_can_begin_at_any_entry_and_takes_the_whole_log_in_order(
    project: Project, store: SqliteService, receiver: Receiver
) -> None:
    add(project, store, receiver.url, after=-1)
    items = withdrawals(project.yard, -1, 100_000).items
    (told,) = deliver(project, store)
    assert told.delivered == len(items) > 100
    assert entries(receiver) == [item.entry for item in items]


def test_it_is_told_of_the_kinds_that_it_wants_alone_and_does_not_look_at_others_again(
    project: Project, store: SqliteService, receiver: Receiver
) -> None:
    add(project, store, receiver.url, "said-no")
    say(project, SOMEBODY, yes=True)
    no = say(project, SOMEBODY, yes=False)
    say(project, SOMEBODY, yes=True)
    deliver(project, store)
    assert entries(receiver) == [no.written.number]
    assert store.webhooks()[0].cursor == project.log.size()


def test_what_is_not_taken_is_tried_again_later_and_nothing_overtakes_it(
    project: Project, store: SqliteService, receiver: Receiver, clock: SetClock
) -> None:
    add(project, store, receiver.url)
    first = say(project, SOMEBODY, yes=False).written.number
    second = say(project, SOMEBODY, yes=True).written.number
    receiver.answer = lambda got: (500, {})
    (told,) = deliver(project, store)
    assert (told.delivered, told.webhook.attempts, told.webhook.cursor) == (0, 1, first)
    assert deliver(project, store) == []
    clock.at = Moment(clock.at + 6_000_000)
    (told,) = deliver(project, store)
    assert told.webhook.attempts == 2
    clock.at = Moment(clock.at + DAY)
    receiver.answer = lambda got: (204, {})
    (told,) = deliver(project, store)
    assert (told.delivered, told.webhook.attempts, told.webhook.next_at) == (2, 0, None)
    assert entries(receiver) == [first, first, first, second]
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 2
    assert len({got.body for got in receiver.got}) == 2


def test_a_receiver_that_asks_to_be_left_alone_is(
    project: Project, store: SqliteService, receiver: Receiver, clock: SetClock
) -> None:
    add(project, store, receiver.url)
    say(project, SOMEBODY, yes=False)
    receiver.answer = lambda got: (429, {"Retry-After": "3600"})
    (told,) = deliver(project, store)
    assert told.webhook.next_at is not None
    assert told.webhook.next_at > clock.at + 3500 * 1_000_000


def test_a_receiver_that_is_gone_is_told_no_more(
    project: Project, store: SqliteService, receiver: Receiver, clock: SetClock
) -> None:
    add(project, store, receiver.url)
    say(project, SOMEBODY, yes=False)
    receiver.answer = lambda got: (410, {})
    (told,) = deliver(project, store)
    assert told.webhook.disabled_at is not None
    clock.at = Moment(clock.at + 10 * DAY)
    assert deliver(project, store) == []
    assert len(receiver.got) == 1


def test_a_redirect_is_not_followed(project: Project, store: SqliteService, receiver: Receiver) -> None:
    add(project, store, receiver.url)
    say(project, SOMEBODY, yes=False)
    receiver.answer = lambda got: (307, {"Location": receiver.url + "/elsewhere"})
    (told,) = deliver(project, store)
    assert told.webhook.attempts == 1
    assert [got.path for got in receiver.got] == ["/hook"]


def test_a_receiver_that_does_not_answer_in_time_or_is_not_there_is_tried_again(
    project: Project, store: SqliteService, receiver: Receiver
) -> None:
    from threading import Event

    over = Event()

    def slow(got: Got) -> tuple[int, dict[str, str]]:
        over.wait(5)
        return 204, {}

    receiver.answer = slow
    add(project, store, receiver.url)
    store.add_webhook(replace(store.webhooks()[0], id="wh_nobody", url="http://127.0.0.1:1/"))
    say(project, SOMEBODY, yes=False)
    told = deliver(project, store, timeout=0.2)
    over.set()
    assert [each.webhook.attempts for each in told] == [1, 1]


def test_one_that_fails_does_not_hold_up_another(
    project: Project, store: SqliteService, receiver: Receiver
) -> None:
    store.add_webhook(
        Webhook("wh_nobody", "http://127.0.0.1:1/", "whsec_AAAA", (), Moment(0), project.log.size())
    )
    add(project, store, receiver.url)
    say(project, SOMEBODY, yes=False)
    deliver(project, store)
    assert len(receiver.got) == 1


def test_one_that_is_removed_while_it_is_told_is_told_no_more(
    project: Project, store: SqliteService, receiver: Receiver
) -> None:
    hook = add(project, store, receiver.url, after=-1)

    def remove(got: Got) -> tuple[int, dict[str, str]]:
        store.remove_webhook(hook.id)
        return 204, {}

    receiver.answer = remove
    deliver(project, store)
    assert len(receiver.got) <= 100 < waiting_items(project.yard, hook)


def test_a_deliverer_that_is_to_end_does_so_after_a_message_and_the_next_goes_on(
    project: Project, store: SqliteService, receiver: Receiver
) -> None:
    add(project, store, receiver.url, after=-1)
    Deliverer(project.yard, store, HttpPoster(), chance).deliver(lambda: len(receiver.got) >= 3)
    assert len(receiver.got) == 3
    deliver(project, store)
    assert entries(receiver) == [item.entry for item in withdrawals(project.yard, -1, 100_000).items]


def test_while_another_delivers_there_is_nothing_to_do(
    project: Project, store: SqliteService, receiver: Receiver
) -> None:
    add(project, store, receiver.url, after=-1)
    with store.delivering():
        assert Deliverer(project.yard, store, HttpPoster(), chance).deliver() is None
    assert receiver.got == []


PROGRAM = """
import sys; from pathlib import Path; from sayso.wiring import open_project
with open_project(Path(sys.argv[1])) as project, project.service() as service:
    project.deliverer(service).deliver()
"""


def test_killed_at_any_moment_it_leaves_nothing_out_and_repeats_one_message_at_most(
    project: Project, store: SqliteService, receiver: Receiver
) -> None:
    add(project, store, receiver.url, after=-1)
    wanted = [item.entry for item in withdrawals(project.yard, -1, 100_000).items]
    running: list[subprocess.Popen[bytes]] = []

    def kill(got: Got) -> tuple[int, dict[str, str]]:
        if len(receiver.got) % 45 == 0:
            running[-1].kill()
        return 204, {}

    receiver.answer = kill
    killed = 0
    while waiting_items(project.yard, store.webhooks()[0]):
        running.append(subprocess.Popen([sys.executable, "-c", PROGRAM, str(project.paths.root)]))
        killed += running[-1].wait() != 0
    found = entries(receiver)
    assert killed >= 2
    assert list(dict.fromkeys(found)) == wanted == sorted(wanted)
    assert len(found) - len(wanted) <= killed
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.org/hook", "not-https"),
        ("ftp://127.0.0.1/", "not-https"),
        ("https://", "bad-address"),
        ("https://ada@example.org/", "bad-address"),
        ("https://example.org/#part", "bad-address"),
        ("https://example.org:port/", "bad-address"),
        ("https://exa mple.org/", "bad-address"),
        ("nothing", "bad-address"),
        ("http://10.0.0.1/", "not-https"),
        ("http://127.0.0.1.example.org/", "not-https"),
    ],
)
def test_what_cannot_be_an_address_is_said(
    project: Project, store: SqliteService, url: str, code: str
) -> None:
    with pytest.raises(InputError, match=code):
        add(project, store, url)
    assert store.webhooks() == ()


@pytest.mark.parametrize(
    "url", ["https://example.org/hook?a=1", "http://[::1]:8080/", "http://localhost/", "http://127.0.0.9/"]
)
def test_https_and_this_machine_are_addresses(project: Project, store: SqliteService, url: str) -> None:
    assert add(project, store, url).url == url


def test_an_unknown_kind_and_an_entry_that_is_not_there_are_said_together(
    project: Project, store: SqliteService
) -> None:
    with pytest.raises(InputError, match=r"(?s)not a kind of the feed.*unknown-kind.*unknown-entry"):
        add(project, store, "https://example.org/", "said-maybe", after=10**6)
