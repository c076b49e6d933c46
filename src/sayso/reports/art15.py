"""The answer to a member who asks what is held of them: GDPR, Article 15, point by point.

It goes to the member and holds their own data; it is the only report that holds anybody's. What is personal of others is left out of
it (Article 15(4)): ids of others are never in it, and texts are redacted unless whoever answers has looked at them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sayso.reports.answers import Given
from sayso.reports.document import STATED, Document, Field, Note, Part, Section, Table
from sayso.reports.filling import Filler
from sayso.reports.keeping import HeldIn, MemberIn
from sayso.reports.training import SEEN_BY
from sayso.reports.wording import (
    Words,
    counted,
    day,
    entries,
    forgetting_words,
    listed,
    purpose_of,
    rule_table,
)
from sayso.values.moments import DAY, Moment

KIND = "art15"

_ABOUT = (
    "This is what is held of you and what is done with it. It holds your data: keep it as you would a letter."
)
_REDACTED = (
    "In the texts below, what may be personal data is replaced by its kind, because it may be somebody else's (Article 15(4)). The "
    "texts as you wrote them are where you wrote them, and in the file that you can download from your privacy page."
)
_MENTIONS = (
    "Others may mention you in what they write. That is not listed here: it is theirs, too. In data sets the names of members are "
    "taken out of it, as far as detectors find them."
)
_RIGHTS = (
    "To have what is wrong about you corrected (Article 16), and what is held of you erased (Article 17).",
    "To have its use restricted (Article 18), and to get it in a form for machines (Article 20).",
    "To object to what rests on legitimate interests (Article 21), and to take back a yes (Article 7(3)).",
)


def art15(member: MemberIn, given: Given) -> Document:
    """Return the answer to a member."""
    fill = Filler(given)
    sections = (
        Section("controller", "", "Who answers", tuple(_controller(fill))),
        Section(
            "purposes",
            "(1)(a)",
            "What your data may be used for, and on what basis",
            tuple(_purposes(member, fill)),
        ),
        Section("categories", "(1)(b)", "What is held of you", tuple(_categories(member, fill))),
        Section("recipients", "(1)(c)", "Who gets it, and what it is in", tuple(_recipients(member, fill))),
        Section("retention", "(1)(d)", "How long it is kept", tuple(_retention(member, fill))),
        Section("rights", "(1)(e)", "Your rights", tuple(_rights(member, fill))),
        Section("complaint", "(1)(f)", "Where you can complain", (_authority(fill),)),
        Section("source", "(1)(g)", "Where it is from", tuple(_source(member, fill))),
        Section("decisions", "(1)(h)", "Automated decisions", (_decisions(fill),)),
        Section("transfers", "(2)", "Third countries", (_transfers(fill),)),
        Section("history", "", "What you said and what you were told", (_history(member),)),
        Section("copy", "(3)", "A copy of your data", tuple(_copy(member))),
    )
    ground = member.ground
    title = "What we hold of you, and what we do with it (GDPR, Article 15)"
    subject = (f"member {member.member}",)
    return Document(
        KIND, title, subject, ground.made_at, ground.grounds, sections, (_ABOUT, STATED), personal=True
    )


def _controller(fill: Filler) -> Iterator[Field]:
    yield fill.asked("provider_name", "Controller", "provider_name")
    yield fill.asked("provider_contact", "Contact", "provider_contact")
    yield fill.asked("data_protection_officer", "Data protection officer", "data_protection_officer")
    yield fill.asked("privacy_policy_url", "Privacy policy", "privacy_policy_url")


def _purposes(member: MemberIn, fill: Filler) -> Iterator[Part]:
    yield Table(
        "may_be",
        "What may be used now, were you to write something today",
        ("For", "Kinds of record", "Now", "Why", "Legal basis stated", "Switch"),
        tuple(
            (
                one.use,
                listed(list(one.kinds), "and"),
                "permitted" if one.permitted else "not used",
                one.why,
                one.basis or "none stated",
                one.control or "none",
            )
            for one in member.may_be
        ),
    )
    version = member.ground.version
    if version is not None:
        uses = dict.fromkeys(one.use for one in member.held if one.records)
        if uses:
            yield rule_table(member.ground.policy, version, uses, "rules")


def _categories(member: MemberIn, fill: Filler) -> Iterator[Part]:
    words = Words(member.ground.policy)
    kinds = Counter(one.category for one in member.records)
    made = tuple(f"{words.category(name)}: {count:,}" for name, count in sorted(kinds.items()))
    yield fill.known(
        "account",
        "Your account",
        f"{counted(len(member.account), 'fact')}; they are below.",
        basis=("the sources",),
    )
    edited = (f"Records of others that you edited: {member.edited:,}.",) if member.edited else ()
    yield fill.known("records", "What you made", *(made or ("Nothing.",)), *edited, basis=("the sources",))
    yield fill.known(
        "words",
        "What you chose and were told",
        f"{counted(len(member.happened), 'entry', 'entries')} of the log, under the random tag {member.tag}.",
        basis=("the log",),
    )
    yield Note(_MENTIONS)


def _recipients(member: MemberIn, fill: Filler) -> Iterator[Part]:
    handed = tuple(
        f"{each.recipient}: {name} v{each.version:04d}, on {day(each.at)} ({entries((each.entry,))})"
        for name, each in member.handed
    )
    yield fill.known(
        "handed",
        "Data sets with records of yours that were handed to others",
        *(handed or ("None.",)),
        basis=("the log",),
    )
    words = Words(member.ground.policy)
    yield Table(
        "data_sets",
        "Data sets and models, by version, and what they hold of yours",
        ("Data set", "For", "Published", "Records of yours", "Models made of it", "Log entry"),
        tuple(_held_row(words, one) for one in member.held),
        (5,),
    )
    forgotten = tuple(
        f"{name} v{version:04d} ({entries((entry,))})" for name, version, entry in member.forgotten
    )
    if forgotten:
        yield fill.known("forgotten", "Models that have forgotten you", *forgotten, basis=("the log",))


def _held_row(words: Words, one: HeldIn) -> tuple[str, ...]:
    records = "not known any more" if one.records is None else f"{one.records:,}"
    if one.purged is not None:
        records = f"none: its bytes were deleted on {day(one.purged)}"
    latest = " (the one in use)" if one.latest else ""
    return (
        f"{one.name} v{one.version:04d}{latest}",
        purpose_of(words, one.use),
        day(one.at),
        records,
        listed(list(one.models), "and") or "none",
        f"{one.entry}",
    )


def _retention(member: MemberIn, fill: Filler) -> Iterator[Field]:
    version = member.ground.version
    terms = None if version is None else version.forgetting
    yield fill.known("forgetting", "In data sets and models", forgetting_words(terms), basis=("the policy",))
    yield fill.asked("retention", "Your account and what you wrote", "retention")


def _rights(member: MemberIn, fill: Filler) -> Iterator[Part]:
    yield fill.known("rights", "You have the right", *_RIGHTS)
    version = member.ground.version
    controls = () if version is None else version.controls
    yield Table(
        "controls",
        "How to say no, or yes",
        ("What", "Where", "A no reaches", "Not covered by it"),
        tuple(
            (
                one.label or one.id,
                one.path or "not stated",
                "data sets and models that there are, too"
                if one.reach == "retroactive"
                else "later uses only",
                one.not_covered or "nothing stated",
            )
            for one in controls
        ),
    )
    yield Table(
        "objections",
        "Your objections",
        ("Log entry", "Filed", "Through", "Answer due by", "Answered"),
        tuple(
            (
                f"{one.entry}",
                day(one.clock.filed),
                one.control,
                "clock stopped" if one.clock.due is None else day(Moment(one.clock.due - DAY)),
                "not yet" if one.clock.answered is None else day(one.clock.answered),
            )
            for one in member.objections
        ),
    )


def _authority(fill: Filler) -> Field:
    return fill.asked("supervisory_authority", "Supervisory authority", "supervisory_authority")


def _source(member: MemberIn, fill: Filler) -> Iterator[Field]:
    found = tuple(
        f"You, on the platform; brought into the project as the source {one.name} on {_span(day(one.first), day(one.last))}."
        for one in member.sources
    )
    log = tuple(sorted(entry for one in member.sources for entry in one.entries))
    yield fill.known("source", "Source", *(found or ("Not known.",)), basis=(entries(log),) if log else ())


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first}, last on {last}"


def _decisions(fill: Filler) -> Field:
    return fill.moot(
        "automated_decisions",
        "Automated decisions and profiling (Article 22)",
        "Training a model is no decision about you. Models that recommend posts are named above where they learned from what you "
        "wrote or took part in.",
    )


def _transfers(fill: Filler) -> Field:
    return fill.asked(
        "third_countries", "Transfers to third countries, and the safeguards", "third_countries"
    )


def _history(member: MemberIn) -> Table:
    return Table(
        "said",
        "From the log, the newest first",
        ("Day", "What", "Details", "Log entry"),
        tuple((day(one.at), one.what, one.detail, f"{one.entry}") for one in member.happened),
        (3,),
    )


def _copy(member: MemberIn) -> Iterator[Part]:
    yield Table(
        "account_data",
        "Your account",
        ("What", "Value", "Source"),
        tuple((name, value, source) for source, name, value in member.account),
    )
    if member.redacted and any(one.text for one in member.records):
        yield Note(_REDACTED)
    texts = any(one.text is not None for one in member.records)
    columns = ("Record", "Kind", "Written", "Seen by", "Language", "Deleted", *(("Text",) if texts else ()))
    words = Words(member.ground.policy)
    rows = []
    for one in member.records:
        cells = (
            one.id,
            words.category(one.category),
            "not known" if one.created is None else day(one.created),
            SEEN_BY.get(one.visibility, one.visibility),
            one.language or "not known",
            "no" if one.deleted is None else day(one.deleted),
        )
        rows.append((*cells, one.text or "") if texts else cells)
    yield Table("record_data", "What you made", columns, tuple(rows))
