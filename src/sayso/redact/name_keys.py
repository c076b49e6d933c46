"""Name keys: a member's display name and handles, folded into the parts that the directory compares.

A key is the folded components of a name with a space between them; a component that is written with a hyphen, an apostrophe or a
dot inside keeps a ``-`` between its parts (``anna-maria schmidt``, ``miles o-brien``).
"""

from __future__ import annotations

import re
from itertools import pairwise
from unicodedata import normalize

from sayso.redact.common_names import PARTICLES
from sayso.redact.folding import folded

_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
_CHUNK = re.compile(r"[^\s,;/|·•]+")
_PLAIN = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]+)* [A-Za-z]{2,}")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
_NO_NAME = frozenset("dr mr mrs ms miss prof phd md jr sr ii iii iv".split())
# German, Danish and Norwegian vowels as they are written without their marks (DIN 5007-2; Norwegian passport rules).
_UMLAUTS = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "ø": "oe",
    "å": "aa",
    "Ä": "Ae",
    "Ö": "Oe",
    "Ü": "Ue",
    "Ø": "Oe",
    "Å": "Aa",
}
_TWO_LETTERS = str.maketrans(_UMLAUTS)
_CONTRACTED = re.compile(r"(?<=[^aeiouy\s-])([aou])e(?=[^aeiouy\s-])")
# Scripts written without spaces: Thai to Myanmar, Khmer, kana, Han (with extensions), Hangul syllables (particles follow at once).
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff]"
)


def is_unspaced(text: str) -> bool:
    """Return whether a folded text holds letters of a script that is written without spaces."""
    return not text.isascii() and UNSPACED.search(text) is not None


def name_keys(name: str) -> set[str]:
    """Return the keys of a display name: as written, and with umlauts in two letters or in one.

    >>> sorted(name_keys("Dr. Jürgen Müller (he/him)")), sorted(name_keys("Miles O'Brien"))
    (['juergen mueller', 'juergen muller', 'jurgen muller'], ['miles o-brien'])
    >>> sorted(name_keys("AdaLovelace")), sorted(name_keys("J. Mueller"))
    (['ada lovelace'], ['j mueller', 'j muller'])
    """
    if _PLAIN.fullmatch(name):
        key = name.lower()
        if _NO_NAME.isdisjoint(key.split(" ")):
            return {key, _contracted(key)} if "ae" in key or "oe" in key or "ue" in key else {key}
    chunks = _CHUNK.findall(_ASIDE.sub(" ", name))
    if len(chunks) == 1:
        chunks = _CAMEL.split(chunks[0])
    keys = {_key(chunks)}
    if not name.isascii():
        chunks = [normalize("NFC", chunk) for chunk in chunks]
        keys.add(_key([chunk.translate(_TWO_LETTERS) for chunk in chunks]))
    keys |= {_contracted(key) for key in keys}
    keys.discard("")
    return keys


def _key(chunks: list[str]) -> str:
    components = [folded(chunk).replace(" ", "-") for chunk in chunks]
    kept = [component for component in components if component and component not in _NO_NAME]
    if len(kept) == 1 and components[-1] in _NO_NAME and components[0] == kept[0]:
        kept.append(components[-1])  # somebody of one name and "II": all that tells them apart
    return " ".join(kept)


def _contracted(key: str) -> str:
    """Return a key whose last component has each umlaut in one letter: ``mueller`` is ``muller``, as ``Müller`` folds."""
    head, space, last = key.rpartition(" ")
    return head + space + (_CONTRACTED.sub(r"\1", last) if space else last)


def variants(key: str) -> list[list[str]]:
    """Return the components of a key that carry a name, those with a hyphen both in parts and in one.

    Single letters are left out, and particles that are neither first nor last.

    >>> variants("anna-maria von schmidt"), variants("miles o-brien"), variants("ada b lovelace")
    ([['anna', 'maria', 'schmidt'], ['annamaria', 'schmidt']], [['miles', 'brien'], ['miles', 'obrien']], [['ada', 'lovelace']])
    """
    components = key.split(" ")
    last = len(components) - 1
    kept = [part for place, part in enumerate(components) if place in (0, last) or part not in PARTICLES]
    apart = [piece for part in kept for piece in part.split("-") if len(piece) > 1 or UNSPACED.match(piece)]
    if "-" not in key:
        return [apart]
    return [apart, [part.replace("-", "") for part in kept if len(part) > 1]]


def pairs(parts: list[str], key: str) -> list[tuple[str, str]]:
    """Return which two parts of a name make a mention of it: the first with any other, and two that stand together.

    Two parts of one hyphenated component are not enough.

    >>> pairs(["anna", "maria", "schmidt"], "anna-maria schmidt"), pairs(["ada", "king", "lovelace"], "ada king lovelace")
    ([('anna', 'schmidt'), ('maria', 'schmidt')], [('ada', 'king'), ('ada', 'lovelace'), ('king', 'lovelace')])
    """
    if len(parts) < 2:
        return []
    found = [(parts[0], part) for part in parts[1:]] + list(pairwise(parts))
    spaced = f" {key} "
    return [pair for pair in dict.fromkeys(found) if f"{pair[0]}-{pair[1]}" not in spaced]
