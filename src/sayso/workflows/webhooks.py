"""Webhooks: addresses that are told of what bears on use, at least once, in the order of the log (decision 0019)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from sayso.config_service import is_loopback
from sayso.errors import InputError, Problem
from sayso.service_ports import Chance, Poster, Webhook, WebhookStore
from sayso.values.moments import Moment
from sayso.workflows.facts import Yard
from sayso.workflows.feed import Item, Kind, kind_of, withdrawals
from sayso.workflows.messages import (
    GONE,
    SECRET_BYTES,
    body_of,
    headers_of,
    is_delivered,
    next_attempt,
    secret_text,
)
from sayso.workflows.record_names import RecordNames
from sayso.workflows.suspend import unknown_words

ID_BYTES = 8
ROUND = 100
"""How many items one webhook is sent before the others have their turn."""


def add_webhook(
    yard: Yard,
    store: WebhookStore,
    chance: Chance,
    url: str,
    kinds: tuple[str, ...] = (),
    after: int | None = None,
    dry_run: bool = False,
) -> Webhook:
    """Return a new webhook, which is told of every entry after one (``None``: after those that are there now), unless ``dry_run``.

    Raises ``InputError`` for an address that is not https (http on loopback alone), for an unknown kind, for no such entry.
    """
    size = yard.book.log.size()
    problems = [*_bad_address(url), *unknown_words(kinds, tuple(Kind), "kind", "the feed")]
    if after is not None and not (after == -1 or 0 <= after < size):
        problems.append(
            Problem(
                "unknown-entry",
                f"the log has no entry {after}: it has {size}",
                advice="give -1 for all of it",
            )
        )
    if problems:
        raise InputError(*problems)
    cursor = size if after is None else after + 1
    name, secret = f"wh_{chance(ID_BYTES).hex()}", secret_text(chance(SECRET_BYTES))
    made = Webhook(name, url, secret, tuple(sorted(set(kinds))), yard.book.clock.now(), cursor)
    if not dry_run:
        store.add_webhook(made)
    return made


def _bad_address(url: str) -> list[Problem]:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.username is not None or parts.fragment or not parts.hostname or not url.isascii() or " " in url:
        advice = "write https://host/path, without a user name and without a #"
        return [Problem("bad-address", "this cannot be the address of a webhook", advice=advice)]
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)):
        return []
    advice = "use https; http is for this machine alone (127.0.0.1, localhost)"
    return [
        Problem(
            "not-https",
            "what a webhook is sent names members, and http can be read on the way",
            advice=advice,
        )
    ]


def known_webhook(store: WebhookStore, webhook_id: str) -> Webhook:
    """Return the webhook of an id; raises ``InputError`` where there is none."""
    found = next((each for each in store.webhooks() if each.id == webhook_id), None)
    if found is None:
        advice = "see `sayso webhook list`"
        raise InputError(Problem("unknown-webhook", "there is no webhook of this id", advice=advice))
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a webhook in a round: how many items it took, and the webhook as it is afterwards."""

    delivered: int
    webhook: Webhook


class Deliverer:
    """Tells webhooks what they have not been told yet: from each one's cursor, item by item, until one is not taken.

    One deliverer works at a time, of all processes, so that a webhook is told in the order of the log. A cursor moves after the
    receiver took the item, and the log keeps the item: killed at any moment, the next one goes on, and repeats one item at most.
    """

    def __init__(self, yard: Yard, store: WebhookStore, poster: Poster, chance: Chance) -> None:
        """Join them."""
        self._yard, self._store, self._poster, self._chance = yard, store, poster, chance
        self._names = RecordNames(yard)

    def deliver(self, over: Callable[[], bool] = lambda: False) -> tuple[Told, ...] | None:
        """Return what became of each webhook that had its turn: all that wait are sent; ``None`` while another is at work.

        Before each message ``over`` is asked whether to end; the next call goes on.
        """
        done: dict[str, Told] = {}
        with self._store.delivering() as mine:
            if not mine:
                return None
            while not over() and (waiting := self._waiting(done)):
                for each in (self._tell(one, over) for one in waiting):
                    before = done[each.webhook.id].delivered if each.webhook.id in done else 0
                    done[each.webhook.id] = replace(each, delivered=before + each.delivered)
        return tuple(done.values())

    def _waiting(self, done: Mapping[str, Told]) -> list[Webhook]:
        """Return the webhooks that can be told more: read anew each time, for one may have been removed meanwhile."""
        now, size = self._yard.book.clock.now(), self._yard.book.log.size()
        failed = {each.webhook.id for each in done.values() if each.webhook.attempts}
        return [
            one
            for one in self._store.webhooks()
            if one.cursor < size and is_due(one, now) and one.id not in failed
        ]

    def _tell(self, webhook: Webhook, over: Callable[[], bool]) -> Told:
        page = withdrawals(self._yard, webhook.cursor - 1, ROUND, names=self._names, kinds=webhook.kinds)
        for delivered, item in enumerate(page.items):
            if over():
                return Told(delivered, webhook)
            webhook = self._send(webhook, item)
            if webhook.attempts or webhook.disabled_at is not None:
                return Told(delivered, webhook)
        if webhook.cursor <= page.next:  # entries that it did not ask for
            webhook = replace(webhook, cursor=page.next + 1)
            self._store.advance_webhook(webhook)
        return Told(len(page.items), webhook)

    def _send(self, webhook: Webhook, item: Item) -> Webhook:
        body, now = body_of(self._yard.book.keys.origin(), item), self._yard.book.clock.now()
        sent = self._poster.post(webhook.url, headers_of(webhook, item, body, now), body)
        if is_delivered(sent):
            after = replace(webhook, cursor=item.entry + 1, attempts=0, next_at=None)
        elif sent is not None and sent.status == GONE:
            after = replace(webhook, cursor=item.entry, disabled_at=now)
        else:
            attempts = webhook.attempts + 1
            again = next_attempt(now, attempts, self._draw(), sent)
            after = replace(webhook, cursor=item.entry, attempts=attempts, next_at=again)
        self._store.advance_webhook(after)
        return after

    def _draw(self) -> float:
        return int.from_bytes(self._chance(4)) / 2**32


def is_due(webhook: Webhook, now: Moment) -> bool:
    """Tell whether a webhook may be sent to: it is not disabled, and does not wait for its next attempt."""
    return webhook.disabled_at is None and (webhook.next_at is None or webhook.next_at <= now)


def waiting_items(yard: Yard, webhook: Webhook) -> int:
    """Return how many items a webhook has not been told of yet."""
    kinds = (kind_of(entry.event) for entry in yard.book.log.entries(webhook.cursor))
    return sum(kind is not None and (not webhook.kinds or kind in webhook.kinds) for kind in kinds)
