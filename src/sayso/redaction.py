"""Redaction in three functions: ``find`` personal data in texts, ``redact`` it, ``explain`` what was found and why.

>>> from sayso.redaction import find, redact
>>> redact("Mail me: ada@example.org", mode="structured").text
'Mail me: [EMAIL]'
>>> find("Mail me: ada@example.org", mode="structured")
[Span(start=9, end=24, label=<Label.EMAIL: 'EMAIL'>)]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import chain
from typing import overload

from sayso.errors import EdgeError, InputError, Problem
from sayso.redact.apply import DETECTORS, Redacted, Redactor
from sayso.redact.finding import Finder
from sayso.redact.operators import Operator, Rules
from sayso.redact.spans import Label, Span
from sayso.redact.together import WHY, Together, reasons
from sayso.redact.why import WHY_FOUND


class Mode(StrEnum):
    """How much is looked for, and at what price: ``structured`` knows forms and check digits."""

    STRUCTURED = "structured"


DEFAULT_MODE = Mode.STRUCTURED
_LABELS = Rules()


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a redactor is made of: the mode, the operators, and the key of pseudonyms; it travels to other processes."""

    mode: Mode = DEFAULT_MODE
    rules: Rules = _LABELS
    key: bytes = b""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a span of the original text was taken out: ``rule`` names the finder or rule, ``why`` says it in a sentence."""

    start: int
    end: int
    label: Label
    operator: Operator
    written: str
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A redacted text with a reason for each span of its receipt."""

    text: str
    reasons: tuple[Reason, ...]


@lru_cache(maxsize=8)
def redactor(recipe: Recipe) -> Redactor:
    """Return the redactor of a recipe, made once for each in a process.

    Raises ``InputError`` for pseudonyms without a key, and ``EdgeError`` where a part that the mode needs is not installed.
    """
    operators = {recipe.rules.otherwise, *(operator for _, operator in recipe.rules.of)}
    if Operator.PSEUDONYM in operators and not recipe.key:
        advice = (
            "give a key of your own, 16 bytes or more, and keep it: the same key gives the same pseudonyms"
        )
        raise InputError(Problem("no-key", "pseudonyms need a key", advice=advice))
    return Redactor((Together(finders(recipe.mode)),), recipe.rules, recipe.key)


@overload
def find(texts: str, mode: Mode | str = DEFAULT_MODE) -> list[Span]: ...
@overload
def find(texts: Sequence[str], mode: Mode | str = DEFAULT_MODE) -> list[list[Span]]: ...
def find(texts: str | Sequence[str], mode: Mode | str = DEFAULT_MODE) -> list[Span] | list[list[Span]]:
    """Return the personal data in a text, or in each of several: start and end in code points, and the label.

    The spans rise and do not overlap. Raises ``ValueError`` for an unknown mode, ``EdgeError`` where a part that the mode needs is
    not installed.
    """
    if isinstance(texts, str):
        return find([texts], mode)[0]
    done = redactor(Recipe(Mode(mode))).redact(texts)
    return [[Span(one.start, one.end, one.label) for one in each.receipt] for each in done]


@overload
def redact(
    texts: str,
    mode: Mode | str = ...,
    operator: Operator | str = ...,
    operators: Mapping[Label, Operator] | Mapping[str, str] | None = ...,
    key: bytes = ...,
) -> Redacted: ...
@overload
def redact(
    texts: Sequence[str],
    mode: Mode | str = ...,
    operator: Operator | str = ...,
    operators: Mapping[Label, Operator] | Mapping[str, str] | None = ...,
    key: bytes = ...,
) -> list[Redacted]: ...
def redact(
    texts: str | Sequence[str],
    mode: Mode | str = DEFAULT_MODE,
    operator: Operator | str = Operator.LABEL,
    operators: Mapping[Label, Operator] | Mapping[str, str] | None = None,
    key: bytes = b"",
) -> Redacted | list[Redacted]:
    """Return a text, or each of several, without the personal data that was found, and the receipt of what was.

    ``operators`` names other operators for single labels; ``key`` is that of pseudonyms. The result depends on the text and these
    alone; redacting it again changes nothing. Raises ``ValueError`` for an unknown mode, operator or label, ``InputError`` for
    pseudonyms without a key, ``EdgeError`` where a part that the mode needs is not installed.

    >>> redact("ada@example.org", "structured", operators={"EMAIL": "mask"}).text
    '█████'
    """
    maker = redactor(Recipe(Mode(mode), rules_of(operator, operators or {}), key))
    return maker.redact([texts])[0] if isinstance(texts, str) else maker.redact(texts)


def rules_of(operator: Operator | str, operators: Mapping[Label, Operator] | Mapping[str, str]) -> Rules:
    """Return the rules that name an operator and others for single labels; raises ``ValueError`` for an unknown name."""
    of = sorted((Label(label), Operator(each)) for label, each in operators.items())
    return Rules(Operator(operator), tuple(of))


def explain(text: str, mode: Mode | str = DEFAULT_MODE) -> Explained:
    """Return a text redacted, and for each span which rule found it and why; raises like ``find``.

    >>> [(reason.rule, reason.why) for reason in explain("Call ada@example.org", "structured").reasons]
    [('structured', 'it has the form of an e-mail address, written plainly or in disguise')]
    """
    done = redactor(Recipe(Mode(mode))).redact([text])[0]
    found = _found_by(text, finders(Mode(mode)))
    return Explained(done.text, tuple(Reason(*one, *_why(one, found)) for one in done.receipt))


def _found_by(text: str, some: Sequence[Finder]) -> list[tuple[Span, str, str]]:
    """Return every span that is found in the text as it is, by which rule, and why."""
    by_finder = [
        (span, finder.version.partition("/")[0]) for finder in some for span in finder.find([text])[0]
    ]
    found = [(span, rule, WHY_FOUND[span.label]) for span, rule in by_finder]
    more = reasons(text, [span for span, _ in by_finder])
    return [*found, *((each.span, f"together: {each.rule}", WHY[each.rule]) for each in more)]


def _why(
    one: tuple[int, int, Label, Operator, str], found: Sequence[tuple[Span, str, str]]
) -> tuple[str, str]:
    """Return rule and reason of a removal: those of the span of its label that covers most of it."""
    start, end, label, *_ = one
    overlaps = [
        (span.label is label, min(span.end, end) - max(span.start, start), rule, why)
        for span, rule, why in found
        if span.start < end and start < span.end
    ]
    if overlaps:
        return max(overlaps, key=lambda each: each[:2])[2:]
    return "again", "the same words were taken out elsewhere, or it showed once its neighbour was gone"


def version(mode: Mode) -> str:
    """Return what names everything that the findings of a mode rest on; raises like ``find``."""
    return redactor(Recipe(mode)).version


def finders(mode: Mode) -> tuple[Finder, ...]:
    """Return the finders of a mode.

    Raises ``EdgeError`` where a part that the mode needs is not installed.
    """
    try:
        return tuple(load() for load in _LOADED_BY[mode])
    except ImportError as error:
        advice = f"pip install 'sayso[{mode}]', or look for less with --mode structured"
        what = f"the mode {mode!s} needs {error.name or 'a part'}, which is not installed"
        raise EdgeError(Problem("missing-part", what, advice=advice)) from None


class _Structured:
    version = "structured/1"

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        return [list(chain.from_iterable(detect(text) for detect in DETECTORS)) for text in texts]


_LOADED_BY: dict[Mode, tuple[Callable[[], Finder], ...]] = {Mode.STRUCTURED: (_Structured,)}
