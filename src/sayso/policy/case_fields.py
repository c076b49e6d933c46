"""The format of `sayso policy test` files, as tables like those of the policy format."""

from __future__ import annotations

from sayso.policy.fact_fields import BETWEEN, RECIPIENTS, REGIONS
from sayso.policy.fieldtypes import Either, Field, ListOf, Nested, OneOf, Ref, Table, Text, When
from sayso.values.decisions import Reason, Verdict
from sayso.values.records import VISIBILITIES

USE = Table(
    "use",
    "What the record would be used for, and by whom.",
    (
        Field("purpose", Ref("purpose"), "What for.", "content-generation", required=True),
        Field("recipient", Ref("recipient"), "Who gets it.", "platform", required=True),
    ),
)

CASE_MEMBER = Table(
    "member",
    "The author. Any other key is an attribute.",
    (
        Field("region", Ref("region"), "ISO 3166-1 or -2; left out where not known.", "IE"),
        Field("birth_date", Text(), "The birth day.", "1980-05-01"),
        Field("age", Text(), "An age band.", "18-24"),
        Field("joined_at", When(), "When the account was opened.", "2019-01-01"),
        Field("closed_at", When(), "When the account was closed.", "2025-01-01"),
    ),
    rest=Text(),
)

CASE_RECORD = Table(
    "record",
    "What the member made. Any other key is an attribute.",
    (
        Field("category", Ref("category"), "Its kind.", "post", required=True),
        Field("visibility", OneOf(VISIBILITIES), "Who could see it; `public` where left out.", "public"),
        Field("created_at", When(), "When it was made.", "2019-03-01T00:00:00Z"),
        Field("collected_at", When(), "When it was collected.", "2019-03-01T00:00:00Z"),
        Field("deleted_at", When(), "When its author deleted it.", "2024-01-01"),
    ),
    rest=Text(),
)

CHOICE = Table(
    "choice",
    "What the member said.",
    (
        Field("control", Ref("control"), "Through which control.", "ai-training", required=True),
        Field("value", OneOf(("yes", "no")), "What.", "no", required=True),
        Field("at", When(), "When.", "2025-01-05T09:00:00Z", required=True),
        Field(
            "version",
            Ref("version"),
            "Which version they were shown; the one in force then if left out.",
            '"2024-09-18"',
        ),
    ),
)

CASE_NOTICE = Table(
    "notice",
    "What the member was told.",
    (
        Field("version", Ref("version"), "Of which version.", '"2024-09-18"', required=True),
        Field("at", When(), "When.", "2024-08-18", required=True),
        Field("to", Text(), "`everyone` (also where left out), `member`, or `region:GB`.", "everyone"),
    ),
)

CASE_SUSPENSION = Table(
    "suspension",
    "A stop by a regulator or the office. Give `use` (a use, or a purpose for every recipient), or `purposes` and `recipients`.",
    (
        Field("regions", REGIONS, "Where; everywhere if left out.", "[GB]"),
        Field("use", Either((Ref("purpose"), Nested(USE))), "Which use, or which purpose.", "ai-training"),
        Field("purposes", ListOf(Ref("purpose")), "What for.", "[ai-training]"),
        Field("recipients", RECIPIENTS, "For whom; all if left out.", "all"),
        Field("from", Either((When(), Nested(BETWEEN))), "Since when.", "2024-09-20", required=True),
        Field("until", When(), "When it ended.", "2025-11-03"),
        Field("authority", Text(), "Who asked for it.", "ICO"),
        Field("reference", Text(), "Where that is written.", "statement of 2024-09-20"),
    ),
)

EXPECT = Table(
    "expectation",
    "What the decision should be.",
    (
        Field("verdict", OneOf(tuple(one.value for one in Verdict)), "The verdict.", "deny", required=True),
        Field("reason", OneOf(tuple(one.value for one in Reason)), "The reason; any if left out.", "never"),
    ),
)

CASE = Table(
    "case",
    "One row: given this, the decision should be that.",
    (
        Field("name", Text(), "What the case shows.", "Dublin before the European start", required=True),
        Field(
            "member",
            Either((OneOf(("unknown",)), Nested(CASE_MEMBER))),
            "The author; `unknown` where nobody knows who it is. A member of whom nothing is known where left out.",
            "{region: IE, birth_date: 1980-05-01}",
        ),
        Field("record", Nested(CASE_RECORD), "The record.", "{category: post}", required=True),
        Field("choices", ListOf(Nested(CHOICE), 0), "What the member said.", "[...]"),
        Field("notices", ListOf(Nested(CASE_NOTICE), 0), "What the member was told.", "[...]"),
        Field(
            "suspensions", ListOf(Nested(CASE_SUSPENSION), 0), "Stops besides those of the policy.", "[...]"
        ),
        Field("use", Nested(USE), "The use.", "{purpose: ai-training, recipient: platform}", required=True),
        Field("at", When(), "The moment of the decision.", "2024-10-01T00:00:00Z", required=True),
        Field("expect", Nested(EXPECT), "What should come.", "{verdict: deny, reason: never}", required=True),
        Field(
            "cites", ListOf(Ref("source")), "The policy's sources that the answer rests on.", "[terms-2024]"
        ),
    ),
)

CASES = Table(
    "case file",
    "What a policy should decide, as a table; `sayso policy test` runs it without any state.",
    (
        Field("policy", Text(), "A pack, or a file beside this one.", "linkedin", required=True),
        Field("cases", ListOf(Nested(CASE)), "The cases.", "[...]", required=True),
    ),
)

CASE_TABLES = (CASES, CASE, CASE_MEMBER, CASE_RECORD, CHOICE, CASE_NOTICE, CASE_SUSPENSION, USE, EXPECT)
"""Every table of the format besides those that it shares, in the order of the reference page."""
