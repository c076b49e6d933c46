"""Evidence: whether a word is a form of a name, and whether what stands around it says that it is one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sayso.redact.common_names import CALENDAR, CALLS, GREETINGS, SAYS
from sayso.redact.folding import Words, folded

# Endings of cases, possessives and diminutives, folded: German, Dutch and English; West Slavic; Spanish and Portuguese; Cyrillic.
ENDINGS = frozenset(
    folded("""
    s es n en ns chen lein je tje
    a u y e i o ou om em ovi owi ovy owy ow ova owa ovou owej ego emu ej am ami ach ie
    ito ita inho inha
    а у ы е и о ю я ой ей ом ем ов ова ову ове овым овой ого ому ым ами ах
    """).split()
)
VOWELS = frozenset("aeiouyаеиоуыюя")
LONG = 5
"""From this length on a part of a name takes any of the endings; a shorter one only an ``s``."""

# What may stand between two parts of a name: spaces, joins, emphasis and quotes; no mark that parts a sentence but the dot.
_GAP = re.compile(r"(?:[^\w,;:!?()\[\]{}<>@#=$%^\\]|_)*")
_COMMA = re.compile(r"[\s_*~'\"]*,(?:[^\w,;:!?()\[\]{}<>@#=$%^\\]|_)*")
_SPACE = re.compile(r"\s*")
_JOIN = re.compile(r"[-_.·~]")
_STOP = re.compile(r"\.\s")
_SHORT_TITLE = 2
_NEAR = 24


def agrees(word: str, part: str) -> bool:
    """Return whether a folded word is a folded part of a name, or one with an ending of a case, possessive or diminutive.

    >>> [agrees(word, "lovelace") for word in ("lovelace", "lovelaces", "lovelacovi", "lovelaceville")]
    [True, True, True, False]
    >>> [agrees(word, "ada") for word in ("ada", "adas", "adam", "ado")]
    [True, True, False, False]
    """
    if word == part:
        return True
    if len(part) < LONG:
        return word == part + "s" and len(part) > 1
    if word.startswith(part):
        return word[len(part) :] in ENDINGS
    return part[-1] in VOWELS and word.startswith(part[:-1]) and word[len(part) - 1 :] in ENDINGS


def is_capital(words: Words, at: int) -> bool:
    """Return whether a word starts with a capital, or with a letter of a script that has none."""
    first = words.text[words.starts[at]]
    if first.isascii():
        return first.isupper()
    return first.isupper() or first.istitle() or (first.isalpha() and first.lower() == first.upper())


def gap(words: Words, left: int) -> str:
    """Return what stands between a word and the next, at most the few characters that any rule looks at."""
    return words.text[words.ends[left] : words.starts[left + 1]]


def gap_is_open(words: Words, left: int) -> bool:
    """Return whether the words on both sides of a gap can be parts of one name."""
    start, end = words.ends[left], words.starts[left + 1]
    return words.text[start:end] == " " or _GAP.fullmatch(words.text, start, end) is not None


def gap_is_comma(words: Words, left: int) -> bool:
    """Return whether one comma stands in the gap, as in ``Lovelace, Ada``."""
    return _COMMA.fullmatch(words.text, words.ends[left], words.starts[left + 1]) is not None


def gap_ends_sentence(words: Words, left: int) -> bool:
    """Return whether a dot and white space stand in the gap behind a word that is neither an initial nor a short title."""
    return len(words.folded[left]) > _SHORT_TITLE and _STOP.match(words.text, words.ends[left]) is not None


def gap_is_space(words: Words, left: int) -> bool:
    """Return whether nothing but white space stands in the gap."""
    return _SPACE.fullmatch(words.text, words.ends[left], words.starts[left + 1]) is not None


def gap_is_join(words: Words, left: int) -> bool:
    """Return whether one hyphen, underscore, dot or the like stands in the gap, as in handles."""
    return _JOIN.fullmatch(words.text, words.ends[left], words.starts[left + 1]) is not None


def is_initial(words: Words, at: int) -> bool:
    """Return whether a word is one capital letter, or one letter with a dot or a join behind it."""
    if words.ends[at] - words.starts[at] != 1 or not words.folded[at].isalpha():
        return False
    behind = words.text[words.ends[at] : words.ends[at] + 1]
    return words.text[words.starts[at]].isupper() or behind in (".", "_", "-")


def is_called(words: Words, at: int) -> bool:
    """Return whether a word is addressed: by an ``@``, title, greeting, thanks, verb of saying, possessive or comma at it.

    >>> [is_called(Words.of(text), 1) for text in ("Thanks Will!", "But Will said so", "Yes, Will, do", "thanks will be given")]
    [True, True, True, False]
    """
    before = words.text[max(0, words.starts[at] - 1) : words.starts[at]]
    if before == "@":
        return True
    capital = is_capital(words, at)
    return _is_greeted(words, at, capital) or (capital and (_is_saying(words, at) or _is_vocative(words, at)))


def _is_greeted(words: Words, at: int, capital: bool) -> bool:
    if not at or words.folded[at - 1] not in CALLS:
        return False
    if gap(words, at - 1).strip() not in ("", ".", ",", ":"):
        return False
    return capital or (words.folded[at - 1] in GREETINGS and _closes(words, at))


def _closes(words: Words, at: int) -> bool:
    """Return whether a mark or the end of a line or text follows a word."""
    behind = words.text[words.ends[at] : words.ends[at] + 2].lstrip(" \t")
    return not behind or behind[0] in ",.!?:;\r\n"


def _is_saying(words: Words, at: int) -> bool:
    if at + 1 >= len(words.folded):
        return False
    following = words.folded[at + 1]
    if following == "s":
        return words.text[words.ends[at] : words.starts[at + 1]] in ("'", "’")
    return following in SAYS and gap_is_space(words, at)


def _is_vocative(words: Words, at: int) -> bool:
    before = words.text[max(0, words.starts[at] - _NEAR) : words.starts[at]].rstrip(" \t")
    return before.endswith(",") and _closes(words, at)


def is_inside_sentence(words: Words, at: int) -> bool:
    """Return whether a word is capitalised where a sentence does not start, next to words that are not.

    >>> [is_inside_sentence(Words.of(text), 1) for text in ("ask Will first", "Yes. Will you", "In May", "ASK WILL FIRST")]
    [True, False, False, False]
    """
    if not at or not is_capital(words, at) or words.folded[at] in CALENDAR:
        return False
    if not gap_is_space(words, at - 1) or "\n" in gap(words, at - 1):
        return False
    around = (at - 1, at + 1) if at + 1 < len(words.folded) else (at - 1,)
    return all(words.text[words.starts[near]].islower() for near in around)


def is_bridged(words: Words, left: int, steps: int) -> bool:
    """Return whether what stands between two words may stand in a name: only between the first two a comma, or a dot and a space."""
    if steps == 1:
        return gap_is_open(words, left) or gap_is_comma(words, left)
    return gap_is_open(words, left) and not gap_ends_sentence(words, left)


def is_form(word: str, parts: Iterable[str]) -> bool:
    return any(agrees(word, part) for part in parts)


def stems(word: str) -> list[str]:
    """Return what a folded word may be a form of: itself, and it less each ending, with and without a final vowel."""
    found = [word]
    for length in range(1, min(5, len(word) - 1)):
        if word[-length:] in ENDINGS:
            stem = word[:-length]
            if len(stem) >= LONG or word[-length:] == "s":
                found.append(stem)
            if len(stem) + 1 >= LONG:
                found += [stem + vowel for vowel in sorted(VOWELS)]
    return found
