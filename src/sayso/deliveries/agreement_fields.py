"""The format of an agreement, version 1, as tables: what the file of an agreement with a licensee may say."""

from __future__ import annotations

from sayso.policy.fieldtypes import Either, Field, Id, ListOf, Nested, OneOf, Ref, Table, Text, When, Whole

USAGES = ("all", "ai-all", "ai-train", "ai-input", "ai-index", "search")
USERS = ("commercial", "non-commercial", "education", "government", "personal")
PAYMENTS = ("purchase", "subscription", "training", "crawl", "use", "contribution", "attribution", "free")
"""The words of RSL 1.0 (rslstandard.org/rsl) for usages, users and kinds of payment."""

_USAGE, _USER = OneOf(USAGES), OneOf(USERS)

PAYMENT = Table(
    "payment",
    "What the licence costs, in the words of RSL 1.0.",
    (
        Field("type", OneOf(PAYMENTS), "How it is paid for.", "purchase", required=True),
        Field("standard", Text(), "The address of a standard rate card.", "https://forum.example/rates"),
        Field(
            "custom", Text(), "The address of the terms that were negotiated.", "https://forum.example/deal"
        ),
        Field("amount", Text(), "How much: digits, and a point before two more at most.", "12000.00"),
        Field("currency", Text(), "The currency: three capital letters of ISO 4217.", "EUR"),
    ),
)

LICENCE = Table(
    "licence",
    "What the RSL document says of the delivery, in the words of RSL 1.0.",
    (
        Field("permits", ListOf(_USAGE), "The usages that are allowed.", "[ai-train]", required=True),
        Field(
            "prohibits", ListOf(_USAGE, 0), "The usages that are not; what is prohibited wins.", "[search]"
        ),
        Field("users", ListOf(_USER, 0), "For whom; all where left out.", "[commercial]"),
        Field(
            "payment",
            Nested(PAYMENT),
            "What it costs; left out, nothing is said: RSL takes it for free.",
            "{type: purchase}",
        ),
    ),
)

AGREEMENT = Table(
    "agreement",
    "What was agreed with one licensee: who gets what, for what, where, how long, and how soon rows that are revoked are removed.",
    (
        Field("sayso", OneOf(("1",)), "The version of this format.", "1", required=True),
        Field("agreement", Id(), "Its name.", "acme-2026", required=True),
        Field(
            "licensee",
            Ref("recipient"),
            "Who gets it: a recipient of the policy, licensee or affiliate.",
            "acme",
            required=True,
        ),
        Field(
            "uses",
            ListOf(Ref("purpose")),
            "What for: the purposes that the data set was decided for.",
            "[licensing]",
            required=True,
        ),
        Field(
            "territory",
            Either((OneOf(("everywhere",)), ListOf(Ref("region")))),
            "Where it may be used: `everywhere`, or ISO 3166-1 and -2 codes.",
            "[GB, IE]",
            required=True,
        ),
        Field("from", When(), "Its first moment.", "2026-01-01", required=True),
        Field(
            "until",
            When(),
            "The first moment after it: then everything is to be removed.",
            "2027-01-01",
            required=True,
        ),
        Field(
            "remove_within_days",
            Whole(1, 365),
            "Within how many days revoked rows are removed; everything, at the end.",
            "14",
            required=True,
        ),
        Field(
            "acknowledgement_key",
            Text(),
            "The public key of what the licensee signs, as `sayso deliver key` prints it.",
            "acme.example+0a1b2c3d+AQ...",
            required=True,
        ),
        Field(
            "licence", Nested(LICENCE), "What the RSL document says.", "{permits: [ai-train]}", required=True
        ),
        Field(
            "contact",
            Text(),
            "Whom the licensee asks: an address, `mailto:` or `https:`.",
            "mailto:data@forum.example",
        ),
        Field("terms", Text(), "The address of the whole contract.", "https://forum.example/contracts/acme"),
    ),
)

AGREEMENT_TABLES = (AGREEMENT, LICENCE, PAYMENT)
"""Every table of the format, in the order of the reference page."""
