"""Our side of the redaction benchmark: each way to redact as a function from texts to what was taken out of them.

Each goes the whole way that a build goes (find, what identifies together, resolve, search again, write): the spans are those of the
receipts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random

from sayso.redact.apply import Join, Redactor
from sayso.redact.finding import Finder
from sayso.redact.together import TOGETHER, each_together
from sayso.redaction import Mode, finders

Spans = list[tuple[int, int, str]]
Find = Callable[[Sequence[str]], list[Spans]]

MEMBERS = 1_000_000
SAID_NO = 10
"""One member in so many is always removed."""

_SYLLABLES = (
    "an be chri da el fa gor ha ji ka lo mi no ri so ta va we xi zo bren du sha lin mar ten ros wil".split()
)


def structured() -> Find:
    """Return identifiers that have a form."""
    return _redacting(*finders(Mode("structured")))


def directory() -> Find:
    """Return identifiers that have a form, and members of a directory of a million who said no."""
    from sayso.redact.directory import Directory, Mentions

    always = frozenset(str(number) for number in range(0, MEMBERS, SAID_NO))
    mentions = Mentions(Directory.of(_members(), always, b"benchmark"), everybody=False)
    return _redacting(*finders(Mode("structured")), mentions)


def light() -> Find:
    """Return identifiers that have a form, and what the light tagger finds."""
    return _redacting(*finders(Mode("light")))


def accurate() -> Find:
    """Return identifiers that have a form, and what the accurate tagger finds."""
    return _redacting(*finders(Mode("accurate")))


OURS: dict[str, Callable[[], Find]] = {
    "structured": structured,
    "directory": directory,
    "light": light,
    "accurate": accurate,
}


def _redacting(*found_by: Finder) -> Find:
    redactor = Redactor(found_by, join=Join(TOGETHER, each_together))

    def find(texts: Sequence[str]) -> list[Spans]:
        done = redactor.redact(texts)
        return [[(one.start, one.end, str(one.label)) for one in result.receipt] for result in done]

    return find


def _members() -> Iterator[object]:
    """Yield a million members: invented names, one surname in twenty an ordinary word, and a handle for each second member."""
    from sayso.redact.common_names import load_common_words
    from sayso.redact.directory import Entry

    rng = Random(1)
    ordinary = sorted(load_common_words())
    givens = [_invented(rng) for _ in range(30_000)]
    for number in range(MEMBERS):
        given = rng.choice(givens)
        surname = rng.choice(ordinary).title() if rng.random() < 0.05 else _invented(rng)
        handles = (f"{given}{surname}{number % 97}".lower(),) if number % 2 else ()
        yield Entry(str(number), (f"{given} {surname}",), handles)


def _invented(rng: Random) -> str:
    return "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))).title()
