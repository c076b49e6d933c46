"""The service's own edges, as Protocols: tokens, webhooks and kept answers, and how a webhook is sent.

They stand apart from ``ports``: what decides, builds and trains needs none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from sayso.values.moments import Moment

Chance = Callable[[int], bytes]
"""Returns that many random bytes, which nobody can foresee."""


@dataclass(frozen=True, slots=True)
class ServiceToken:
    """What is known of a service's token: never the token itself.

    ``used_on`` is the first instant of the UTC day on which it was last used, ``None`` where it never was: the day answers
    whether anybody still needs it, and the second would be a record of what a service does.
    """

    name: str
    scopes: tuple[str, ...]
    created_at: Moment
    used_on: Moment | None = None
    revoked_at: Moment | None = None


class TokenStore(Protocol):
    """The tokens of services, by the SHA-256 of each."""

    def add_token(self, token: ServiceToken, digest: bytes) -> bool:
        """Keep a token under its digest; ``False``, and nothing is kept, where the name was given before, revoked or not."""
        ...

    def token_of(self, digest: bytes) -> ServiceToken | None:
        """Return the token of a digest, revoked or not, ``None`` where there is none."""
        ...

    def tokens(self) -> tuple[ServiceToken, ...]:
        """Return every token, the revoked ones too, by name."""
        ...

    def use_token(self, name: str, day: Moment) -> None:
        """Note the day on which a token was used."""
        ...

    def revoke_token(self, name: str, at: Moment) -> ServiceToken | None:
        """Return the token, revoked from then on (earlier, where it was already), ``None`` where nobody has the name."""
        ...


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told of what bears on use, and how far it has been told.

    ``kinds`` are the kinds of items of the feed that it wants, all where empty; ``cursor`` is the number of the next log entry
    to deliver; ``attempts`` how often that was tried in vain, ``next_at`` when it is tried again. ``disabled_at`` is when the
    receiver answered that it is gone. ``secret`` is a Standard Webhooks secret (``whsec_`` and base64).
    """

    id: str
    url: str
    secret: str = field(repr=False)
    kinds: tuple[str, ...]
    created_at: Moment
    cursor: int
    attempts: int = 0
    next_at: Moment | None = None
    disabled_at: Moment | None = None


class WebhookStore(Protocol):
    """The webhooks and their cursors."""

    def add_webhook(self, webhook: Webhook) -> None:
        """Keep a new webhook."""
        ...

    def webhooks(self) -> tuple[Webhook, ...]:
        """Return every webhook in the order in which they were made."""
        ...

    def advance_webhook(self, webhook: Webhook) -> None:
        """Keep the cursor, attempts, next attempt and end of a webhook, on disk from then on; nothing where it was removed."""
        ...

    def remove_webhook(self, webhook_id: str) -> bool:
        """Tell whether there was a webhook of that id; there is none from then on."""
        ...

    def delivering(self) -> AbstractContextManager[bool]:
        """Give ``True`` to one deliverer at a time, of all processes, and ``False`` to any other; a killed one's turn is over."""
        ...


LOST = b""
"""What stands in an answer's place where whoever carried the request out is gone: it may have been carried out or not."""


class Kept(NamedTuple):
    """What is kept of an idempotency key: the digest of its request, when it came, and the sealed answer.

    In the answer's place is ``None`` while the request is in flight, or ``LOST``.
    """

    request: bytes
    at: Moment
    sealed: bytes | None


class AnswerStore(Protocol):
    """The answers kept by idempotency key, each at a place that only the project's secret and the key's holder can name."""

    def begin_answer(
        self, place: bytes, request: bytes, at: Moment, since: Moment, flying: Moment
    ) -> Kept | None:
        """Return what is kept at a place, or take it: ``None`` to exactly one caller, who is to carry the request out.

        Forgets what came before ``since``; what has been in flight since before ``flying`` is ``LOST``.
        """
        ...

    def finish_answer(self, place: bytes, at: Moment, sealed: bytes, lost: bool = False) -> None:
        """Keep the answer to the request that took the place at a moment and is in flight, or where ``lost`` is ``LOST``."""
        ...

    def abandon_answer(self, place: bytes, at: Moment) -> None:
        """Give the place back that a request took at a moment, which was not carried out."""
        ...

    def lose_unfinished(self) -> None:
        """Hold what is in flight to be ``LOST``: to be called when a service starts, before it takes requests."""
        ...


class Sent(NamedTuple):
    """What a receiver answered: the status, and for how many seconds it asks to be left alone, ``None`` where it does not say."""

    status: int
    retry_after: float | None = None


class Poster(Protocol):
    """Sends a body to an address."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Sent | None:
        """Return what was answered, ``None`` where nothing was: no connection, no answer in time. It follows no redirect."""
        ...
