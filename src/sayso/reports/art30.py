"""The record of processing activities: GDPR, Article 30(1), an activity for each use of which the policy says something."""

from __future__ import annotations

from collections.abc import Iterator

from sayso.policy.model import Default
from sayso.reports.answers import Given
from sayso.reports.document import STATED, Document, Field, Part, Section, Table
from sayso.reports.facts import DatasetIn
from sayso.reports.filling import Filler
from sayso.reports.keeping import Processing
from sayso.reports.wording import (
    Words,
    counted,
    day,
    entries,
    forgetting_words,
    listed,
    notice_table,
    purpose_of,
    rule_table,
    rules_for,
)
from sayso.values.standing import Suspension
from sayso.values.uses import Use

KIND = "art30"

_SECURITY = (
    "Personal data that detectors find is taken out of texts before they enter a data set; what they miss is measured, and stays.",
    "Members and records have pseudonyms in each data set, another one in each, keyed with a secret of the project (HMAC-SHA-256).",
    "Every choice, notice, build, training and forgetting is an entry of an append-only log with Merkle proofs (RFC 6962), signed "
    "with Ed25519. The log holds random tags; the table that joins them to members lies outside it, and an erased member's row goes.",
    "Data sets are sharded by member, so that one can be taken out; every file is named by its digest in a signed manifest, and "
    "“sayso verify” finds a flipped bit.",
    "Only what is permitted passes; silence, gaps and doubts mean no.",
)


def art30(processing: Processing, given: Given) -> Document:
    """Return the record of processing activities of a project."""
    fill = Filler(given)
    done = [use for use in processing.uses if not _is_ruled_out(processing, use)]
    sections = (
        Section("controller", "(a)", "Controller", tuple(_controller(fill))),
        *(_activity(processing, use, number) for number, use in enumerate(done, 1)),
        Section("subjects", "(c)", "Data subjects and personal data", tuple(_subjects(processing, fill))),
        Section("recipients", "(d)", "Recipients", tuple(_recipients(processing, fill))),
        Section("transfers", "(e)", "Transfers to third countries", (_transfers(fill),)),
        Section("time-limits", "(f)", "Time limits for erasure", tuple(_limits(processing, fill))),
        Section("security", "(g)", "Security measures", tuple(_security(fill))),
        Section(
            "assessments",
            "",
            "Beyond Article 30: assessments, stops and notices",
            tuple(_assessments(processing, fill)),
        ),
    )
    return Document(
        KIND,
        "Record of processing activities (GDPR, Article 30(1))",
        (f"the processing under the policy {processing.ground.policy.title or processing.ground.policy.id}",),
        processing.ground.made_at,
        processing.ground.grounds,
        sections,
        (STATED,),
    )


def _is_ruled_out(processing: Processing, use: Use) -> bool:
    """Tell whether the policy in force says never to a use, and nothing was published for it."""
    version = processing.ground.version
    rules = () if version is None else rules_for(processing.ground.policy, version, use)
    made = any(one.use == use for one in processing.datasets)
    return not made and all(rule.default is Default.NEVER for rule in rules)


def _controller(fill: Filler) -> Iterator[Field]:
    yield fill.asked("provider_name", "Name of the controller", "provider_name")
    yield fill.asked("provider_contact", "Contact details", "provider_contact")
    yield fill.asked("joint_controllers", "Joint controllers", "joint_controllers")
    yield fill.asked("authorised_representative", "Representative", "authorised_representative")
    yield fill.asked("data_protection_officer", "Data protection officer", "data_protection_officer")


def _activity(processing: Processing, use: Use, number: int) -> Section:
    ground = processing.ground
    words = Words(ground.policy)
    version = ground.version
    parts: list[Part] = []
    if version is not None:
        rules = rules_for(ground.policy, version, use)
        bases = sorted({rule.basis.replace("-", " ") for rule in rules if rule.basis})
        fill = Filler(Given())
        id = f"activity_{number}"
        purpose = f"{words.purpose(use.purpose)} ({use.purpose})"
        basis = (f"policy {ground.policy.id}, version {version.id}",)
        parts.append(fill.known(f"{id}_purpose", "Purpose", purpose, basis=basis))
        stated = tuple(bases) or ("No rule states one.",)
        parts.append(
            fill.known(f"{id}_basis", "Legal bases, as the policy states them", *stated, basis=basis)
        )
        parts.append(rule_table(ground.policy, version, [use], f"{id}_rules"))
    made = [one for one in processing.datasets if one.use == use]
    parts.append(_made(made, f"activity_{number}_made"))
    title = f"Activity {number}: {purpose_of(words, use)}"
    return Section(f"activity-{number}", "(b)", title, tuple(parts))


def _made(datasets: list[DatasetIn], id: str) -> Table:
    return Table(
        id,
        "Data sets and models of this activity, as the log knows them",
        ("Data set", "Published", "Records", "Members", "Versions so far", "Models", "Log entry"),
        tuple(
            (
                one.called,
                day(one.this.at),
                f"{one.manifest.rows:,}",
                f"{one.manifest.members:,}",
                f"{len(one.versions)}",
                listed(list(one.models), "and") or "none",
                f"{one.this.entry}",
            )
            for one in datasets
        ),
        (2, 3, 4, 6),
    )


def _subjects(processing: Processing, fill: Filler) -> Iterator[Part]:
    members = sum(one.members for one in processing.sources)
    yield fill.known(
        "data_subjects",
        "Categories of data subjects",
        f"Members of the platform: {counted(members, 'account')} in the sources. Other people may be mentioned in what members write.",
        basis=("the log",),
    )
    words = Words(processing.ground.policy)
    kinds = [words.category(one.id) for one in processing.ground.policy.categories]
    yield fill.known(
        "personal_data",
        "Categories of personal data",
        f"What members make: {listed(kinds, 'and')}.",
        f"What is known of the account: {listed(list(processing.fields), 'and')}."
        if processing.fields
        else "No account data.",
        "What members chose and were told: choices, notices, objections, deletions, under a random tag.",
        basis=("the policy", "the sources", "the log"),
    )
    yield Table(
        "sources",
        "Where the data is from: sources as they were brought in",
        ("Source", "Members", "Records", "First", "Last", "Evidence"),
        tuple(
            (
                one.name,
                f"{one.members:,}",
                f"{one.records:,}",
                day(one.first),
                day(one.last),
                entries(one.entries),
            )
            for one in processing.sources
        ),
        (1, 2),
    )


def _recipients(processing: Processing, fill: Filler) -> Iterator[Part]:
    policy = processing.ground.policy
    named = tuple(f"{one.name} ({one.kind})" for one in policy.recipients)
    yield fill.known(
        "recipients", "Categories of recipients, as the policy names them", *named, basis=("the policy",)
    )
    handed = sorted(
        ((one.manifest.name, each) for one in processing.datasets for each in one.handed),
        key=lambda pair: pair[1].entry,
    )
    yield Table(
        "handed",
        "Data sets handed to others, from the log",
        ("Data set", "To", "Day", "Log entry"),
        tuple(
            (f"{name} v{each.version:04d}", each.recipient, day(each.at), f"{each.entry}")
            for name, each in handed
        ),
        (3,),
    )


def _transfers(fill: Filler) -> Field:
    return fill.asked("third_countries", "Transfers, and the safeguards for them", "third_countries")


def _limits(processing: Processing, fill: Filler) -> Iterator[Field]:
    version = processing.ground.version
    terms = None if version is None else version.forgetting
    basis = (f"policy version {version.id}",) if version else ()
    yield fill.known("forgetting", "Data sets and models", forgetting_words(terms), basis=basis)
    yield fill.asked("retention", "Accounts and records", "retention")


def _security(fill: Filler) -> Iterator[Field]:
    yield fill.known("security", "Measures that Sayso takes", *_SECURITY, basis=("how Sayso works",))
    yield fill.asked("security_measures", "Other measures", "security_measures")


def _assessments(processing: Processing, fill: Filler) -> Iterator[Part]:
    yield fill.asked(
        "legitimate_interests_assessment",
        "Assessment of legitimate interests (Article 6(1)(f))",
        "legitimate_interests_assessment",
    )
    yield fill.asked(
        "impact_assessment", "Data protection impact assessment (Article 35)", "impact_assessment"
    )
    yield fill.moot(
        "automated_decisions",
        "Automated decisions (Article 22)",
        "Training a model decides nothing about a person. Where a model's output does, record that use by itself.",
    )
    yield _stops(processing)
    yield notice_table(processing.ground.notices, "notices")


def _stops(processing: Processing) -> Table:
    words = Words(processing.ground.policy)
    return Table(
        "stops",
        "Stops by an authority or the office",
        ("What", "Where", "From", "Until", "By"),
        tuple(
            (
                listed([words.purpose(name) for name in sorted(one.purposes)], "and"),
                "everywhere" if one.regions is None else listed(sorted(one.regions), "and"),
                _start(one),
                "still" if one.until is None else day(one.until),
                one.authority or "not stated",
            )
            for one in processing.suspensions
        ),
    )


def _start(one: Suspension) -> str:
    if one.starts_earliest == one.starts_latest:
        return day(one.starts_latest)
    return f"between {day(one.starts_earliest)} and {day(one.starts_latest)}"
