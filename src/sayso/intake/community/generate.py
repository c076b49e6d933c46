"""The demo community whole: the same seed gives the same community, and a larger one holds a smaller one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from sayso.intake.community.dice import Weighted, stream
from sayso.intake.community.history import choices_of, facts_of_all, in_order, joiner_notices
from sayso.intake.community.model import Community, DeletionFact, Fact, Planted, Reaction
from sayso.intake.community.people import Author, draw_author, how_many
from sayso.intake.community.pieces import ANSWERABLE, Piece, answered_at, comments, drawn_to, own_pieces
from sayso.intake.community.timelines import LINKEDIN, Timeline

CIRCLE = 40
"""Members come in circles of this size, always made whole: members answer and mention only their own circle and the three before."""
_NEAR = 3
_REACTIONS = 22.0
_KINDS = Weighted([("like", 70), ("insightful", 10), ("celebrate", 9), ("support", 7), ("curious", 4)])


class _Circle(NamedTuple):
    authors: list[Author]
    pieces: list[Piece]
    reactions: list[tuple[int, Reaction]]


def generate(seed: int, members: int = 600, timeline: Timeline = LINKEDIN, first: int = 0) -> Community:
    """Return a community of so many members, with about 13 records each and the history that a timeline tells.

    The members are numbered from ``first``, a multiple of ``CIRCLE``; they know nobody with a lesser number.

    The first ``n`` members of a larger community, their records that lean on nobody else, their reactions and their choices
    are those of the community of ``n``. No moment is later than 2026-10-31.
    Raises ``ValueError`` when ``members`` is less than one, and where no circle starts at ``first``.
    """
    if members < 1:
        raise ValueError("a community has at least one member")
    if first % CIRCLE:
        raise ValueError(f"circles start at multiples of {CIRCLE}")
    end = first + members
    circles = list(_circles(seed, first, end))
    authors = [author for circle in circles for author in circle.authors if author.index < end]
    pieces = [piece for circle in circles for piece in circle.pieces if piece.needs < end]
    reactions = tuple(one for circle in circles for needs, one in circle.reactions if needs < end)
    truth = tuple(Planted(piece.record.id, *mark) for piece in pieces for mark in piece.marks)
    people = tuple(author.person for author in authors)
    records = tuple(piece.record for piece in pieces)
    return Community(people, records, truth, reactions, _history(seed, authors, pieces, timeline))


def _history(
    seed: int, authors: Sequence[Author], pieces: Sequence[Piece], timeline: Timeline
) -> tuple[Fact, ...]:
    members = [author.person.member for author in authors]
    said = (choices_of(stream(seed, "choices", member.id), member, timeline) for member in members)
    told = (joiner_notices(stream(seed, "notices", member.id), member, timeline) for member in members)
    return in_order(chain(facts_of_all(timeline), *said, *told, _deletions(pieces)))


def _deletions(pieces: Sequence[Piece]) -> Iterator[DeletionFact]:
    for piece in pieces:
        if piece.removed_at is not None and piece.record.author is not None:
            yield DeletionFact(piece.removed_at, piece.record.author, piece.record.id)


def _circles(seed: int, begin: int, end: int) -> Iterator[_Circle]:
    taken: set[str] = set()
    near: deque[tuple[list[Author], list[Piece]]] = deque(maxlen=_NEAR + 1)
    for first in range(begin, end, CIRCLE):
        authors = [draw_author(seed, index, taken) for index in range(first, first + CIRCLE)]
        around = [*chain.from_iterable(group for group, _ in near), *authors][-_NEAR * CIRCLE :]
        own = [piece for author in authors for piece in own_pieces(seed, author, around)]
        near.append((authors, [piece for piece in own if _can_be_answered(piece)]))
        answerable = list(chain.from_iterable(found for _, found in near))
        replies = [piece for author in authors for piece in comments(seed, author, around, answerable)]
        reactions = [one for author in authors for one in _reactions(seed, author, answerable)]
        yield _Circle(authors, _by_author(own + replies), reactions)


def _can_be_answered(piece: Piece) -> bool:
    return piece.record.category in ANSWERABLE and piece.record.created_at is not None


def _by_author(pieces: list[Piece]) -> list[Piece]:
    return sorted(pieces, key=lambda piece: piece.record.id)


def _reactions(seed: int, author: Author, answerable: Sequence[Piece]) -> Iterator[tuple[int, Reaction]]:
    """Yield reactions with the highest index that they lean on; at most one to a record."""
    rng = stream(seed, "reactions", author.index)
    seen: set[str] = set()
    for _ in range(how_many(rng, author, _REACTIONS)):
        piece = drawn_to(rng, author, answerable)
        at = piece and answered_at(rng, author, piece)
        if piece is None or at is None or piece.record.id in seen:
            continue
        seen.add(piece.record.id)
        kind = _KINDS.draw(rng)
        yield max(author.index, piece.needs), Reaction(author.person.member.id, piece.record.id, kind, at)
