"""Records as they come into being: who wrote what, when, for whom to see, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

from sayso.intake.community import texts
from sayso.intake.community.dice import Weighted, chance, pick, stream, wait
from sayso.intake.community.passage import Mark, Passage
from sayso.intake.community.people import END, Author, how_many, reads
from sayso.intake.community.phrases import TOPICS
from sayso.intake.community.voice import Voice
from sayso.values.members import UNKNOWN
from sayso.values.moments import SECOND, Moment
from sayso.values.records import Record


class Piece(NamedTuple):
    """A record with its marks, what replies may quote, its subject, the things it is about, and what it leans on.

    ``needs`` is the highest index of a member without whom it would not exist; ``removed_at`` is when its author removes it
    in the history (not in the table).
    """

    record: Record
    marks: tuple[Mark, ...]
    opening: Passage
    topic: str
    about: dict[str, int]
    needs: int
    removed_at: Moment | None


# Category, and how many of it a member makes on average.
_MEANS = (
    ("post", 4.0),
    ("article", 0.35),
    ("poll-response", 0.6),
    ("private-message", 1.6),
    ("group-message", 0.8),
    ("screening-answer", 0.35),
    ("genai-conversation", 0.8),
    ("feedback", 0.35),
    ("usage", 1.2),
)
_COMMENTS = 5.5
_SEEN = {
    "post": Weighted([("public", 70), ("network", 30)]),
    "article": Weighted([("public", 95), ("network", 5)]),
    "poll-response": Weighted([("public", 50), ("network", 50)]),
    "group-message": Weighted([("network", 85), ("private", 15)]),
    "profile": Weighted([("public", 65), ("network", 35)]),
}
_SENSITIVE = {"group-message": 0.10, "post": 0.015, "comment": 0.01}
ANSWERABLE = ("post", "article")


def own_pieces(seed: int, author: Author, around: Sequence[Author]) -> Iterator[Piece]:
    """Yield what a member writes without answering anybody; those whom they mention are drawn from ``around``."""
    rng = stream(seed, "records", author.index)
    for number, category in enumerate(_categories(rng, author)):
        at = _some_moment(rng, author)
        language = author.languages[0] if chance(rng, 0.82) else author.languages[-1]
        topic = pick(rng, author.topics) if chance(rng, 0.85) else pick(rng, TOPICS)
        voice = Voice(rng, author, around, language)
        words = texts.COMPOSERS[category](voice, topic)
        yield _piece(voice, f"{number:03d}", category, _visibility(rng, category), at, language, topic, words)


def _categories(rng: Random, author: Author) -> list[str]:
    if author.ends <= author.begins:
        return []
    found = ["profile"]
    if author.age >= 18 and chance(rng, 0.25):
        found.append("resume")
    for category, mean in _MEANS:
        found += [category] * how_many(rng, author, mean)
    return found


def comments(
    seed: int, author: Author, around: Sequence[Author], answerable: Sequence[Piece]
) -> Iterator[Piece]:
    """Yield a member's comments on posts and articles of others, mostly on their subjects and in their languages."""
    rng = stream(seed, "comments", author.index)
    for number in range(how_many(rng, author, _COMMENTS)):
        parent = drawn_to(rng, author, answerable)
        at = parent and answered_at(rng, author, parent)
        if parent is None or at is None:
            continue
        language = (
            parent.record.language if parent.record.language in author.languages else author.languages[-1]
        )
        about = parent.about if language == parent.record.language else None
        voice = Voice(rng, author, around, language or "en", about)
        voice.needs = max(voice.needs, parent.needs)
        quoted = parent.opening if chance(rng, 0.2) else None
        words = texts.comment(voice, parent.topic, quoted, parent.record.author)
        yield _piece(
            voice,
            f"c{number:03d}",
            "comment",
            parent.record.visibility,
            at,
            language,
            parent.topic,
            words,
            parent.record.id,
        )


def drawn_to(rng: Random, author: Author, answerable: Sequence[Piece]) -> Piece | None:
    """Return a piece that the author would react to: 85 % of those on their subjects that they can read, 6 % of others."""
    for _ in range(8 if answerable else 0):
        piece = pick(rng, answerable)
        close = piece.topic in author.topics and reads(author, piece.record.language or "")
        if piece.record.author != author.person.member.id and chance(rng, 0.85 if close else 0.06):
            return piece
    return None


def answered_at(rng: Random, author: Author, piece: Piece) -> Moment | None:
    """Return when the author reacts to a piece, ``None`` where they, or it, are gone by then."""
    if piece.record.created_at is None:
        return None
    at = Moment(max(piece.record.created_at, author.begins) + wait(rng, 3 * 86_400) * SECOND + SECOND)
    gone = min(author.ends, piece.record.deleted_at or END, piece.removed_at or END)
    return at if at < gone else None


def _some_moment(rng: Random, author: Author) -> Moment:
    return Moment(author.begins + int((author.ends - author.begins) * rng.random()) // SECOND * SECOND)


def _visibility(rng: Random, category: str) -> str:
    return _SEEN[category].draw(rng) if category in _SEEN else "private"


def _piece(
    voice: Voice,
    number: str,
    category: str,
    visibility: str,
    at: Moment,
    language: str | None,
    topic: str,
    words: Passage,
    reply_to: str | None = None,
) -> Piece:
    """Return the piece, with what chance makes of it: an author or moment that is lost, an editor, a removal."""
    rng, writer = voice.rng, voice.author.person.member.id
    removed = _removed_at(rng, voice.author, at)
    in_table = chance(rng, 0.5)
    author = None if category in ANSWERABLE and chance(rng, 0.015) else writer
    contributors = (voice.somebody().person.member.id,) if category == "article" and chance(rng, 0.12) else ()
    known = chance(rng, 0.995)
    record = Record(
        id=f"r{voice.author.index:06d}-{number}",
        author=author,
        category=category,
        visibility=visibility,
        created_at=at if known else None,
        collected_at=_collected_at(rng, at) if known and chance(rng, 0.7) else None,
        deleted_at=removed if in_table else None,
        attributes=_attributes(rng, category, topic),
        contributors=contributors,
        language=language,
        text=words.text,
        reply_to=reply_to,
    )
    fact = removed if not in_table and author is not None else None
    return Piece(record, words.marks, _opening(words), topic, voice.about, voice.needs, fact)


def _removed_at(rng: Random, author: Author, at: Moment) -> Moment | None:
    removed = Moment(at + wait(rng, 120 * 86_400) * SECOND + SECOND)
    return removed if chance(rng, 0.09) and removed < author.ends else None


def _collected_at(rng: Random, at: Moment) -> Moment:
    return Moment(min(at + wait(rng, 20 * 3600) * SECOND, END - SECOND))


def _attributes(rng: Random, category: str, topic: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    if chance(rng, _SENSITIVE.get(category, 0.0)):
        pairs.append(("sensitive-group", "yes" if chance(rng, 0.92) else UNKNOWN))
    if category not in ("usage", "feedback", "profile", "resume"):
        pairs.append(("topic", topic))
    return tuple(pairs)


def _opening(words: Passage) -> Passage:
    """Return the first line of a text up to its first full stop or question mark, with the marks that lie in it."""
    line = words.text.split("\n", 1)[0]
    ends = [place + 1 for sign in (". ", "? ") if (place := line.find(sign)) > 0]
    end = min(ends, default=len(line))
    return Passage(line[:end], tuple(mark for mark in words.marks if mark.end <= end))
