"""LinkedIn's names for things: what an address is about, and the moment that its number holds."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from sayso.intake.archives.dates import moment_of_number
from sayso.values.moments import Moment

_THING = re.compile(r"urn:li:(share|activity|ugcPost|groupPost):(?:(\d{1,20})-)?(\d{1,20})")
_COMMENT = re.compile(r"urn:li:comment:\((?:urn:li:)?(\w{1,20}):(?:\d{1,20}-)?(\d{1,20}),(\d{1,20})\)")
_PROFILE = re.compile(r"(?:https?://)?(?:[\w-]+\.)?linkedin\.com/(?:in|pub)/([^/?#\s]{1,200})", re.IGNORECASE)
_LONGEST = 4_000


class Urn(NamedTuple):
    """A thing: its kind as LinkedIn writes it, and its number."""

    kind: str
    number: str

    @property
    def record(self) -> str:
        """Return the id of its record."""
        return f"{self.kind}:{self.number}"

    def moment(self) -> Moment | None:
        """Return when it was made, which its number holds; ``None`` where it does not."""
        return moment_of_number(int(self.number))


def urn_of(address: str) -> Urn | None:
    """Return the post that an address leads to, ``None`` where it names none.

    >>> urn_of("https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7319000000000000000")
    Urn(kind='share', number='7319000000000000000')
    """
    found = _THING.search(_decoded(address))
    return Urn(found[1], found[3]) if found else None


def comment_of(address: str) -> tuple[Urn | None, Urn | None]:
    """Return the comment that an address leads to and what it answers, each ``None`` where it is not named.

    >>> comment_of("https://www.linkedin.com/feed/update/urn:li:activity:1?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A1%2C2%29")
    (Urn(kind='comment', number='2'), Urn(kind='activity', number='1'))
    """
    plain = _decoded(address)
    found = _COMMENT.search(plain)
    if found:
        return Urn("comment", found[3]), Urn(found[1], found[2])
    return None, urn_of(address)


def profile_name(address: str) -> str | None:
    """Return the name that a profile's address holds, in small letters; ``None`` where it is no profile's address.

    >>> profile_name("https://www.linkedin.com/in/Ada-Example-1/")
    'ada-example-1'
    """
    found = _PROFILE.match(_decoded(address).strip())
    return found[1].lower() if found else None


def _decoded(address: str) -> str:
    """Return an address without percent signs; some are written twice over."""
    return unquote(unquote(address[:_LONGEST]))
