"""Service tokens: made once, shown once, known by a digest alone, taken back at once."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from hashlib import sha256

from sayso.errors import InputError, Problem, Refused
from sayso.ports import Clock
from sayso.service_ports import Chance, ServiceToken, TokenStore
from sayso.values.moments import DAY, Moment
from sayso.workflows.suspend import unknown_words

SCOPES = (
    "choices:read",
    "choices:write",
    "datasets:read",
    "decisions:read",
    "deliveries:read",
    "deliveries:write",
    "deletions:write",
    "feed:read",
    "log:read",
    "members:read",
    "models:read",
    "notices:write",
    "objections:read",
    "objections:write",
    "suspensions:write",
)
"""What a token can be good for."""

LICENSEE = "licensee:"
"""The beginning of a scope for one licensee: its deliveries, their feeds, and its acknowledgements, and nothing else."""

PREFIX = "sayso_"
"""The beginning of every token, by which people and scanners for leaked secrets know one."""

TOKEN_BYTES = 32
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_OF_LICENSEE = re.compile(re.escape(LICENSEE) + _NAME.pattern)
_TOKEN = re.compile(re.escape(PREFIX) + r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Issued:
    """A token that was made: what is known of it, and the token itself, which nobody can find out again (``None``: dry run)."""

    token: ServiceToken
    text: str | None = field(repr=False)


def issue(
    store: TokenStore,
    clock: Clock,
    chance: Chance,
    name: str,
    scopes: tuple[str, ...],
    dry_run: bool = False,
) -> Issued:
    """Return a new token, which is good from then on, unless ``dry_run``.

    Raises ``InputError`` for a name that is none, for an unknown scope and for none; ``Refused`` for a name that was given before.
    """
    problems = [*_bad_name(name), *unknown_words(_common(scopes), SCOPES, "scope", "the API")]
    if not scopes:
        problems.append(
            Problem("no-scope", "a token without a scope opens nothing", advice="give one --scope or more")
        )
    if problems:
        raise InputError(*problems)
    token = ServiceToken(name, tuple(sorted(set(scopes))), clock.now())
    text = None if dry_run else PREFIX + urlsafe_b64encode(chance(TOKEN_BYTES)).decode().rstrip("=")
    free = (
        name not in {each.name for each in store.tokens()}
        if text is None
        else store.add_token(token, _digest(text))
    )
    if not free:
        advice = "choose another; a revoked token keeps its name, so that it says in reports which one it was"
        raise Refused(Problem("name-taken", f"there is a token of the name {name!r} already", advice=advice))
    return Issued(token, text)


def licensees_of(scopes: frozenset[str]) -> frozenset[str]:
    """Return the licensees that scopes are for.

    >>> sorted(licensees_of(frozenset({"licensee:acme", "feed:read"})))
    ['acme']
    """
    return frozenset(one.removeprefix(LICENSEE) for one in scopes if one.startswith(LICENSEE))


def _common(scopes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in scopes if not _OF_LICENSEE.fullmatch(one))


def _bad_name(name: str) -> list[Problem]:
    if _NAME.fullmatch(name):
        return []
    advice = "use up to 64 small letters, digits and hyphens"
    return [Problem("bad-name", "this cannot be the name of a token", advice=advice)]


def _digest(text: str) -> bytes:
    """Return the SHA-256 of a token.

    A slow hash guards what people make up and others guess. These are 256 random bits: nobody tries them through, and every
    request of a service would pay for the slowness.
    """
    return sha256(text.encode()).digest()


def holder(store: TokenStore, clock: Clock, text: str) -> ServiceToken | None:
    """Return the token that a text is, ``None`` where it is none or was revoked; notes the day of its use."""
    if not _TOKEN.fullmatch(text):
        return None
    token = store.token_of(_digest(text))
    if token is None or token.revoked_at is not None:
        return None
    now = clock.now()
    day = Moment(now - now % DAY)
    if token.used_on == day:
        return token
    store.use_token(token.name, day)
    return replace(token, used_on=day)


def revoke(store: TokenStore, clock: Clock, name: str, dry_run: bool = False) -> ServiceToken:
    """Return the token of a name, which opens nothing from then on, unless ``dry_run``.

    Raises ``InputError`` where there is none of that name, ``Refused`` where it is revoked already.
    """
    found = next((each for each in store.tokens() if each.name == name), None)
    if found is None:
        raise InputError(
            Problem(
                "unknown-token", f"there is no token of the name {name!r}", advice="see `sayso token list`"
            )
        )
    if found.revoked_at is not None:
        raise Refused(Problem("revoked", f"the token {name!r} is revoked already", advice="nothing to do"))
    now = clock.now()
    return replace(found, revoked_at=now) if dry_run else store.revoke_token(name, now) or found
