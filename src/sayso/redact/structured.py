"""The finder of structured identifiers: what has a form, check digits or a word beside it by which it is known."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from sayso.redact import (
    accounts,
    addresses,
    credits,
    crypto,
    dates,
    documents,
    identifiers,
    numbers,
    obfuscated,
    places,
    plainform,
    quotes,
    secrets,
    signatures,
    spoken,
    streets,
)
from sayso.redact.gate import Detect, Detector, Gate
from sayso.redact.signs import at_name, digit, digit_run, figures, long_word, url_slash
from sayso.redact.spans import Span

DETECTORS: tuple[Detector[Detect], ...] = (
    Detector(addresses.emails_and_handles, (), at_name),
    Detector(addresses.urls, (), url_slash),
    Detector(numbers.numbers, (), digit_run),
    Detector(addresses.urls, ((addresses.WWW_MARK,),)),
    Detector(quotes.quotes, ((quotes.MARK,),)),
    Detector(addresses.hardware_addresses, ((addresses.MAC_MARK,),)),
    Detector(
        obfuscated.obfuscated_emails,
        ((obfuscated.SURE_MARK,), (obfuscated.SPACED_MARK,), (obfuscated.BARE_MARK,)),
    ),
    Detector(accounts.bics, ((accounts.BIC_WORD_MARK,),)),
    Detector(secrets.private_keys, ((secrets.PRIVATE_MARK,),)),
    Detector(
        crypto.wallets,
        ((crypto.BASE58_MARK,), (crypto.BECH32_MARK,), (crypto.ETHEREUM_MARK,), (crypto.MONERO_MARK,)),
        long_word,
    ),
    Detector(spoken.spoken_phones, ((spoken.RUN_MARK,),), group=1),
    Detector(credits.credits, ((credits.MARK,),), group=1),
    Detector(signatures.signatures, ((signatures.FAREWELL_MARK,), (signatures.DASHED_MARK,)), group=1),
    Detector(addresses.addresses, ((addresses.IP_MARK,),), digit),
    Detector(accounts.ibans, ((accounts.IBAN_MARK,),), digit),
    Detector(accounts.bics_beside, ((accounts.BIC_MARK, accounts.IBAN_MARK),), digit),
    Detector(secrets.secrets, ((secrets.KNOWN_MARK,),), digit),
    Detector(secrets.told_secrets, ((secrets.TOLD_MARK,),), digit),
    Detector(dates.births, ((dates.BIRTH_MARK,),), digit),
    Detector(places.angles, ((places.DMS_MARK,), (places.GEO_MARK,), (places.NAMED_MARK,)), digit),
    *(Detector(detect, ((mark,),), digit) for detect, mark in identifiers.FOUR_DIGITS),
    *(Detector(detect, ((mark,),), digit, 1) for detect, mark in streets.KINDS),
    *(Detector(detect, ((mark,),), figures) for detect, mark in identifiers.FIVE_DIGITS),
    Detector(identifiers.told_identifiers, ((identifiers.TOLD_MARK,),), figures, 1),
    Detector(documents.passports, ((documents.PASSPORT_MARK,), (documents.ZONE_MARK,)), figures),
    Detector(documents.licences, ((documents.LICENCE_MARK,),), figures),
    Detector(places.coordinates, ((places.PAIR_MARK,),), figures),
    Detector(dates.dates, ((dates.NUMERIC_MARK,), (dates.NAMED_MARK,)), figures),
    Detector(obfuscated.spaced_cards, ((obfuscated.DIGITS_MARK,),), figures),
)
"""Every detector of structured identifiers, with the marks without which it finds nothing."""

# What a redaction before left: nothing in it is anybody's.
_LABEL = re.compile(r"\[[A-Z]{2,12}(?: [^\[\]\n]{1,40})?\]")


class Structured:
    """Finds structured identifiers, in a text as it stands and in its plain form (``plainform``)."""

    version = "structured/4"

    def __init__(self) -> None:
        """Compile the gate: half a second, and once for a process will do."""
        disguised: Detector[Detect] = Detector(_disguised, ((plainform.MARK,),))
        self._gate = Gate((*DETECTORS, disguised))

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the spans found in each text, in code points, in any order; they may overlap.

        >>> [list(map(str, spans[0])) for spans in Structured().find(["ada@example.org", "jane&#64;example.org"])]
        [['0', '15', 'EMAIL'], ['0', '20', 'EMAIL']]
        """
        found: list[list[Span]] = [[] for _ in texts]
        called = self._gate.called(texts)
        for place, spans in _each_found(called, texts):
            found[place] += spans
        forms = [(place, plainform.plain_form(texts[place])) for place in called.get(_disguised, ())]
        self._look_behind([(place, form) for place, form in forms if form is not None], found)
        return [
            outside_labels(text, spans) if spans else spans for text, spans in zip(texts, found, strict=True)
        ]

    def _look_behind(self, forms: Sequence[tuple[int, plainform.PlainForm]], found: list[list[Span]]) -> None:
        """Add what the plain forms of texts hold to what was found at their places."""
        plain = [form.text for _, form in forms]
        for number, spans in _each_found(self._gate.called(plain), plain):
            place, form = forms[number]
            found[place] += map(form.original, spans)


def _each_found(
    called: Mapping[Detect, Iterable[int]], texts: Sequence[str]
) -> Iterator[tuple[int, Iterator[Span]]]:
    """Yield the places of texts and what one detector finds in each, one detector after the other: so its patterns stay at hand."""
    for detect, where in called.items():
        for place in where:
            yield place, detect(texts[place])


def find_ungated(text: str) -> list[Span]:
    """Return what every detector finds in a text and in its plain form: what ``Structured`` finds, at fifty times the cost."""
    detects = dict.fromkeys(one.detect for one in DETECTORS)
    found = list(chain.from_iterable(detect(text) for detect in detects))
    form = plainform.plain_form(text)
    if form is not None:
        found += map(form.original, chain.from_iterable(detect(form.text) for detect in detects))
    return outside_labels(text, found)


def _disguised(text: str) -> Iterator[Span]:
    """Stand in the gate for the look at the plain form: ``Structured`` knows it when it sees it, and finds nothing by it."""
    return iter(())


def outside_labels(text: str, found: list[Span]) -> list[Span]:
    """Return the spans that touch no label of a redaction before, or swallow it whole and more.

    >>> from sayso.redact.spans import Label
    >>> outside_labels("[EMAIL] x", [Span(1, 6, Label.ORG), Span(0, 7, Label.ORG), Span(0, 9, Label.QUOTE)])
    [Span(start=0, end=9, label=<Label.QUOTE: 'QUOTE'>)]
    """
    if not found or "[" not in text:
        return found
    labels = [label.span() for label in _LABEL.finditer(text)]
    ends = [end for _, end in labels]
    return [span for span in found if not _breaks(span, labels, ends)] if labels else found


def _breaks(span: Span, labels: list[tuple[int, int]], ends: list[int]) -> bool:
    """Tell whether a span cuts a label, or lies in it, or is it: the first and the last of those that it meets will tell."""
    first = bisect_right(ends, span.start)
    last = bisect_left(labels, (span.end, 0)) - 1
    if first > last:
        return False
    start, end = labels[first][0], labels[last][1]
    return start < span.start or span.end < end or (start, end) == (span.start, span.end)
