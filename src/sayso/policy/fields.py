"""The policy format, version 1, as one table per mapping: the parser, the JSON Schema and the reference read it from here."""

from __future__ import annotations

from enum import StrEnum

from sayso.policy.fact_fields import (
    ALL,
    BETWEEN,
    CLAIM,
    CONFLICT,
    EVIDENCE,
    RECIPIENTS,
    REGIONS,
    SIDE,
    SIGHTING,
    SOMEWHEN,
    SOURCE,
    SUSPENSION,
)
from sayso.policy.fieldtypes import (
    GROUP_NAME,
    VERSION_ID,
    Either,
    Field,
    Forest,
    Id,
    ListOf,
    MapOf,
    Nested,
    OneOf,
    Ref,
    Table,
    Text,
    When,
    Whole,
)
from sayso.policy.model import ControlKind, Default, Kind, Reach
from sayso.values.records import VISIBILITIES

FORMAT_VERSION = "1"
RECIPIENT_KINDS = ("platform", "affiliate", "licensee")


def _words(kind: type[StrEnum]) -> tuple[str, ...]:
    return tuple(one.value for one in kind)


WINDOW = Table(
    "window",
    "A span of time; one end may be left open.",
    (
        Field("from", When(), "Its first moment.", "2003-01-01"),
        Field("until", When(), "The first moment after it.", "2025-11-03"),
    ),
)

_CONDITIONS = MapOf(Id(), ListOf(Text()))
_NOT = Field(
    "not",
    _CONDITIONS,
    "Attributes and the values that exclude. An attribute that is not carried passes; one whose value is `?` "
    "is unknown.",
    "{school: [secondary]}",
)
_ONLY = Field(
    "only",
    _CONDITIONS,
    "Attributes and the values that are needed. An attribute that is not carried, or is `?`, is unknown.",
    "{plan: [free, pro]}",
)

MEMBER = Table(
    "member",
    "Whom the rule may touch. It overrides any switch.",
    (
        Field("min_age", Whole(1, 120), "The least age in whole years, at the moment of the use.", "18"),
        _NOT,
        _ONLY,
    ),
)

RECORD = Table(
    "record",
    "Which records the rule may touch.",
    (
        Field("created", Nested(WINDOW), "When the record was made.", "{from: 2003-01-01}"),
        Field("collected", Nested(WINDOW), "When the record was collected.", "{until: 2025-11-03}"),
        Field(
            "not_collected",
            Nested(WINDOW),
            "What was collected then is left out; when it was has to be known.",
            "{from: 2024-05-07, until: 2024-08-02}",
        ),
        _NOT,
        _ONLY,
    ),
)

NOTICE = Table(
    "notice",
    "What members have to be told first.",
    (
        Field(
            "days",
            Whole(0, 3650),
            "How many days before the use the notice has to have reached the member.",
            "30",
            required=True,
        ),
    ),
)

RULE = Table(
    "rule",
    "uses × regions × members × records → what holds for somebody who has said nothing.",
    (
        Field("id", Id(), "The rule's name, once in a version.", "genai-elsewhere", required=True),
        Field(
            "purposes",
            ListOf(Ref("purpose")),
            "What for. A purpose covers those below it.",
            "[content-generation]",
            required=True,
        ),
        Field("recipients", RECIPIENTS, "Who gets it, or `all`.", "[platform]", required=True),
        Field(
            "regions",
            REGIONS,
            "Where: `everywhere`, or ISO 3166-1 and -2 codes and groups. The most specific rule applies: "
            "subdivision, country, group, everywhere.",
            "[GB, EEA]",
            required=True,
        ),
        Field("except", ListOf(Ref("region")), "Where the rule does not apply after all.", "[US-CA]"),
        Field(
            "categories", ListOf(Ref("category")), "Which kinds of record.", "[post, comment]", required=True
        ),
        Field(
            "visibility",
            Either((ALL, ListOf(OneOf(VISIBILITIES)))),
            "Who could see the record: `public`, `network`, `private`; all where left out.",
            "[public]",
        ),
        Field(
            "default",
            OneOf(_words(Default)),
            "`on`: used unless the member says no. `off`: used only if they say yes. `never`: not used, whatever "
            "they say. `no-choice`: used, and they are not asked. `unknown`: nobody knows what was published; only in an "
            "observed policy.",
            "off",
            required=True,
        ),
        Field(
            "control",
            Ref("control"),
            "Where members say yes or no; needed for `on` and `off`, and has to cover all the rule's uses.",
            "ai-training",
        ),
        Field(
            "notice",
            Either((OneOf(("none",)), Nested(NOTICE))),
            "What members have to be told first; nothing where left out.",
            "{days: 30}",
        ),
        Field("basis", Text(), "The legal basis that is claimed.", "legitimate-interests"),
        Field(
            "disclosed",
            Text(),
            "The published words that tell members of this. What it holds in double quotation marks is word for word: "
            "`sayso policy check-terms` looks for it in the archived documents of the rule's sources (`…` where words were "
            "left out). Where it starts with `(paraphrase)`, nothing in it is.",
            '"We may use your posts"',
        ),
        Field("member", Nested(MEMBER), "Whom the rule may touch.", "{min_age: 18}"),
        Field("record", Nested(RECORD), "Which records the rule may touch.", "{created: {from: 2020-01-01}}"),
        Field(
            "keeps_deleted",
            OneOf(("yes", "no")),
            "Whether records that their authors deleted are used; `yes` only in an observed policy.",
            "no",
        ),
        EVIDENCE,
    ),
)

COVERS = Table(
    "covers",
    "The uses that a control speaks for.",
    (
        Field(
            "purposes",
            ListOf(Ref("purpose")),
            "Purposes, with those below them.",
            "[ai-training]",
            required=True,
        ),
        Field("recipients", RECIPIENTS, "Recipients, or `all`.", "all", required=True),
    ),
)

CONTROL = Table(
    "control",
    "What a member sees and can set.",
    (
        Field("id", Id(), "The control's name, once in a version.", "ai-training", required=True),
        Field("kind", OneOf(_words(ControlKind)), "What it is.", "toggle", required=True),
        Field("label", Text(), "Its label, word for word.", '"Use my posts to train AI"'),
        Field("path", Text(), "Where it is found.", "Settings > Privacy > AI"),
        Field(
            "covers",
            Nested(COVERS),
            "The uses it speaks for.",
            "{purposes: [ai-training], recipients: all}",
            True,
        ),
        Field(
            "not_covered",
            Text(),
            "What a member might think that it covers, and it does not.",
            "Advertising.",
        ),
        Field(
            "reach",
            OneOf(_words(Reach)),
            "`prospective`: a no stops later uses (so it is where left out). `retroactive`: it also takes the "
            "member out of the data sets and models that there are.",
            "retroactive",
        ),
        EVIDENCE,
    ),
)

FORGETTING = Table(
    "forgetting",
    "How soon what members take back is out of data sets and models: what ended with a no through a control whose reach is "
    "`retroactive`, with a deletion, the closing of an account or an erasure, and what a suspension stops that is in a "
    "published data set. The terms of the version in force at that moment hold, whatever later ones say. The deadline is "
    "for all of it: what still lies on a disk is not forgotten. So old bytes go by the deadline even where `keep_days` are "
    "not over, and a `keep_days` greater than `within_days` could never be had and is an error. Digests of what was purged "
    "stay. Without this block no deadline is promised: nothing is overdue, and nothing is purged by itself.",
    (
        Field(
            "within_days",
            Whole(0, 3650),
            "Within how many days (of 24 hours, from when it was taken back) it is carried out and the old bytes are "
            "gone. `0`: at once.",
            "30",
            required=True,
        ),
        Field(
            "keep_days",
            Whole(0, 3650),
            "How many days after it was carried out the old bytes of data sets and models that held it are purged: time "
            "to find a mistake and go back. `0`, and where left out: with the forgetting.",
            "7",
        ),
    ),
)

VERSION = Table(
    "version",
    "The policy as it stood from a moment on.",
    (
        Field("version", Id(VERSION_ID, "letters, digits, `.`, `_`, `-`"), "Its name.", '"2024-09-18"', True),
        Field(
            "based_on",
            Ref("version"),
            "A version listed above, with whose rules, controls and terms of forgetting this one starts; what has the same "
            "id replaces it.",
            '"2024-07-31"',
        ),
        Field("drop", ListOf(Id(), 0), "Rules and controls not taken over from `based_on`.", "[old-rule]"),
        Field("published_at", When(), "When members could read it.", "2024-08-18", required=True),
        Field("effective_at", When(), "From when it holds.", "2024-09-18", required=True),
        Field("until", When(), "When it ceased without a successor.", "2025-11-03"),
        Field("title", Text(), "A title.", "Terms of September 2024"),
        Field("summary", Text(), "What changed, in a sentence or two.", "Training starts outside Europe."),
        EVIDENCE,
        Field(
            "forgetting",
            Either((OneOf(("none",)), Nested(FORGETTING))),
            "How soon what members take back is out of data sets and models. Where left out, it is as in `based_on`, so "
            "that no promise is lost by not being said again; `none`: no deadline is promised.",
            "{within_days: 30, keep_days: 7}",
        ),
        Field("controls", ListOf(Nested(CONTROL), 0), "The controls.", "[...]"),
        Field("rules", ListOf(Nested(RULE), 0), "The rules. What no rule names is not allowed.", "[...]"),
    ),
)

RECIPIENT = Table(
    "recipient",
    "Who gets the records.",
    (
        Field("kind", OneOf(RECIPIENT_KINDS), "What it is to the members.", "platform", required=True),
        Field("name", Text(), "Its name for people; the id where left out.", "Example Community"),
    ),
)

POLICY = Table(
    "policy",
    "A platform's dated series of policy versions, and the words they use.",
    (
        Field("sayso", OneOf((FORMAT_VERSION,)), "The version of this format.", "1", required=True),
        Field("policy", Id(), "The policy's name.", "house", required=True),
        Field("title", Text(), "Its title for people.", "Our policy on AI", required=True),
        Field(
            "kind",
            OneOf(_words(Kind)),
            "`house`: the policy that is enforced. `observed`: what a platform has published.",
            "house",
            required=True,
        ),
        Field(
            "groups",
            MapOf(Id(GROUP_NAME, "letters, digits and hyphens"), ListOf(Ref("region"))),
            "Names for sets of regions. `EU` and `EEA` are there already.",
            "{european: [EEA, CH]}",
        ),
        Field(
            "purposes",
            Forest(),
            "What records are used for, as a tree.",
            "{ai-training: {search: }}",
            required=True,
        ),
        Field(
            "purpose_labels",
            MapOf(Ref("purpose"), Text()),
            "Purposes in words for people.",
            "{search: Search}",
        ),
        Field(
            "recipients",
            MapOf(Id(), Nested(RECIPIENT)),
            "Who gets records.",
            "{platform: {kind: platform}}",
            True,
        ),
        Field(
            "categories",
            Either((ListOf(Id()), MapOf(Id(), Text(optional=True)))),
            "The kinds of record: a list, or a mapping to what members call them.",
            "[post, comment]",
            required=True,
        ),
        Field("sources", MapOf(Id(), Nested(SOURCE), 0), "Evidence, by name.", "{terms: {title: Terms}}"),
        Field("claims", ListOf(Nested(CLAIM), 0), "What the platform says of itself.", "[...]"),
        Field(
            "conflicts",
            ListOf(Nested(CONFLICT), 0),
            "Where sources differ: what each says, and what is taken.",
            "[...]",
        ),
        Field("sightings", ListOf(Nested(SIGHTING), 0), "What was seen of actual use, dated.", "[...]"),
        Field("suspensions", ListOf(Nested(SUSPENSION), 0), "Stops, as dated facts.", "[...]"),
        Field("versions", ListOf(Nested(VERSION)), "The versions, in any order.", "[...]", required=True),
    ),
)

TABLES = (
    POLICY, RECIPIENT, SOURCE, CLAIM, CONFLICT, SIDE, SIGHTING, SOMEWHEN, SUSPENSION, BETWEEN,
    VERSION, FORGETTING, CONTROL, COVERS, RULE, NOTICE, MEMBER, RECORD, WINDOW,
)  # fmt: skip
"""Every table of the format, in the order of the reference page."""
