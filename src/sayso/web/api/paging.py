"""Lists a page at a time: a cursor says after what the next page begins, and means nothing to whoever holds it."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Query

from sayso.errors import InputError, Problem
from sayso.web.api.schemas.common import Item, Page

Held = TypeVar("Held")
DEFAULT, MOST = 100, 1000


@dataclass(frozen=True, slots=True)
class Paged:
    """Which page is asked for: how many at most, and after which key (``None``: from the first)."""

    limit: int
    after: str | None

    def number(self) -> int:
        """Return the key as a number, -1 for the first page; raises ``InputError`` where it is none."""
        if self.after is None:
            return -1
        if not (self.after.isascii() and self.after.isdigit() and len(self.after) < 16):
            raise _bad_cursor()
        return int(self.after)


async def _asked(
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many items at most.")] = DEFAULT,
    cursor: Annotated[
        str | None, Query(min_length=1, max_length=1000, description="The `next` of the page before.")
    ] = None,
) -> Paged:
    return Paged(limit, None if cursor is None else _opened(cursor))


PageOf = Annotated[Paged, Depends(_asked)]


def _opened(cursor: str) -> str:
    try:
        return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        raise _bad_cursor() from None


def _bad_cursor() -> InputError:
    what = "this cursor was not given here"
    return InputError(Problem("bad-cursor", what, advice="begin with the first page"))


def _closed(key: str) -> str:
    return urlsafe_b64encode(key.encode()).decode().rstrip("=")


def page_of(
    paged: Paged, rest: Sequence[Held], fields: Callable[[Held], Item], key: Callable[[Held], object]
) -> Page[Item]:
    """Return the first of what is left, with the cursor of what comes then; ``rest`` lies after the page's key, in order."""
    held = rest[: paged.limit]
    following = _closed(str(key(held[-1]))) if len(rest) > len(held) else None
    return Page(items=[fields(one) for one in held], next=following)
