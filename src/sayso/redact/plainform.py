"""The plain form of a text: what it says once disguises of letters are off, with the way back to the original.

Disguises: compatibility forms such as full-width letters (NFKC; UAX #15), digits of other scripts, letters of other scripts that look
like Latin ones, characters without width, HTML character references, and percent-encoding of what addresses are made of.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from sayso.redact.spans import Span

# Letters that look like Latin ones in most typefaces: from the classes of https://www.unicode.org/Public/security/latest/confusables.txt
# (UTS #39), those of Greek, Cyrillic, Armenian and the Latin extensions that occur in addresses made to deceive.
_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХѴаеіјорсухѕһԁԛԝѵӏгпЗΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγικνορυχϲϳօսոհցԍɑɡɩıſℓ․‚∙·＠﹫。｡∶ː‐‑‒−⁃",
    "ABESIJKMHOPCTYXVaeijopcyxshdqwvlrn3ABEZHIKMNOPTYXayiknopuxcjounhgGagiisl.,..@@..::-----",
)
# Characters that show nothing: Unicode's Default_Ignorable_Code_Point, the ones that people come by.
_UNSEEN = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
)
# Everyday signs that stay: three dots would join what they keep apart; numbers.py knows the others between digits.
_KEPT = frozenset("…–\u00a0\u202f\u2009")
_REFERENCE = r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});"
# Of RFC 3986's percent-encoding only ".", "-", "@", "+" and "_": what local parts and hosts are joined by.
_ESCAPED = r"%(?:40|2[BbDdEe]|5[Ff])"
# A set of characters first: ``re`` skips fast to those.
_DISGUISED = re.compile(rf"[&%\x80-\U0010ffff](?:(?<=[^&%])|(?<=&){_REFERENCE[1:]}|(?<=%){_ESCAPED[1:]})")

# Of the bytes of UTF-8 those of letters that have another plain form, and few others: not the letters of Latin-1, quotation marks,
# dashes, dots, the Euro sign, arrows, most of mathematics, or pictures.
_FOREIGN = (
    r"\xc2[\xa8\xaa\xad\xaf\xb2-\xb5\xb7-\xba\xbc-\xbe]|\xc4[\xb1-\xb3\xbf]|\xc5[\x80\x89\xbf]|[\xc6-\xe1]"
    r"|\xe2(?:\x80[^\x89\x93\x94\x98\x99\x9c-\x9e\xa0\xa2\xa6\xaf\xb9\xba]|\x82[^\xac]|[\x81\x83-\x85\x90-\x93\xa4-\xbf]|\x86\x89|\x8c[\xa9\xaa]"
    r"|\x88[\x92\x99\xac-\xb6])|[\xe3-\xef]|\xf0(?:[^\x9f]|\x9f[\x84-\x89\xaf])|[\xf1-\xf4]"
)
MARK = rf"{_FOREIGN}|{_REFERENCE}|{_ESCAPED}"


@dataclass(frozen=True, slots=True)
class PlainForm:
    """A plain text and where its parts come from: part ``i`` runs from ``plain[i]`` there, and from ``origin[i]`` in the original."""

    text: str
    plain: tuple[int, ...]
    origin: tuple[int, ...]
    disguised: tuple[bool, ...]

    def original(self, span: Span) -> Span:
        """Return the span in the original text; a disguise that it touches is in it as a whole."""
        return Span(self._place(span.start, at_end=False), self._place(span.end, at_end=True), span.label)

    def _place(self, at: int, at_end: bool) -> int:
        part = bisect_right(self.plain, at - at_end) - 1
        if self.disguised[part]:
            return self.origin[part + 1] if at_end else self.origin[part]
        return self.origin[part] + at - self.plain[part]


def plain_form(text: str) -> PlainForm | None:
    """Return the plain form of a text; ``None`` where it is the text itself.

    >>> from sayso.redact.spans import Label
    >>> form = plain_form("jane&#64;ex\\u200bample.org")
    >>> form.text, form.original(Span(5, 12, Label.URL))[:2]
    ('jane@example.org', (9, 17))
    """
    places, origins, disguised = [0], [0], [False]
    parts: list[str] = []
    done = length = 0
    for found in _DISGUISED.finditer(text):
        shown = _shown(found[0])
        if shown == found[0]:
            continue
        start, end = found.span()
        parts += (text[done:start], shown)
        begin = length + start - done
        length, done = begin + len(shown), end
        places += (begin, length)
        origins += (start, end)
        disguised += (True, False)
    if not parts:
        return None
    parts.append(text[done:])
    return PlainForm("".join(parts), tuple(places), tuple(origins), tuple(disguised))


@lru_cache(maxsize=1 << 16)
def _shown(disguise: str) -> str:
    """Return what a character, a reference or an escape shows."""
    if disguise[0] == "%":
        return chr(int(disguise[1:], 16))
    letter = html.unescape(disguise) if disguise[0] == "&" else disguise
    return "".join(map(_letter, letter))


def _letter(letter: str) -> str:
    if letter.isascii():
        return letter
    if letter in _UNSEEN:
        return ""
    if letter in _KEPT:
        return letter
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    return unicodedata.normalize("NFKC", letter.translate(_LOOKALIKES)).translate(_LOOKALIKES)
