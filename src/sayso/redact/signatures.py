"""Signatures: the name under a post, after ``-- `` or after words of farewell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sayso.redact.spans import Label, Span

# Words before a name, en, de, fr, es, pt, nl, it.
_FAREWELL = (
    r"(?:(?:(?:best|kind(?:est)?|warm(?:est)?|with best|with kind|many) )?(?:regards|wishes)|regards|cheers"
    r"|(?:many )?thanks(?: again| a lot| so much)?"
    r"|thank you(?: very much| so much)?|thx|tia|(?:yours )?(?:sincerely|truly|faithfully)|yours|sincerely yours|best"
    r"|all the best|take care"
    r"|love|xoxo|kr|br|(?:mit )?(?:freundlichen?|besten?|lieben?|herzlichen?|viele|schöne|sonnige) gr(?:ü|ue)(?:ß"
    r"|ss)en?|gr(?:ü|ue)(?:ß|ss)e|gruß"
    r"|lg|vg|mfg|cordialement|bien (?:cordialement|à vous|à toi)|amicalement|bises|(?:un )?(?:cordial )?saludos?"
    r"|un abrazo|abrazos|atentamente"
    r"|cumprimentos|(?:com os melhores )?cumprimentos|atenciosamente|abraços?|(?:met )?(?:vriendelijke"
    r"|hartelijke) groet(?:en)?|groet(?:en|jes)?|mvg"
    r"|(?:cordiali|distinti|tanti) saluti|saluti|un saluto|un caro saluto|a presto)"
)
# A name: words with a capital, initials, "von" and its kin. One word all small stands where a line holds nothing else.
_WORD = r"[A-ZÀ-ÖØ-ÞŁŚŻŠŽČ](?:[\w'’-]{1,24}|\.)"
_NAME = rf"{_WORD}(?: (?:(?:von|van|de|der|den|da|dos|di|la|le|y|el|bin|al) ){{0,2}}{_WORD}){{0,3}}"
_CLOSED = re.compile(
    rf"(?:\A|(?<=[\s.!?,;)]))(?i:{_FAREWELL})[ \t]{{0,2}}(?:[,!.;~-]{{1,3}}[ \t]{{0,2}})?"
    rf"(?:(?:\r?\n[ \t]{{0,4}}){{1,3}}[-–—~]{{0,2}} ?({_NAME}|[a-z][a-z'-]{{1,15}})|(?<=[,!.;~ -])({_NAME}))[ \t]{{0,2}}[.!)]?"
    r"(?:[ \t\r\n]{0,8}\Z|[ \t]{0,4}(?:\r?\n[^\n]{0,60}){1,4}\Z)",
)
_CAPITAL = re.compile(_NAME)
# RFC 3676, section 4.3: the line "-- ". Up to four short lines stand under it.
_DASHED = re.compile(r"(?:\A|\n)-- ?\r?\n((?:[^\r\n]{1,72}(?:\r?\n|\Z)){1,4})\s{0,4}\Z")
_NOBODY = frozenset(
    "all everyone everybody guys folks team in for advance again anyway you your to and a the this that i if any so"
    " but please edit"
    " update ps hello hi there sir madam much very alle allen euch ihnen à tous todos tutti is it it's of on from with lot tons"
    " mate man bro dude buddy friend friends community world god yes no ok okay".split()
)
_REACH = 400

_LINE = r"[A-Za-z\x80-\xff][\w'.\x80-\xff-]*(?: [A-Za-z\x80-\xff][\w'.\x80-\xff-]*)*"
_CAPITALS = r"[A-Z\x80-\xff][\w'.\x80-\xff-]*(?: [A-Za-z\x80-\xff][\w'.\x80-\xff-]*)*"
FAREWELL_MARK = (
    rf"[\s\x0b\x1c-\x1f\x80-\xff.!?,;)](?i:{_FAREWELL})[ \t]*[,!.;~-]*[ \t]*"
    rf"(?:(?:\r?\n[ \t]*)+[~\x80-\xff-]*[ ]?{_LINE}|{_CAPITALS})[ \t]*[.!)]?"
    r"(?:[ \t\r\n]*\xff|[ \t]*(?:\r?\n[^\n\xff]*){1,4}\xff)"
)
DASHED_MARK = r"[\xff\n]-- ?\r?\n[^\r\n\xff]"


def signatures(text: str) -> Iterator[Span]:
    """Yield the lines of a name at the end of a text: under ``-- `` on its line, or after words such as ``Best regards,``.

    >>> text = "It works now.\\n\\nBest regards,\\nAda Lovelace"
    >>> [text[span.start:span.end] for span in signatures(text)]
    ['Ada Lovelace']
    """
    start = max(0, len(text) - _REACH)
    dashed = _DASHED.search(text, start)
    if dashed:
        yield Span(dashed.start(1), dashed.start(1) + len(dashed[1].rstrip()), Label.SIGNATURE)
        return
    for closed in _CLOSED.finditer(text, start):
        place = 1 if closed[1] else 2
        if _is_name(closed[place], alone=place == 1):
            yield Span(*closed.span(place), Label.SIGNATURE)


def _is_name(words: str, alone: bool) -> bool:
    """Tell whether the words can be a name: each of it capital, or one small word that has a line to itself."""
    if _NOBODY.intersection(words.lower().split()):
        return False
    return _CAPITAL.fullmatch(words) is not None or (alone and " " not in words)
