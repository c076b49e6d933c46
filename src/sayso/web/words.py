"""Words for people: names of regions, and of what is taken out of texts."""

from __future__ import annotations

from functools import lru_cache

import pycountry

from sayso.redact.spans import Label

LABELS = {
    Label.QUOTE: "another member's words",
    Label.SIGNATURE: "signature",
    Label.URL: "web address",
    Label.EMAIL: "e-mail address",
    Label.SECRET: "key or password",
    Label.CRYPTO: "crypto address",
    Label.IBAN: "bank account",
    Label.BIC: "bank code",
    Label.CARD: "card number",
    Label.ID: "identity number",
    Label.PASSPORT: "passport number",
    Label.LICENCE: "licence number",
    Label.GPS: "co-ordinates",
    Label.IP: "network address",
    Label.MAC: "device address",
    Label.PHONE: "phone number",
    Label.ADDRESS: "street address",
    Label.DATE: "date",
    Label.HANDLE: "handle",
    Label.MEMBER: "a member's name",
    Label.PERSON: "name",
    Label.ORG: "organisation",
    Label.LOC: "place",
    Label.TITLE: "job title",
}
"""What each class of span is, as a member would say it."""


def label_words(label: str) -> str:
    """Return what a class of span is.

    >>> label_words("LOC"), label_words("EMAIL")
    ('place', 'e-mail address')
    """
    return LABELS[Label(label)]


@lru_cache(maxsize=8192)
def region_name(region: str | None) -> str:
    """Return the name of a region (ISO 3166, package pycountry); of one that is not known, that it is not.

    >>> region_name("GB"), region_name("US-IL"), region_name(None)
    ('United Kingdom', 'Illinois, United States', 'not known')
    """
    if region is None:
        return "not known"
    country = pycountry.countries.get(alpha_2=region[:2])
    name = getattr(country, "common_name", None) or getattr(country, "name", region[:2])
    part = pycountry.subdivisions.get(code=region) if "-" in region else None  # type: ignore[no-untyped-call]
    return str(name) if part is None else f"{part.name}, {name}"
