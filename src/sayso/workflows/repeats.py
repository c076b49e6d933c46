"""Requests that may come twice: one is carried out, and its answer is given again (draft-ietf-httpapi-idempotency-key-header).

What is kept is sealed: an answer may name a member, and erasing them need not look here. The place of an answer is a keyed digest
of who asked and of their key, and the seal's key is made of the same; whoever has the file and the project's secret, but not the
idempotency key, which is a random text of the client's, can read neither.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field, replace
from itertools import count

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sayso.errors import InputError, Problem, Refused
from sayso.ports import Clock
from sayso.service_ports import LOST, AnswerStore, Kept
from sayso.values.canonical import canonical, keyed
from sayso.values.moments import DAY, SECOND, Moment

KEPT_FOR = DAY
"""For how long an answer is given again, in microseconds."""

IN_FLIGHT = 120 * SECOND
"""After how long a request without an answer counts as lost: twice as long as a write waits for the log."""

_NONCE = bytes(12)  # every key seals one text that is kept: the moment of its request is in it


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the service: status, header fields, body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to carry a request out, to be ended by ``finish`` or ``abandon``.

    ``at`` is when it came first. ``again`` is the second place that was taken where the first process to carry it out was lost,
    and may have done so or not: look whether what it writes is there, which is possible where that has the moment ``at`` in it.
    """

    place: bytes
    at: Moment
    seal: bytes = field(repr=False)
    again: tuple[bytes, Moment] | None = None


class Repeats:
    """The answers to requests with an idempotency key, kept for a day."""

    def __init__(self, store: AnswerStore, clock: Clock, secret: bytes) -> None:
        """Join them; ``secret`` is the project's."""
        self._store, self._clock, self._secret = store, clock, secret

    def begin(self, principal: str, key: str, request: bytes) -> Reply | Turn:
        """Return the answer that was given to this request, or the turn to carry it out.

        ``principal`` names who asks, ``request`` holds all that makes it another request (method, path, body). Raises
        ``InputError`` for a key that is not 1 to 255 visible ASCII characters, and for one that came with another request
        (HTTP 422); ``Refused`` while the first request is carried out (HTTP 409).
        """
        if not 1 <= len(key) <= 255 or not all("!" <= each <= "~" for each in key):
            advice = "send 1 to 255 visible ASCII characters, a random UUID say"
            raise InputError(
                Problem("bad-idempotency-key", "this cannot be an idempotency key", advice=advice)
            )
        asked, now = canonical([principal, key]), self._clock.now()
        turn = Turn(keyed(self._secret, "idempotency-place", asked), now, self._seal(asked, now))
        digest = keyed(self._secret, "idempotency-request", request)
        kept = self._take(turn.place, digest, now)
        if kept is None:
            return turn
        if kept.sealed == LOST:
            return self._again(Turn(turn.place, kept.at, self._seal(asked, kept.at)), digest, asked)
        return _opened(AESGCM(self._seal(asked, kept.at)).decrypt(_NONCE, kept.sealed or b"", None))

    def _take(self, place: bytes, digest: bytes, now: Moment) -> Kept | None:
        """Take a place, or return what is kept there; raises like ``begin``."""
        kept = self._store.begin_answer(place, digest, now, Moment(now - KEPT_FOR), Moment(now - IN_FLIGHT))
        if kept is not None and kept.request != digest:
            what = "this idempotency key came with another request before"
            raise InputError(
                Problem("idempotency-key-reused", what, advice="use a new key for a new request")
            )
        if kept is not None and kept.sealed is None:
            what = "the first request with this idempotency key is still being carried out"
            raise Refused(Problem("idempotency-in-flight", what, advice="ask again in a second"))
        return kept

    def _again(self, lost: Turn, digest: bytes, asked: bytes) -> Turn:
        """Return a lost turn to one caller at a time: to whom takes the next place that nobody was lost at."""
        now = self._clock.now()
        places = (keyed(self._secret, f"idempotency-again {times}", asked) for times in count(1))
        free = next(place for place in places if self._take(place, digest, now) is None)
        return replace(lost, again=(free, now))

    def finish(self, turn: Turn, reply: Reply) -> None:
        """Keep the answer: it is given again to the same request for a day."""
        sealed = AESGCM(turn.seal).encrypt(_NONCE, _closed(reply), None)
        self._store.finish_answer(turn.place, turn.at, sealed, lost=turn.again is not None)
        if turn.again is not None:
            self._store.abandon_answer(*turn.again)

    def abandon(self, turn: Turn) -> None:
        """Let the same key be used again: the request was not carried out."""
        self._store.abandon_answer(*(turn.again or (turn.place, turn.at)))

    def _seal(self, asked: bytes, at: Moment) -> bytes:
        return keyed(self._secret, "idempotency-seal", at.to_bytes(8, signed=True) + asked)


def _closed(reply: Reply) -> bytes:
    return json.dumps([reply.status, reply.headers, b64encode(reply.body).decode()]).encode()


def _opened(data: bytes) -> Reply:
    status, headers, body = json.loads(data)
    return Reply(status, tuple((name, value) for name, value in headers), b64decode(body))
