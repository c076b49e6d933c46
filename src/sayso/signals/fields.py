"""Header fields of an answer, and the ``meta`` and ``link`` elements of a page that say the same."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

from sayso.errors import InputError, Problem
from sayso.signals.aipref import read_expression
from sayso.signals.contentsignal import read_signals
from sayso.signals.gpc import read_value
from sayso.signals.statement import Kind, Statement, Whole
from sayso.signals.tdmrep import reservation
from sayso.values.preferences import TRAINING, Preference

LONGEST_PAGE = 200_000
"""Characters: beyond that, hostile markup takes ``html.parser`` too long (decision 0006)."""
_NOAI = frozenset(("noai", "noimageai"))


def unread_licence(where: str) -> Statement:
    """Return what a pointer to licence terms says, which are not at hand: a usage that no licence is known for is unlicensed (RSL)."""
    why = f"{where} points to licence terms that are not at hand: until they are read, nothing is licensed."
    return Statement(Preference(disallowed=TRAINING), why, unread=True)


def read_headers(text: str) -> Whole:
    """Return what header fields say: of a request (``Sec-GPC``) or of an answer; one on each line, names in any case.

    Fields that come several times are put together (RFC 9110, section 5.3). Other fields, and lines that are none, are left out.

    >>> read_headers("HTTP/2 200\\ncontent-usage: train-ai=n\\nContent-Usage: search=y").statements[0].why
    'Content-Usage says: no to AI training, allows search.'
    """
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon and not name.endswith((" ", "\t")):
            found.setdefault(name.strip().lower(), []).append(value.strip())
    return Whole(Kind.HEADERS, tuple(_headers(found)))


def _headers(found: dict[str, list[str]]) -> Iterator[Statement]:
    if "content-usage" in found:
        yield read_expression(", ".join(found["content-usage"]))
    if "content-signal" in found:
        yield read_signals(", ".join(found["content-signal"]))
    for value in found.get("tdm-reservation", ()):
        said = reservation(value, "tdm-policy" in found, "The header")
        if said:
            yield said
    yield from _no_ai("X-Robots-Tag", found.get("x-robots-tag", ()))
    yield from (read_value(value) for value in found.get("sec-gpc", ()))
    if any("license" in _relations(value) for value in found.get("link", ())):
        yield unread_licence("The Link header")


def _relations(link: str) -> list[str]:
    parameters = (part.partition("=") for part in link.split(";")[1:])
    return [
        word
        for name, _, value in parameters
        if name.strip().lower() == "rel"
        for word in value.strip(' "').lower().split()
    ]


def _no_ai(where: str, values: list[str] | tuple[str, ...]) -> Iterator[Statement]:
    words = {word.strip().lower() for value in values for word in value.replace(":", ",").split(",")}
    for word in sorted(words & _NOAI):
        yield Statement(Preference(disallowed=TRAINING), f"{where} says {word}: no to AI training.")


def read_html(text: str) -> Whole:
    """Return what the ``meta`` and ``link`` elements of a page say: ``tdm-reservation``, ``noai``, a licence (RSL).

    Raises ``InputError`` for a page of more than 200,000 characters.

    >>> read_html('<meta name="robots" content="noai">').statements[0].why
    'The robots meta element says noai: no to AI training.'
    """
    if len(text) > LONGEST_PAGE:
        what = f"the page is longer than {LONGEST_PAGE:,} characters"
        raise InputError(Problem("text-too-long", what, advice="give its head alone"))
    head = _Head()
    head.feed(text)
    head.close()
    return Whole(Kind.HTML, tuple(head.statements()))


class _Head(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._metas: dict[str, list[str]] = {}
        self._licence = False

    def parse_html_declaration(self, i: int) -> int:
        # `<![` with no name behind it: the library gives up where every browser sees a comment.
        try:
            return super().parse_html_declaration(i)
        except AssertionError:
            return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "meta":
            self._metas.setdefault(found.get("name", "").lower(), []).append(found.get("content", "").strip())
        elif found.get("type", "").lower() == "application/rsl+xml" and tag in ("link", "script"):
            self._licence = True

    def statements(self) -> Iterator[Statement]:
        """Yield what the elements say."""
        for value in self._metas.get("tdm-reservation", ()):
            said = reservation(value, "tdm-policy" in self._metas, "The meta element")
            if said:
                yield said
        yield from _no_ai("The robots meta element", self._metas.get("robots", ()))
        if self._licence:
            yield unread_licence("The page")
