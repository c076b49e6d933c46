"""The ledger: a model's whole state, in whole numbers, one row for each post and one for each member.

Whatever was taken out of it is gone: a ledger without a member is the ledger that was never told of them, byte for byte.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sayso.errors import InputError, Problem
from sayso.models.recommend.rows import Rows, rows_of
from sayso.models.recommend.settings import Settings
from sayso.models.recommend.words import text_row


class Post(NamedTuple):
    """One post: its id, its topics or groups (often one, may be none), its text (may be empty), its author's tag (empty if not
    known).
    """

    id: str
    topics: tuple[str, ...] = ()
    text: str = ""
    author: str = ""


class Interaction(NamedTuple):
    """A member, by tag, took part in a post, by id."""

    member: str
    post: str


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """What a model rests on: settings; posts by rising id with authors, topics (rising) and text rows; members by rising tag
    with their posts.

    ``text`` has a row for each post (columns: buckets of words); ``taken`` has one for each member (columns: posts; every value 1),
    never an empty one. Ids and tags are in the order of their code points.
    """

    settings: Settings
    posts: tuple[str, ...]
    authors: tuple[str, ...]
    topics: tuple[tuple[str, ...], ...]
    text: Rows
    members: tuple[str, ...]
    taken: Rows

    def post(self, id: str) -> int | None:
        """Return the number of a post, ``None`` where the ledger has none of that id."""
        return _found(self.posts, id)

    def member(self, tag: str) -> int | None:
        """Return the number of a member, ``None`` where the ledger has none of that tag."""
        return _found(self.members, tag)

    def written_by(self, tags: Collection[str]) -> list[int]:
        """Return the numbers of the posts that members with these tags wrote."""
        wanted = set(tags) - {""}
        return [number for number, author in enumerate(self.authors) if author in wanted] if wanted else []

    def counted(self, member: int) -> NDArray[np.int32]:
        """Return the posts of a member that count, rising: all, or as many as the cap allows, those whose SHA-256 with the tag
        is least.

        Which they are depends on the member's own row alone.
        """
        row, cap = self.taken.of(member), self.settings.cap
        if len(row) <= cap:
            return row
        tag = self.members[member].encode() + b"\0"
        return np.sort(
            sorted(row, key=lambda post: hashlib.sha256(tag + self.posts[post].encode()).digest())[:cap]
        )

    def capped(self) -> Rows:
        """Return the members' rows with only the posts that count."""
        over = np.flatnonzero(np.diff(self.taken.start) > self.settings.cap)
        if not len(over):
            return self.taken
        counted = {int(member): self.counted(int(member)) for member in over}
        rows = [counted.get(member, self.taken.of(member)) for member in range(len(self.members))]
        return rows_of((row.tolist(), [1] * len(row)) for row in rows)


def _found(among: Sequence[str], wanted: str) -> int | None:
    place = bisect_left(among, wanted)
    return place if place < len(among) and among[place] == wanted else None


def ledger_of(
    posts: Iterable[Post], interactions: Iterable[Interaction | tuple[str, str]], settings: Settings
) -> Ledger:
    """Return the ledger of posts and of who took part in them, whatever order both come in.

    A pair that comes twice counts once; one whose post is not among the posts (deleted, or not permitted) does not count. Raises
    ``InputError`` for two posts of one id (``post-twice``), for an empty id or tag (``empty-id``) and for half a surrogate pair in an
    id, a tag or a topic (``lone-surrogate``).

    >>> ledger = ledger_of([Post("b"), Post("a")], [("m1", "a"), ("m1", "a"), ("m1", "gone")], Settings())
    >>> ledger.posts, ledger.members, ledger.taken.of(0).tolist()
    (('a', 'b'), ('m1',), [0])
    """
    ordered = sorted(posts, key=lambda post: post.id)
    _check_ids(ordered)
    number = {post.id: place for place, post in enumerate(ordered)}
    taken: dict[str, set[int]] = {}
    for member, post in interactions:
        if (place := number.get(post)) is not None:
            taken.setdefault(member, set()).add(place)
    if "" in taken:
        raise InputError(Problem("empty-id", "a member has an empty tag", advice="give every member a tag"))
    members = sorted(taken)
    _check_letters([*members, *(name for post in ordered for name in (post.id, post.author, *post.topics))])
    return Ledger(
        settings,
        tuple(post.id for post in ordered),
        tuple(post.author for post in ordered),
        tuple(tuple(sorted(set(post.topics))) for post in ordered),
        text_rows([post.text for post in ordered], settings),
        tuple(members),
        rows_of((sorted(taken[member]), [1] * len(taken[member])) for member in members),
    )


def _check_ids(ordered: Sequence[Post]) -> None:
    if ordered and not ordered[0].id:
        raise InputError(Problem("empty-id", "a post has an empty id", advice="give every post an id"))
    if any(one.id == other.id for one, other in pairwise(ordered)):
        raise InputError(Problem("post-twice", "two posts have the same id", advice="keep the later one"))


def _check_letters(names: Sequence[str]) -> None:
    try:
        "".join(names).encode()
    except UnicodeEncodeError:
        what = "an id, a tag or a topic holds half a surrogate pair"
        raise InputError(Problem("lone-surrogate", what, advice="mend it at intake")) from None


def text_rows(texts: Iterable[str], settings: Settings) -> Rows:
    """Return the rows of texts; empty ones where the settings leave texts out."""
    return rows_of(text_row(text if settings.text else "", settings.buckets) for text in texts)


def without(ledger: Ledger, members: Collection[str], posts: Collection[int]) -> Ledger:
    """Return the ledger without members (by tag) and without posts (by number): what it would be had nobody told of them."""
    gone = [number for tag in set(members) if (number := ledger.member(tag)) is not None]
    staying = np.ones(len(ledger.members), dtype=bool)
    staying[gone] = False
    taken = ledger.taken.kept(staying) if gone else ledger.taken
    tags = list(ledger.members)
    for number in sorted(gone, reverse=True):
        del tags[number]
    if not posts:
        return replace(ledger, members=tuple(tags), taken=taken)
    live = np.ones(len(ledger.posts), dtype=bool)
    live[list(posts)] = False
    taken = taken.narrowed(live)
    with_any = np.diff(taken.start) > 0
    numbers = np.flatnonzero(live).tolist()
    return Ledger(
        ledger.settings,
        tuple(ledger.posts[number] for number in numbers),
        tuple(ledger.authors[number] for number in numbers),
        tuple(ledger.topics[number] for number in numbers),
        ledger.text.kept(live),
        tuple(tag for tag, any_left in zip(tags, with_any, strict=True) if any_left),
        taken.kept(with_any),
    )
