"""The tables of dated facts in the policy format: sources, claims, conflicts, sightings and suspensions."""

from __future__ import annotations

from sayso.policy.fieldtypes import Either, Field, Id, ListOf, Nested, OneOf, Ref, Table, Text, When

CLAIM_STATUS = ("claimed", "reported", "contradicted", "unknown")
CONFIDENCE = ("H", "M", "L")
SHOWS = ("use", "sign")
"""What a sighting shows: that data was used, or something that suggests it."""

ALL = OneOf(("all",))
EVIDENCE = Field("evidence", ListOf(Ref("source"), 0), "The sources that this rests on.", "[terms-2024]")
REGIONS = Either((OneOf(("everywhere",)), ListOf(Ref("region"))))
RECIPIENTS = Either((ALL, ListOf(Ref("recipient"))))

SOURCE = Table(
    "source",
    "Where a fact comes from.",
    (
        Field("title", Text(), "What it is.", "Privacy policy", required=True),
        Field("reference", Text(), "A document, a commit, an address.", "commit e21e1fa8f"),
        Field("date", Text(), "Its date, as exact as known.", "2024-09-18"),
        Field("confidence", OneOf(CONFIDENCE), "How sure it is: high, middling, low.", "H"),
        Field(
            "document",
            Text(),
            "Which document this is in an archive in the layout of Open Terms Archive, as `SERVICE/TERMS TYPE`: "
            "`sayso policy check-terms` looks there for what is quoted from it.",
            "LinkedIn/Privacy Policy",
        ),
    ),
)

CLAIM = Table(
    "claim",
    "What a platform says of its own practice. It never counts as evidence.",
    (
        Field("id", Id(), "The claim's name.", "redaction", required=True),
        Field("what", Text(), "What is said.", "Personal data is removed first.", required=True),
        Field("status", OneOf(CLAIM_STATUS), "How it stands.", "claimed", required=True),
        Field("since", Text(), "Since when, as exact as known.", "2024-09-18"),
        EVIDENCE,
    ),
)

SIDE = Table(
    "side",
    "What one side of a conflict says.",
    (
        Field("what", Text(), "What is said.", "Business plans are included.", required=True),
        Field(
            "evidence", ListOf(Ref("source")), "The sources that say it; at least one.", "[terms-2024]", True
        ),
    ),
)

CONFLICT = Table(
    "conflict",
    "Sources that differ: every side is written down, and what this policy does about it.",
    (
        Field("id", Id(), "The conflict's name.", "business-plans", required=True),
        Field("about", Text(), "What they differ about.", "Whether business plans are included", True),
        Field("says", ListOf(Nested(SIDE), 2), "The sides, at least two.", "[...]", required=True),
        Field(
            "taken",
            Text(),
            "What this policy does about it.",
            "The terms themselves: no rule covers business plans.",
            required=True,
        ),
    ),
)

BETWEEN = Table(
    "between",
    "A moment that is only known to lie in an interval, both ends included.",
    (
        Field("not_before", When(), "The earliest it can have been.", "2024-09-18", required=True),
        Field("not_after", When(), "The latest it can have been.", "2024-12-10", required=True),
    ),
)

SOMEWHEN = Table(
    "somewhen",
    "A moment by which something had begun or ended, both ends included.",
    (
        Field("not_before", When(), "The earliest it can have been; left out where not known.", "2024-08-01"),
        Field("not_after", When(), "The latest it can have been.", "2024-08-31", required=True),
    ),
)

SIGHTING = Table(
    "sighting",
    "A dated fact of what was done, whatever the terms said then: what `sayso policy gaps` holds against the versions in "
    "force.",
    (
        Field("id", Id(), "The sighting's name.", "switch-before-terms", required=True),
        Field("what", Text(), "What was seen.", "The switch was in the settings.", required=True),
        Field(
            "shows",
            OneOf(SHOWS),
            "`use`: that data was used. `sign`: something that suggests it, such as a switch (so it is where left out).",
            "use",
        ),
        Field(
            "purposes", ListOf(Ref("purpose")), "What for, with the purposes below.", "[ai-training]", True
        ),
        Field("recipients", RECIPIENTS, "By whom; not known where left out.", "[platform]"),
        Field("regions", REGIONS, "Where, or `everywhere`; not known where left out.", "[US]"),
        Field("except", ListOf(Ref("region")), "Where not after all.", "[EEA]"),
        Field(
            "categories",
            ListOf(Ref("category")),
            "Which kinds of record; not known where left out.",
            "[post]",
        ),
        Field("from", Either((When(), Nested(SOMEWHEN))), "Since when.", "2024-08-01", required=True),
        Field(
            "until",
            Either((When(), Nested(BETWEEN))),
            "When it ended; left out where nothing says that it did.",
            "2024-09-18",
        ),
        Field(
            "evidence",
            ListOf(Ref("source")),
            "The sources that this rests on; at least one.",
            "[report]",
            True,
        ),
    ),
)

SUSPENSION = Table(
    "suspension",
    "A stop by a regulator or the office, as a dated fact.",
    (
        Field("id", Id(), "The suspension's name.", "uk-2024", required=True),
        Field("regions", REGIONS, "Where, or `everywhere`.", "[GB]", required=True),
        Field(
            "purposes", ListOf(Ref("purpose")), "What for, with the purposes below.", "[ai-training]", True
        ),
        Field("recipients", RECIPIENTS, "For whom; all where left out.", "all"),
        Field("from", Either((When(), Nested(BETWEEN))), "Since when.", "2024-09-20", required=True),
        Field("until", When(), "When it ended; left out while it lasts.", "2025-11-03"),
        Field("authority", Text(), "Who asked for it.", "ICO"),
        Field("reference", Text(), "Where that is written.", "statement of 2024-09-20"),
        EVIDENCE,
    ),
)
