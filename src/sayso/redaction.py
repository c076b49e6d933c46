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
from functools import lru_cache
from pathlib import Path
from typing import overload
from zipfile import BadZipFile

from sayso.errors import EdgeError, InputError, Place, Problem
from sayso.redact.apply import Join, Redacted, Redactor
from sayso.redact.finding import Finder
from sayso.redact.operators import CountryOf, Operator, Rules
from sayso.redact.plan import Mode
from sayso.redact.spans import Label, Span
from sayso.redact.together import TOGETHER, WHY, each_together, reasons
from sayso.redact.why import WHY_FOUND

DEFAULT_MODE = Mode.LIGHT
"""The mode of a call that names none."""

_LABELS = Rules()


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a redactor is made of; it travels to other processes.

    ``key`` is that of pseudonyms, ``country_of`` a function of a module that places are generalised by, ``weights`` a file that
    ``sayso redact train`` wrote, to be used by the mode ``light`` in the place of those that come with the package.
    """

    mode: Mode = DEFAULT_MODE
    rules: Rules = _LABELS
    key: bytes = b""
    country_of: CountryOf | None = None
    weights: Path | None = None


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
    return Redactor(
        finders(recipe.mode, recipe.weights),
        recipe.rules,
        recipe.key,
        recipe.country_of,
        Join(TOGETHER, each_together),
    )


@overload
def find(texts: str, mode: Mode | str = DEFAULT_MODE) -> list[Span]: ...  # type: ignore[overload-overlap]
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
def redact(  # type: ignore[overload-overlap]
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


def explain(text: str, mode: Mode | str = DEFAULT_MODE, weights: Path | None = None) -> Explained:
    """Return a text redacted, and for each span which rule found it and why; raises like ``find``.

    >>> [(reason.rule, reason.why) for reason in explain("Call ada@example.org", "structured").reasons]
    [('structured', 'it has the form of an e-mail address, written plainly or in disguise')]
    """
    recipe = Recipe(Mode(mode), weights=weights)
    done = redactor(recipe).redact([text])[0]
    found = _found_by(text, finders(recipe.mode, weights))
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


@lru_cache(maxsize=8)
def finders(mode: Mode, weights: Path | None = None) -> tuple[Finder, ...]:
    """Return the finders of a mode, made once in a process; ``weights`` as in ``Recipe``.

    Raises ``EdgeError`` where a part that the mode needs is not installed, ``InputError`` for weights that are none or that the mode
    has no use for.
    """
    if weights is not None and mode is not Mode.LIGHT:
        advice = "use them with --mode light"
        raise InputError(
            Problem("no-use", f"the mode {mode!s} has no use for weights of one's own", advice=advice)
        )
    try:
        if weights is not None:
            return _structured(), _trained(weights)
        return tuple(load() for load in _LOADED_BY[mode])
    except ImportError as error:
        part = error.name or "a part"
        what = f"the mode {mode!s} needs {part}, which is not installed"
        advice = f"pip install {part.partition('.')[0]}, or look for less with --mode structured"
        raise EdgeError(Problem("missing-part", what, advice=advice)) from None


def _trained(path: Path) -> Finder:
    from sayso.redact.tagger import light_of

    data = path.read_bytes()
    try:
        return light_of(data)
    except (ValueError, KeyError, OSError, BadZipFile):
        advice = "give a file that `sayso redact train` wrote"
        raise InputError(Problem("bad-weights", "these are no weights", Place(str(path)), advice)) from None


def _structured() -> Finder:
    # Not before it is asked for: number plans and check digits take a third of a second to load.
    from sayso.redact.structured import Structured

    return Structured()


def _light() -> Finder:
    from sayso.redact.tagger import load_light

    return load_light()


def _accurate() -> Finder:
    from sayso.redact.accurate import load_accurate

    return load_accurate()


_LOADED_BY: dict[Mode, tuple[Callable[[], Finder], ...]] = {
    Mode.STRUCTURED: (_structured,),
    Mode.LIGHT: (_structured, _light),
    Mode.ACCURATE: (_structured, _accurate),
}
