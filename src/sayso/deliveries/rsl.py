"""The licence of a delivery as an RSL 1.0 document (rslstandard.org/rsl, Recommendation of 2025-12-10)."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from sayso.deliveries.agreement import Agreement, Payment
from sayso.values.regions import country_of

NAMESPACE = "https://rslstandard.org/rsl"
MEDIA_TYPE = "application/rsl+xml"


def rsl_document(agreement: Agreement) -> bytes:
    """Return the RSL document of what is handed over under an agreement: of all that lies beside it.

    Tokens of one type stand in one element, apart by a space. What RSL has no word for (the purposes, the term, the days to remove)
    is in the agreement, which lies beside it. Its territories are countries: a subdivision is left out, for its country would say
    more than was agreed, and where nothing but subdivisions was agreed, no country is permitted.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<rsl xmlns={quoteattr(NAMESPACE)}>",
        '  <content url="/">',
        "    <license>",
    ]
    lines += [f"      {line}" for line in _licence(agreement)]
    lines += ["    </license>"]
    if agreement.terms:
        lines.append(f"    <terms>{escape(agreement.terms)}</terms>")
    lines += ["  </content>", "</rsl>", ""]
    return "\n".join(lines).encode()


def _licence(agreement: Agreement) -> Iterator[str]:
    licence = agreement.licence
    yield _list("permits", "usage", licence.permits)
    if licence.users:
        yield _list("permits", "user", licence.users)
    if agreement.territory is not None:
        yield from _places(agreement.territory)
    if licence.prohibits:
        yield _list("prohibits", "usage", licence.prohibits)
    if licence.payment is not None:
        yield from _payment(licence.payment)
    if agreement.contact:
        yield f'<legal type="contact">{escape(agreement.contact)}</legal>'


def _places(territory: tuple[str, ...]) -> Iterator[str]:
    countries = tuple(code for code in territory if code == country_of(code))
    if countries:
        yield _list("permits", "geo", countries)
    else:
        yield _list("prohibits", "geo", tuple(dict.fromkeys(map(country_of, territory))))


def _list(element: str, kind: str, words: tuple[str, ...]) -> str:
    return f'<{element} type="{kind}">{escape(" ".join(words))}</{element}>'


def _payment(payment: Payment) -> Iterator[str]:
    parts = [
        f"<{name}>{escape(text)}</{name}>"
        for name, text in (("standard", payment.standard), ("custom", payment.custom))
        if text
    ]
    if payment.amount:
        parts.append(f"<amount currency={quoteattr(payment.currency)}>{payment.amount}</amount>")
    if not parts:
        yield f'<payment type="{payment.type}"/>'
        return
    yield f'<payment type="{payment.type}">'
    yield from (f"  {part}" for part in parts)
    yield "</payment>"
