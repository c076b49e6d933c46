"""Records: the things that members make."""

from __future__ import annotations

from dataclasses import dataclass

from sayso.values.members import Attributes
from sayso.values.moments import Moment

VISIBILITIES = ("public", "network", "private")


@dataclass(frozen=True, slots=True)
class Record:
    """One thing a member made.

    ``author`` is a member id, ``None`` where the platform no longer knows it; ``contributors`` are the ids of other
    members whose words are in it (they edited it); ``visibility`` is ``public``, ``network`` or ``private``;
    ``language`` is a BCP 47 tag or ``None``; moments are ``None`` where not known; ``reply_to`` is the id of the record
    that it answers or comments on, ``None`` where it is none or not known: that record need not be there any more.
    """

    id: str
    author: str | None
    category: str
    visibility: str
    created_at: Moment | None = None
    collected_at: Moment | None = None
    deleted_at: Moment | None = None
    attributes: Attributes = ()
    contributors: tuple[str, ...] = ()
    language: str | None = None
    text: str = ""
    reply_to: str | None = None
