"""The members of the demo community: each from their own stream of chance, so that a larger community holds a smaller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sayso.intake.community.dice import Weighted, between, chance, count, pick, stream
from sayso.intake.community.model import Person
from sayso.intake.community.names import draw_handle, draw_name, draw_rare_name
from sayso.intake.community.phrases import TOPICS
from sayso.intake.community.places import Place, draw_place, draw_region
from sayso.values.members import UNKNOWN, Member
from sayso.values.moments import DAY, Moment, day_number, parse_moment

START = parse_moment("2023-01-01")
END = parse_moment("2026-10-31")
_OPENED = parse_moment("2009-04-01")

_AGES = Weighted([((13, 17), 5), ((18, 24), 16), ((25, 34), 28), ((35, 54), 36), ((55, 79), 15)])
_KNOWN = Weighted([("born", 80), ("band", 12), ("none", 8)])
_PLANS: Weighted[str | None] = Weighted(
    [("free", 74), ("premium", 14), ("enterprise", 7), (None, 3), (UNKNOWN, 2)]
)
_TODAY = date(2026, 10, 31)
COMMON = 1_000
"""From this member on surnames are rarer, so that the more there are the more names there are, as among people (decision 0017)."""


@dataclass(frozen=True, slots=True)
class Author:
    """A person and what makes them write: their true age in 2026, home, languages, topics, how active they are, and when."""

    index: int
    person: Person
    age: int
    place: Place
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    activity: float
    begins: Moment
    ends: Moment


def draw_author(seed: int, index: int, taken: set[str]) -> Author:
    """Return member number ``index`` of the community; their handle is not in ``taken`` and is added to it."""
    rng = stream(seed, "person", index)
    place = draw_place(rng)
    languages = _languages(rng, place)
    culture = place.culture if chance(rng, 0.9) else pick(rng, ("en", "in", "es", "slav", "ar"))
    name = draw_name(rng, culture) if index < COMMON else draw_rare_name(rng, culture)
    handle = draw_handle(rng, name, taken)
    taken.add(handle)
    ages = _AGES.draw(rng)
    age = between(rng, *ages)
    member = _member(rng, index, place, age, ages)
    begins = max(START, member.joined_at or START)
    ends = min(END, member.closed_at or END)
    person = Person(member, name, handle, languages[0])
    return Author(index, person, age, place, languages, _topics(rng), _activity(rng), begins, Moment(ends))


def _languages(rng: Random, place: Place) -> tuple[str, ...]:
    first = pick(rng, place.languages)
    if first == "en":
        return ("en",)
    return (first, "en") if chance(rng, 0.55) else (first,)


def _topics(rng: Random) -> tuple[str, ...]:
    first = pick(rng, TOPICS)
    second = pick(rng, TOPICS)
    return (first,) if second == first or chance(rng, 0.4) else (first, second)


def _activity(rng: Random) -> float:
    """Return how much a member writes, 1 on average: a few write much, most write little (Pareto, α = 2.2, cut at 8)."""
    return min(8.0, float((1.0 - rng.random()) ** (-1 / 2.2))) * 0.57


def _member(rng: Random, index: int, place: Place, age: int, band: tuple[int, int]) -> Member:
    low, high = band
    known = _KNOWN.draw(rng)
    joined = _joined(rng, age)
    return Member(
        id=f"m{index:06d}",
        region=draw_region(rng, place),
        born=_born(rng, age) if known == "born" else None,
        age_min=low if known == "band" else None,
        age_max=high if known == "band" and high < 55 else None,
        attributes=_attributes(rng, age),
        joined_at=joined if chance(rng, 0.97) else None,
        closed_at=_closed(rng, joined),
    )


def _born(rng: Random, age: int) -> int:
    return day_number(_TODAY - timedelta(days=int(age * 365.25) + between(rng, 1, 364)))


def _joined(rng: Random, age: int) -> Moment:
    """Return when the account was opened: after the thirteenth birthday, early years more often than late ones."""
    earliest = max(_OPENED, END - int((age - 12.9) * 365.25) * DAY)
    latest = parse_moment("2026-06-30")
    return Moment(earliest + int((max(latest, earliest + DAY) - earliest) * rng.random() ** 1.3))


def _closed(rng: Random, joined: Moment) -> Moment | None:
    earliest = max(joined, parse_moment("2024-06-01"))
    at = Moment(earliest + int((END - earliest) * rng.random()))
    return at if chance(rng, 0.04) else None


def _attributes(rng: Random, age: int) -> tuple[tuple[str, str], ...]:
    plan = _PLANS.draw(rng) if age >= 18 else "free"
    pairs = [("plan", plan)] if plan is not None else []
    if age <= 18 and chance(rng, 0.8):
        pairs.append(("school", "secondary" if chance(rng, 0.9) else UNKNOWN))
    elif chance(rng, 0.02):
        pairs.append(("school", UNKNOWN))
    return tuple(pairs)


def how_many(rng: Random, author: Author, mean: float) -> int:
    """Return how many things of a kind the author makes, where a member makes ``mean`` on average."""
    years = max(0.15, (author.ends - author.begins) / (END - START)) if author.ends > author.begins else 0.0
    return min(80, count(rng, mean * author.activity * years))


def reads(author: Author, language: str) -> bool:
    """Tell whether the author reads a language."""
    return language in author.languages
