"""A member's voice: turns the grammar's templates into sentences, and remembers whom they speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

from sayso.intake.community import personal
from sayso.intake.community.dice import Weighted, between, chance, pick
from sayso.intake.community.passage import Passage, marked
from sayso.intake.community.people import Author
from sayso.intake.community.phrases import GRAMMARS, expand

_OPENLY = Weighted([("url", 6), ("email", 4), ("phone", 2), ("ip", 1)])
_AMONG_US = Weighted([("phone", 5), ("email", 4), ("iban", 3), ("card", 2), ("url", 2), ("ip", 1)])

_STEPS = (1, 3, 5, 7, 11, 13)
_ANY = frozenset(("day", "month"))


class Voice:
    """One author writing one text in one language; ``needs`` is the highest index among those whom the text names."""

    def __init__(
        self,
        rng: Random,
        author: Author,
        around: Sequence[Author],
        language: str,
        about: Mapping[str, int] | None = None,
    ) -> None:
        """Let the author write in a language; whom they mention is drawn from ``around``, never themselves.

        ``about`` holds the things that an earlier text in that language spoke of, and that this one goes on about.
        """
        self.rng = rng
        self.author = author
        self.needs = author.index
        self.about = dict(about or {})
        self._around = around
        self._grammar = GRAMMARS[language]

    def say(self, part: str) -> Passage:
        """Return one sentence of a part of the grammar, such as ``hiring.open``."""
        return expand(pick(self.rng, self._grammar[part]), self)

    def several(self, part: str, number: int) -> list[Passage]:
        """Return up to ``number`` different sentences of a part."""
        templates = self._grammar[part]
        number = min(number, len(templates))
        start = int(self.rng.random() * len(templates))
        # A step that shares no factor with the length visits every template once.
        step = pick(self.rng, [one for one in _STEPS if one == 1 or len(templates) % one])
        return [expand(templates[(start + step * turn) % len(templates)], self) for turn in range(number)]

    def slip(self, probability: float, private: bool = False) -> list[Passage]:
        """Return, with this probability, a sentence that gives personal data away."""
        if not chance(self.rng, probability):
            return []
        return [self.say("common." + (_AMONG_US if private else _OPENLY).draw(self.rng))]

    def mention(self, probability: float) -> list[Passage]:
        """Return, with this probability, a sentence that names another member."""
        return [self.say("common.mention")] if chance(self.rng, probability) and len(self._around) > 1 else []

    def choose(self, slot: str, number: int) -> int:
        """Return which filling to take: for a day or a month any, for anything else the one taken before in this text."""
        taken = int(self.rng.random() * number)
        return taken if slot in _ANY else min(self.about.setdefault(slot, taken), number - 1)

    def fill(self, slot: str) -> Passage:
        """Return the passage for a slot; raises ``KeyError`` for a slot that nobody knows."""
        return _FILLINGS[slot](self)

    def somebody(self) -> Author:
        """Return another member; the text needs them from now on."""
        other = pick(self.rng, self._around)
        while other.index == self.author.index:
            other = pick(self.rng, self._around)
        self.needs = max(self.needs, other.index)
        return other


def _name(voice: Voice) -> Passage:
    person = voice.somebody().person
    return marked(person.name, "NAME", person.member.id)


def _handle(voice: Voice) -> Passage:
    person = voice.somebody().person
    return marked(f"@{person.handle}", "HANDLE", person.member.id)


_FILLINGS: Mapping[str, Callable[[Voice], Passage]] = {
    "city": lambda voice: Passage(pick(voice.rng, voice.author.place.cities)),
    "years": lambda voice: Passage(str(between(voice.rng, 2, max(2, min(35, voice.author.age - 18))))),
    "n": lambda voice: Passage(str(between(voice.rng, 2, 12))),
    "nn": lambda voice: Passage(str(between(voice.rng, 13, 90))),
    "name": _name,
    "handle": _handle,
    "email": lambda voice: personal.email(voice.rng, voice.author.person.name),
    "phone": lambda voice: personal.phone(voice.rng),
    "url": lambda voice: personal.url(voice.rng),
    "card": lambda voice: personal.card(voice.rng),
    "iban": lambda voice: personal.iban(voice.rng),
    "ip": lambda voice: personal.ip(voice.rng),
}
