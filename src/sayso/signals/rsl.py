"""Really Simple Licensing (RSL 1.0, recommendation of December 2025): what a licence document permits, and what it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sayso.errors import InputError, Problem
from sayso.signals.markup import Element, read_tree
from sayso.signals.paths import longest
from sayso.signals.statement import Kind, Statement, said
from sayso.values.preferences import AUTOMATED, TRAINING, Preference, Usage, combined

NAMESPACE = "https://rslstandard.org/rsl"
_AI = frozenset((*TRAINING, Usage.AI_USE))
TOKENS = {
    "all": AUTOMATED,
    "ai-all": _AI,
    "ai-train": TRAINING,
    "train-ai": TRAINING,  # older guides
    "ai-input": frozenset((Usage.AI_USE,)),
    "ai-index": frozenset((Usage.SEARCH,)),
    "search": frozenset((Usage.SEARCH,)),
}


@dataclass(frozen=True, slots=True)
class Rsl:
    """An RSL document: for each content its address (a path, or a whole URL) and what its licences say."""

    contents: tuple[tuple[str, Statement], ...]

    @property
    def kind(self) -> Kind:
        """Return its form."""
        return Kind.RSL

    def at(self, path: str) -> tuple[Statement, ...]:
        """Return what the most specific content that matches says."""
        return longest(self.contents, path)

    def patterns(self) -> tuple[str, ...]:
        """Return the paths of the contents."""
        return tuple(path for path, _ in self.contents)


def read_rsl(text: str) -> Rsl:
    """Return what an RSL document says.

    Prohibits beats permits; of several licences each may be chosen, unless one prohibits; a usage that no licence names is
    unlicensed. What is permitted for money, for attribution, to some users or in some places, or by a licence server only, is not
    permitted here: nobody has paid or asked. Raises ``InputError`` for what is no RSL, or XML that ``read_tree`` refuses.

    >>> terms = '<license><permits type="usage">search</permits><prohibits type="usage">ai-all</prohibits></license>'
    >>> document = f'<rsl xmlns="https://rslstandard.org/rsl"><content url="/">{terms}</content></rsl>'
    >>> read_rsl(document).at("/a")[0].why
    'RSL licence: no to AI training and use as input to AI, allows search.'
    """
    root = read_tree(text)
    if root.name != f"{NAMESPACE} rsl":
        what = "its root is not <rsl> of the namespace of RSL 1.0"
        raise InputError(Problem("not-rsl", what, advice=f'begin it with <rsl xmlns="{NAMESPACE}">'))
    return Rsl(tuple((path_of(one.attributes.get("url", "")), _content(one)) for one in root.all("content")))


def path_of(url: str) -> str:
    """Return the path of an address, as a pattern: all of a site where it has none.

    >>> path_of("https://example.org/blog/*"), path_of("https://example.org"), path_of("/a"), path_of("")
    ('/blog/*', '/', '/a', '/')
    """
    scheme, mark, rest = url.partition("://")
    path = f"/{rest.partition('/')[2]}" if mark and scheme else url
    return path or "/"


def _content(content: Element) -> Statement:
    licences = content.all("license")
    prohibited = frozenset(usage for one in licences for usage in _tokens(one, "prohibits"))
    granted = frozenset(usage for one in licences if _is_free(one) for usage in _tokens(one, "permits"))
    if content.attributes.get("server"):
        granted = frozenset()
    preference = combined((Preference(disallowed=prohibited), Preference(allowed=granted)))
    silent = AUTOMATED - prohibited - granted
    whole = preference | Preference(disallowed=silent)
    return Statement(whole, f"RSL licence: {said(whole)}{_terms(content, licences)}.")


def _terms(content: Element, licences: list[Element]) -> str:
    if not licences:
        return " (the document names no licence)"
    if content.attributes.get("server") or not all(map(_is_free, licences)):
        return " (what is licensed on terms counts as no: nobody agreed to them here)"
    return ""


def _tokens(licence: Element, name: str) -> Iterator[Usage]:
    for one in licence.all(name):
        if one.attributes.get("type") == "usage":
            for token in one.text.replace(",", " ").split():
                yield from TOKENS.get(token, ())


def _is_free(licence: Element) -> bool:
    """Tell whether a licence permits without asking for anything: money, attribution, or to be somebody in particular."""
    paid = any(one.attributes.get("type", "free") != "free" for one in licence.all("payment"))
    narrow = any(one.attributes.get("type") != "usage" for one in licence.all("permits"))
    barred = any(one.attributes.get("type") != "usage" for one in licence.all("prohibits"))
    return not (paid or narrow or barred)
