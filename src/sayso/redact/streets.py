"""Postal addresses: a street and a house number, with what belongs to them before and behind; post-office boxes; British postcodes.

Each is known by a word for a street (en, de, nl, fr, es, pt, it, the Nordic languages, pl) beside a number, by a word for a part of
a house, or by a form of its own. From there the address is followed: part of a house, city, region, postcode, over a few lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain

from sayso.redact.anchored import anchored
from sayso.redact.spans import Label, Span

_UPPER = "A-ZÀ-ÖØ-ÞŁŚŻŠŽČ"
# USPS Publication 28, appendix C1: suffixes, the common ones; and British ones.
_SUFFIX = (
    r"(?:Street|St|Avenue|Ave?|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Way|Terrace|Ter|Parkway|Pkwy"
    r"|Highway|Hwy|Close|Crescent|Cres|Row|Mews|Gardens|Gdns|Grove|Hill|Circle|Cir|Trail|Loop|Alley|Broadway|Expressway|Freeway"
    r"|Plaza|Turnpike|Walk|Wharf|Quay|Park|Rise|View|Green|Heights|Hts|Ridge|Pike|Crossing|Bypass)"
)
_ENGLISH = (
    rf"[0-9]{{1,5}}(?:[-/][0-9]{{1,4}})?[A-Za-z]?,? (?:(?:[{_UPPER}][\w'’.-]{{0,24}}|[0-9]{{1,3}}(?:st|nd|rd|th)|of"
    rf"|the|de|la|du|van) ){{1,4}}"
    rf"{_SUFFIX}\b\.?(?: (?:NE|NW|SE|SW|[NSEW]|North|South|East|West)\b)?"
)
_ENGLISH_MARK = (
    r"[0-9][A-Za-z]?,? (?:(?:[A-Z\x80-\xff][\w'.\x80-\xff-]*|[0-9]{1,3}(?:st|nd|rd|th)|of|the|de|la|du|van) )+"
    + _SUFFIX
)
# Compounds, and words of their own: the number stands behind. Short endings are those of English words as well.
_COMPOUND = (
    r"(?:straße|strasse|str\.|allee|gasse|platz|damm|ufer|chaussee"
    r"|straat|laan|plein|gracht|singel|weg|gatan|vägen|veien|vegen|gaten)"
)
_SHORT_COMPOUND = r"(?:ring|kade|steeg|dreef|gata|gade|vej|gate|katu|tie|polku|toget|torget|väg|vei|veg)"
_OWN_WORD = r"(?:Straße|Strasse|Str\.|Allee|Gasse|Platz|Weg|Damm|Ufer|Laan|Straat|Plein)"
_BEHIND = r",? (?:[Nn]r\.? ?)?[0-9]{1,4}(?: ?[a-zA-Z]\b)?"
_FORE = rf"(?:[{_UPPER}][\w'’-]{{0,30}}[ -]){{0,3}}"
_GERMANIC = rf"{_FORE}(?:[{_UPPER}][\w'’-]{{0,30}}{_COMPOUND}|{_OWN_WORD}){_BEHIND}"
_GERMANIC_MARK = rf"(?:[\w\x80-\xff'-]{_COMPOUND}|{_OWN_WORD}),? (?:[Nn]r\.? ?)?[0-9]"
_NORDIC = rf"{_FORE}[{_UPPER}][\w'’-]{{0,30}}{_SHORT_COMPOUND}{_BEHIND}"
_NORDIC_MARK = rf"[A-Z\x80-\xff][\w\x80-\xff'-]*{_SHORT_COMPOUND},? (?:[Nn]r\.? ?)?[0-9]"
_NAME = (
    rf"(?:(?:(?:de|del|de la|de las|de los|di|da|do|dos|das|du|des|della|dei|delle|la|le|les|el) |[dl]['’]){{0,2}}"
    rf"[{_UPPER}0-9][\w'’-]{{0,24}}\.?)"
)
_FRENCH_WORD = (
    r"(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Bb]ld|[Bb]d\.?|[Pp]lace|[Cc]hemin|[Ii]mpasse|[Aa]llée|[Qq]uai|[Cc]ours"
    r"|[Rr]oute|[Pp]assage"
    r"|[Ff]aubourg|[Ss]quare)"
)
_FRENCH = rf"[0-9]{{1,5}}(?: ?(?:bis|ter|quater)\b)?,? {_FRENCH_WORD} (?:{_NAME} ){{0,4}}{_NAME}"
_FRENCH_MARK = rf"[0-9](?: ?(?:bis|ter|quater))?,? {_FRENCH_WORD} "
_SOUTHERN_WORD = (
    r"(?:[Cc]alle|C/|[Aa]venida|[Aa]vda\.?|Av\.|[Pp]laza|[Pp]aseo|[Rr]onda|[Cc]arretera|[Rr]ua|[Tt]ravessa|[Pp]raça"
    r"|Largo|Estrada"
    r"|Alameda|Via|Viale|[Pp]iazza|[Pp]iazzale|Corso|[Vv]icolo|Strada|Contrada|[Ll]ungomare|ul\.|[Uu]lica|Str\.)"
)
_SOUTHERN = (
    rf"{_SOUTHERN_WORD} ?(?:{_NAME} ){{0,4}}{_NAME}(?:,? n?[.º°] ?|, ?| )[0-9]{{1,4}}(?:[/ -]?[A-Za-z]\b)?"
)
_SOUTHERN_START = r"[AaCcELlPpRrSTtUuVv](?<![\w./#-].)(?=al|as|ar|i|[l/]|on|or|ra|st|tr|ua|un|v[de.])"
_SOUTHERN_MARK = rf"{_SOUTHERN_WORD} ?[\w\x80-\xff][^\n\xff]*[0-9]"
# A number, a name, a number: an address if a part of a house or a city with a postcode follows.
_NUMBERED = rf"[0-9]{{1,5}} (?:[{_UPPER}][\w'’-]{{0,24}} ){{1,4}}[0-9]{{1,4}}(?=,|[ \t]{{0,4}}\r?\n| (?:[Aa]pt|APT|[Ss]uite|[Uu]nit))"
_NUMBERED_MARK = (
    r"[0-9] (?:[A-Z\x80-\xff][\w'\x80-\xff-]* )+[0-9]+(?:,|[ \t]*\r?\n| (?:[Aa]pt|APT|[Ss]uite|[Uu]nit))"
)
# USPS Publication 28, sections 213 (parts of a house), 225 and 28 (military mail and boxes); boxes elsewhere.
_PART = r"(?:[Aa]pt|APT|[Ss]uite|Ste|[Aa]partment|Flat)\.? #?[A-Z]?[0-9]{1,5}[A-Z]?"
_PART_MARK = r"(?:[Aa]pt|APT|[Ss]uite|Ste|[Aa]partment|Flat)\.? #?[A-Z]?[0-9]"
_BOX = (
    r"(?:(?:P\.? ?O\.? ?Box|PO BOX|[Pp]ostfach|[Pp]ostbus|[Aa]partado(?: de [Cc]orreos)?|[Cc]aixa [Pp]ostal"
    r"|[Cc]asella [Pp]ostale"
    r"|[Bb]oîte [Pp]ostale)[ :#]{1,2}[0-9]{1,6}|(?:PSC|[Uu]nit|UNIT|CMR) [0-9]{1,6},? [Bb](?:ox|OX) [0-9]{1,5})"
)
_MILITARY = (
    r"(?:(?:USNV|USS|USCGC|USNS) [A-Z][\w-]{1,20}\s{1,2})?(?:[FAD]PO|[fad]po) (?:A[AEP]|a[aep]) [0-9]{5}"
)
_MILITARY_MARK = r"(?:[FAD]PO|[fad]po) (?:A[AEP]|a[aep]) [0-9]{5}"
_UK = r"(?:GIR 0AA|[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]|[A-HK-Y][0-9][0-9ABEHMNPRV-Y]|[0-9][A-HJKPSTUW]) [0-9][ABD-HJLNP-UW-Z]{2})"
_STATE = r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])"
_ZIP = rf"(?:[A-Z][a-z]{{1,20}} ){{0,2}}[A-Z][a-z]{{1,20}},? {_STATE},? [0-9]{{5}}(?:-[0-9]{{4}})?"
_ZIP_MARK = rf"[a-z],? {_STATE},? [0-9]{{5}}"
_PREFIXED = rf"(?:D|A|CH|B|NL|F|I|DE|AT|BE|FR|IT)-[0-9]{{4,5}} [{_UPPER}][^\W\d][\w'’-]{{1,30}}"
_PREFIXED_MARK = r"[A-Z]-[0-9]{4,5} [A-Z\x80-\xff]"

_GAP = r"(?:,? |,?[ \t>]{0,4}\r?\n[ \t>]{0,4}(?:, ?)?)"
_UNIT_BEHIND = re.compile(
    rf"{_GAP}(?:(?:[Aa]pt|APT|[Ss]uite|Ste|[Aa]partment|[Uu]nit|[Ff]lat|[Ff]loor|Fl|[Bb]ldg|[Rr]oom|Rm)\.? #?"
    rf"|#)[A-Z]?[0-9]{{1,5}}[A-Z]?(?!\w)"
)
_POSTCODE = (
    rf"(?:(?:[A-Z]{{1,2}}-)?[0-9]{{4,6}}(?:-[0-9]{{3,4}})?(?: [A-Z]{{2}}\b)?|[0-9]{{3}} [0-9]{{2}}|[0-9]{{2}}-[0-9]{{3}}|{_UK}"
    r"|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9])"
)
_CITY = rf"[{_UPPER}][^\W\d][\w'’.-]{{0,30}}(?: [\w'’.-]{{1,30}}+){{0,3}}"
# Postcode, city; or city, region, country, postcode. Either way a postcode, without which a name may be anything.
_TAIL = re.compile(
    rf"{_GAP}{_POSTCODE} [{_UPPER}][^\W\d][\w'’-]{{0,30}}(?: [{_UPPER}][\w'’-]{{1,30}}){{0,2}}(?!\w)"
    rf"|(?:{_GAP}{_CITY}){{0,3}}?(?:{_GAP}(?:[A-Z]{{2,3}}"
    rf"|nan))?{_GAP}(?:[{_UPPER}][\w-]{{1,20}} ){{0,2}}{_POSTCODE}(?![\w-]|[.,][0-9])"
)
_BEFORE_PART = re.compile(rf"(?<![\w.])[0-9]{{1,5}} [^\n,;:?!]{{3,40}}{_GAP}\Z")


def streets(text: str) -> Iterator[Span]:
    """Yield each postal address, from the house or the street to the postcode and city, as far as they are there.

    >>> text = "at 1600 Amphitheatre Parkway, Mountain View, CA 94043; Hauptstr. 5, 10115 Berlin; SW1A 2AA; 5 Best Practices"
    >>> [text[span.start:span.end] for span in streets(text)]
    ['1600 Amphitheatre Parkway, Mountain View, CA 94043', 'Hauptstr. 5, 10115 Berlin', 'SW1A 2AA', 'Mountain View, CA 94043']
    """
    return chain.from_iterable(detect(text) for detect, _ in KINDS)


def _kind(
    form: str, needs_tail: bool = False, leads: bool = False, starts: str = ""
) -> Callable[[str], Iterator[Span]]:
    """Return the detector of one kind of address, by what such an address cannot be without, and where it can start."""
    core = re.compile(rf"(?<![\w./#-]){form}(?![\w/]|[.,-][0-9])")
    first = re.compile(starts) if starts else None

    def detect(text: str) -> Iterator[Span]:
        for found in anchored(first, core, text) if first else core.finditer(text):
            start, end = found.span()
            behind = _followed(text, end)
            if behind > end or not needs_tail:
                yield Span(_led(text, start) if leads else start, behind, Label.ADDRESS)

    return detect


def _followed(text: str, end: int) -> int:
    """Return the end of an address whose street ends there."""
    for _ in range(2):
        unit = _UNIT_BEHIND.match(text, end)
        end = unit.end() if unit else end
    tail = _TAIL.match(text, end)
    return tail.end() if tail else end


def _led(text: str, start: int) -> int:
    """Return the start of an address in which a part of a house starts there: at the house number before it."""
    before = _BEFORE_PART.search(text, max(0, start - 56), start)
    return before.start() if before else start


KINDS = (
    (_kind(_ENGLISH), _ENGLISH_MARK),
    (_kind(_FRENCH), _FRENCH_MARK),
    (_kind(_GERMANIC), _GERMANIC_MARK),
    (_kind(_NORDIC, needs_tail=True), _NORDIC_MARK),
    (_kind(_SOUTHERN, starts=_SOUTHERN_START), _SOUTHERN_MARK),
    (_kind(_NUMBERED, needs_tail=True), _NUMBERED_MARK),
    (_kind(_PART, leads=True), _PART_MARK),
    (_kind(_BOX), _BOX),
    (_kind(_MILITARY), _MILITARY_MARK),
    (_kind(_UK), _UK),
    (_kind(_ZIP), _ZIP_MARK),
    (_kind(_PREFIXED), _PREFIXED_MARK),
)
"""The detector of each kind of address, and its mark for the gate."""
