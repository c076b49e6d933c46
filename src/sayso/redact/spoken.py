"""Telephone numbers in words: ``call me: five five five, oh one nine, double two``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sayso.redact.spans import Label, Span

# Digits as they are said, en, de, fr, es, pt, nl, it.
_DIGIT = (
    r"(?:zero|oh|o|one|two|three|four|five|six|seven|eight|nine|null|eins|zwei|zwo|drei|vier|fünf|fuenf|sechs|sieben|acht|neun"
    r"|zéro|un|deux|trois|quatre|cinq|sept|huit|neuf|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|um|dois|três"
    r"|meia|sete|oito"
    r"|nove|nul|een|één|twee|drie|vijf|zes|zeven|negen|due|tre|quattro|cinque|sei|sette|otto)"
)
_TWICE = r"(?:(?:double|triple|treble|doppel|doble|dupla|dubbel|doppio) )?"
_GAP = r"(?:[ ,/-]{1,3}|\.)"
_RUN = re.compile(
    rf"(?<![\w.-])(?:plus )?{_TWICE}{_DIGIT}\b(?:{_GAP}{_TWICE}{_DIGIT}\b){{4,20}}+", re.IGNORECASE | re.ASCII
)
RUN_MARK = rf"(?i){_DIGIT}{_GAP}{_TWICE}{_DIGIT}{_GAP}{_TWICE}{_DIGIT}{_GAP}"
_WORD = re.compile(
    r"(?:phone|number|\bcall\b|\bring\b|\btext\b|mobile|\bcell\b|whats ?app|\bdial\b|reach|contact|\btel\b|telefon"
    r"|nummer|handy|\bruf|\bnum[eé]ro|portable|appel"
    r"|m[oó]vil|n[uú]mero|celular|\bliga|\bllam|gsm|bel me|mobiel|cellulare|chiam)[^\n.!?]{0,40}\Z",
    re.IGNORECASE,
)


def spoken_phones(text: str) -> Iterator[Span]:
    """Yield each run of seven digits or more in words after a word for a telephone; ten need none, if it is no counting.

    >>> text = "My phone is five five five, oh one double nine. One two three four five six seven."
    >>> [text[span.start:span.end] for span in spoken_phones(text)]
    ['five five five, oh one double nine']
    """
    for found in _RUN.finditer(text):
        said = found[0].lower()
        counting = "one two three" in said or "one, two, three" in said
        told = _WORD.search(text, max(0, found.start() - 64), found.start())
        if _size(said) >= (7 if told else 10) and (told or not counting):
            yield Span(*found.span(), Label.PHONE)


def _size(said: str) -> int:
    """Return how many digits are said."""
    size = 0
    for word in re.split(r"[ ,./-]+", said):
        doubled = word.startswith(("dou", "dop", "dob", "dup", "dub"))
        tripled = word in ("triple", "treble")
        size += 2 * tripled + doubled or word not in ("plus", "")
    return size
