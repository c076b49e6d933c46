"""Consent records in the terms of ISO/IEC TS 27560:2023, as JSON-LD with the terms of W3C DPV 2.3 (its guide on consent records).

One record for each use that a rule names for the member and decides on. What the standard asks for and nobody has told Sayso stands
there as ``dpv:NotAvailable``. A legal basis is what the policy claims: nothing here says that it holds in law.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sayso.dataset.manifest import LogUsed
from sayso.policy.describe import soon
from sayso.policy.model import Control, Policy, PolicyVersion, Reach, Recipient
from sayso.reports.about import NOTHING, About
from sayso.reports.consent_states import State, by_consent, involvement, states
from sayso.reports.ids import name_uuid, urn
from sayso.reports.terms import (
    NOT_AVAILABLE,
    basis_term,
    context,
    iri,
    is_interest,
    place_terms,
    processing_terms,
    purpose_term,
    under_gdpr,
)
from sayso.reports.treatments import Treatment, reaches, treatments
from sayso.values.canonical import Json
from sayso.values.members import Member
from sayso.values.moments import Moment, format_moment
from sayso.values.standing import Choice, Notice

RECORD_PROFILE = "dpv-27560:record"
UNTIL_NEXT = "the member's next word on the same subject"
CLAIMED = "The legal basis is what the policy claims. Nothing here says that it holds in law."
CONTEXT = context(
    (
        ("dct:created", "xsd:dateTime"),
        ("dct:date", "xsd:dateTime"),
        ("dct:issued", "xsd:dateTime"),
        ("dpv:isIndicatedAtTime", "xsd:dateTime"),
        ("sayso:logged_at", "xsd:dateTime"),
    )
)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose records these are: the member as the platform knows them, their tag in the log, and whether their id may be named.

    A receipt knows the tag alone.
    """

    member: Member
    tag: str
    named: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Grounds:
    """What records are made from: a policy, what a member said and was told, the log as far as it was read, and the moment asked of.

    ``only`` is the entry of the one word that is told of, ``None`` where all are, and the notices with them.
    """

    policy: Policy
    subject: Subject
    choices: tuple[Choice, ...]
    notices: tuple[Notice, ...]
    log: LogUsed
    at: Moment
    about: About = field(default=NOTHING)
    only: int | None = None

    def name(self, *parts: str) -> str:
        """Return a name in the space of this log."""
        return urn(self.log.origin, *parts)

    @property
    def whom(self) -> str:
        """Return the name of the member by their tag."""
        return self.name("member", self.subject.tag)

    @property
    def controller(self) -> str:
        """Return the name of the platform."""
        return self.name("controller")


def consent_records(grounds: Grounds) -> dict[str, Json]:
    """Return the consent records of a member at a moment, as one JSON-LD document; no records where no version is in force."""
    version = grounds.policy.in_force(grounds.at)
    region = grounds.subject.member.region
    found = treatments(grounds.policy, version, region) if version else ()
    records = [consent_record(grounds, one) for one in found]
    return {
        "@context": CONTEXT,
        "@id": f"urn:uuid:{name_uuid(grounds.name('consent', grounds.subject.tag))}",
        "@type": "sayso:ConsentRecords",
        "dct:created": format_moment(grounds.at),
        "dct:description": CLAIMED,
        "sayso:policy": grounds.policy.id,
        "sayso:policyDigest": grounds.policy.digest,
        "sayso:log": log_words(grounds.log),
        "sayso:missing": list(missing(grounds.about)),
        "dpv:hasRecordOfActivity": records,
        "dpv:hasEntity": list(entities(grounds)),
        "dpv:hasNotice": [version_notice(grounds, one) for one in _versions(grounds, version)],
    }


def log_words(log: LogUsed) -> dict[str, Json]:
    """Return a checkpoint of the log as JSON."""
    return {"sayso:origin": log.origin, "sayso:size": log.size, "sayso:root": log.root.hex()}


def missing(about: About) -> tuple[str, ...]:
    """Return what ISO/IEC TS 27560 asks for that only a person knows, and nobody has given.

    >>> missing(About(name="Forum", address="1 Main St", contact="privacy@example.org", language="en"))
    ('storage',)
    """
    asked = ("name", "address", "contact", "storage", "language")
    return tuple(key for key in asked if not getattr(about, key))


def consent_record(grounds: Grounds, treatment: Treatment) -> dict[str, Json]:
    """Return the record of one use under one rule."""
    use, rule = treatment.use, treatment.rule
    name = grounds.name("consent", grounds.subject.tag, rule.id, use.purpose, use.recipient)
    identifier = f"urn:uuid:{name_uuid(name)}"
    kind = "dpv:ConsentRecord" if by_consent(treatment.rule) else "dpv:DataProcessingRecord"
    return {
        "@id": identifier,
        "@type": kind,
        "dct:conformsTo": iri(RECORD_PROFILE),
        "dpv:hasIdentifier": identifier,
        "dct:created": format_moment(grounds.at),
        "dpv:hasDataSubject": iri(grounds.whom),
        "dpv:hasDataController": iri(grounds.controller),
        **_law(grounds.subject.member.region),
        "dpv:hasNotice": iri(_version_name(grounds, treatment.asked.version.id)),
        "dpv:hasProcess": _process(grounds, treatment),
        "sayso:rule": rule.id,
        "sayso:version": treatment.asked.version.id,
    }


def _law(region: str | None) -> dict[str, Json]:
    if region is None:
        return {"dpv:hasJurisdiction": NOT_AVAILABLE}
    where: dict[str, Json] = {"dpv:hasJurisdiction": iri(place_terms((region,))[0]), "sayso:region": region}
    return {**where, "dpv:hasApplicableLaw": iri("legal-eu:law-GDPR")} if under_gdpr(region) else where


def _process(grounds: Grounds, treatment: Treatment) -> dict[str, Json]:
    use, region = treatment.use, grounds.subject.member.region
    basis = basis_term(treatment.rule.basis, region)
    done = processing_terms(use.purpose, grounds.policy.purposes)
    return {
        "@type": "dpv:Process",
        "dpv:hasPurpose": _purpose(grounds, use.purpose),
        "dpv:hasLegalBasis": iri(basis) if basis else NOT_AVAILABLE,
        "dpv:hasProcessing": [iri(one) for one in done],
        "dpv:hasPersonalData": [_data(one.id, one.label) for one in treatment.kinds],
        "dpv:hasDataController": iri(grounds.controller),
        "dpv:hasRecipient": iri(_recipient_name(grounds, use.recipient)),
        "dpv:hasStorageCondition": list(_storage(grounds, treatment)),
        "dpv:hasRight": list(_rights(treatment, region)),
        **_controls(treatment),
        **_states(grounds, treatment),
    }


def _purpose(grounds: Grounds, purpose: str) -> dict[str, Json]:
    label = dict(grounds.policy.purpose_labels).get(purpose) or purpose.replace("-", " ")
    return {
        "@id": grounds.name("purpose", purpose),
        "@type": "dpv:Purpose",
        "skos:broader": iri(purpose_term(purpose, grounds.policy.purposes)),
        "skos:prefLabel": label,
    }


def _data(category: str, label: str) -> dict[str, Json]:
    return {
        "@type": "dpv:PersonalData",
        "dct:identifier": category,
        "skos:prefLabel": label or category.replace("-", " "),
        "dpv:hasDataSource": iri("dpv:DataSubjectDataSource"),
    }


def _storage(grounds: Grounds, treatment: Treatment) -> Iterator[dict[str, Json]]:
    places = [iri(one) for one in place_terms(grounds.about.storage)]
    yield {"@type": "dpv:StorageLocation", "dpv:hasLocation": places or NOT_AVAILABLE}
    lasts: dict[str, Json] = {"@type": "dpv:UntilEventDuration", "rdf:value": _until(treatment)}
    yield {"@type": "dpv:StorageDuration", "dpv:hasDuration": lasts}
    terms = treatment.asked.version.forgetting
    if terms is not None:
        within: dict[str, Json] = {"@type": "dpv:TemporalDuration", "rdf:value": f"P{terms.within_days}D"}
        words = f"Out of data sets and models {soon(terms)}."
        yield {"@type": "dpv:StorageDeletion", "dpv:hasDuration": within, "dct:description": words}


def _until(treatment: Treatment) -> str:
    """Return until when what is written now is used: a no that does not reach back leaves what was there."""
    forms = (treatment.control, *treatment.objections)
    reaching = any(one is not None and one.reach is Reach.RETROACTIVE for one in forms)
    return f"the member {'says no, ' if reaching else ''}deletes the record or closes the account"


def _rights(treatment: Treatment, region: str | None) -> Iterator[dict[str, Json]]:
    if not under_gdpr(region):
        yield {
            "@type": "dpv:DataSubjectRight",
            "dct:title": "Rights of the member under the law where they live",
        }
        return
    own = [("eu-gdpr:A7-3", "to withdraw consent")] if by_consent(treatment.rule) else []
    if is_interest(treatment.rule.basis):
        own = [("eu-gdpr:A21", "to object")]
    shared = [
        ("eu-gdpr:A15", "of access"),
        ("eu-gdpr:A17", "to erasure"),
        ("eu-gdpr:A77", "to complain to an authority"),
    ]
    for article, title in (*own, *shared):
        yield {"@type": ["dpv:DataSubjectRight", article], "dct:title": f"Right {title}"}


def _controls(treatment: Treatment) -> dict[str, Json]:
    """Return how the member says yes or no: the rule's control, and the objection forms beside it."""
    control, forms = treatment.control, treatment.objections
    refusing = [_control(one, ("dpv:ObjectingToProcess",)) for one in forms]
    if control is None:
        none: list[Json] = [
            {"@type": "dpv:CannotOptOutFromProcess", "dct:title": "The rule offers no choice"}
        ]
        return {"dpv:hasEntityControl": [*refusing, *([] if forms else none)]}
    if by_consent(treatment.rule):
        own = _control(control, ("dpv:ProvideConsent", "dpv:WithdrawConsent"))
        return {"dpv:hasConsentControl": own, **({"dpv:hasEntityControl": refusing} if refusing else {})}
    out = involvement(Choice(control.id, False, Moment(0), ""), control)
    return {"dpv:hasEntityControl": [_control(control, (out,)), *refusing]}


def _control(control: Control, kinds: tuple[str, ...]) -> dict[str, Json]:
    return {
        "@type": list(kinds),
        "dct:identifier": control.id,
        "dct:title": control.label,
        "dpv:isExercisedAt": control.path or control.label,
    }


def _states(grounds: Grounds, treatment: Treatment) -> dict[str, Json]:
    """Return what the member's words and the notices come to, oldest first: of consent, or of another basis."""
    words = treatment.words(grounds.choices, grounds.at)
    told = treatment.told(grounds.notices, grounds.subject.member, grounds.at)
    wanted = (one for one in states(treatment.rule, words, told, grounds.at) if _is_told(grounds, one))
    found = [_state(grounds, one) for one in wanted]
    return {"dpv:hasConsentStatus" if by_consent(treatment.rule) else "dpv:hasStatus": found}


def _is_told(grounds: Grounds, state: State) -> bool:
    if grounds.only is None:
        return True
    return state.word is not None and state.word.entry == grounds.only


def _state(grounds: Grounds, state: State) -> dict[str, Json]:
    who = grounds.whom if state.by_member else grounds.controller
    found: dict[str, Json] = {
        "@type": _state_types(state),
        "dpv:isIndicatedBy": iri(who),
        "dpv:isIndicatedAtTime": format_moment(state.at),
        "dpv:hasDuration": {"@type": "dpv:UntilEventDuration", "rdf:value": UNTIL_NEXT},
    }
    if state.word is not None:
        return {**found, **_word(grounds, state.word)}
    if state.notice is not None:
        return {**found, "dpv:hasNotice": iri(_notice_name(grounds, state.notice))}
    return found


def _state_types(state: State) -> list[Json]:
    types: list[Json] = [state.status] if state.status else ["sayso:Word"]
    return [*types, "dpv:ExpressedConsent"] if state.status in _EXPRESSED else types


_EXPRESSED = ("dpv:ConsentGiven", "dpv:RenewedConsentGiven")


def _word(grounds: Grounds, word: Choice) -> dict[str, Json]:
    version = grounds.policy.version(word.version)
    control = next((one for one in version.controls if one.id == word.control), None) if version else None
    label = control.label if control else word.control
    return {
        "dpv:hasEntityInvolvement": iri(involvement(word, control)),
        "dpv:hasIndicationMethod": f"{'yes' if word.yes else 'no'} through “{label}”, by {word.channel}",
        "dpv:hasNotice": iri(_version_name(grounds, word.version)),
        "sayso:control": word.control,
        "sayso:entry": word.entry,
    }


# The parties and the notices


def entities(grounds: Grounds) -> Iterator[dict[str, Json]]:
    """Yield the parties: the platform, the member, and every recipient of the policy."""
    about, subject = grounds.about, grounds.subject
    platform = next((one for one in grounds.policy.recipients if one.kind == "platform"), None)
    yield {
        "@id": grounds.controller,
        "@type": ["dpv:LegalEntity", "dpv:DataController"],
        "dpv:hasIdentifier": grounds.log.origin,
        "dpv:hasName": about.name or (platform.name if platform else "") or NOT_AVAILABLE,
        "dpv:hasAddress": about.address or NOT_AVAILABLE,
        "dpv:hasContact": about.contact or NOT_AVAILABLE,
    }
    known: dict[str, Json] = {"dct:identifier": subject.member.id} if subject.named else {}
    yield {"@id": grounds.whom, "@type": "dpv:DataSubject", "dpv:hasIdentifier": subject.tag, **known}
    yield from (_recipient(grounds, one) for one in grounds.policy.recipients)


def _recipient(grounds: Grounds, recipient: Recipient) -> dict[str, Json]:
    kinds: list[Json] = (
        ["dpv:Recipient"] if recipient.kind == "platform" else ["dpv:Recipient", "dpv:ThirdParty"]
    )
    return {
        "@id": _recipient_name(grounds, recipient.id),
        "@type": kinds,
        "dpv:hasIdentifier": recipient.id,
        "dpv:hasName": recipient.name,
    }


def _recipient_name(grounds: Grounds, recipient: str) -> str:
    return grounds.name("recipient", recipient)


def _version_name(grounds: Grounds, version: str) -> str:
    return grounds.name("version", grounds.policy.id, version)


def _notice_name(grounds: Grounds, notice: Notice) -> str:
    return grounds.name("notice", str(notice.entry))


def _versions(grounds: Grounds, now: PolicyVersion | None) -> Iterable[PolicyVersion]:
    """Return the version in force, and those that the member was shown or told of, in the order of the policy."""
    seen = {one.version for one in grounds.choices} | {one.version for one in _told(grounds)}
    seen |= {now.id} if now else set()
    return (one for one in grounds.policy.versions if one.id in seen)


def _told(grounds: Grounds) -> tuple[Notice, ...]:
    return tuple(
        one for one in grounds.notices if one.at <= grounds.at and reaches(one, grounds.subject.member)
    )


def version_notice(grounds: Grounds, version: PolicyVersion) -> dict[str, Json]:
    """Return a policy version as the notice that it is, and when and how the member was told of it."""
    given = [_given(grounds, one) for one in _told(grounds) if one.version == version.id]
    later = any(one.effective_at > version.effective_at for one in _in_effect(grounds))
    status: Mapping[str, Json] = {"dpv:hasNoticeStatus": iri("dpv:NoticeStale")} if later else {}
    return {
        "@id": _version_name(grounds, version.id),
        "@type": ["dpv:PrivacyNotice", "dpv:ConsentNotice"],
        "dpv:hasIdentifier": version.id,
        "dct:title": version.title or version.id,
        "dct:issued": format_moment(version.published_at),
        "dct:language": grounds.about.language or NOT_AVAILABLE,
        **status,
        **({"dct:hasPart": given} if given else {}),
    }


def _in_effect(grounds: Grounds) -> tuple[PolicyVersion, ...]:
    return tuple(one for one in grounds.policy.versions if one.effective_at <= grounds.at)


def _given(grounds: Grounds, notice: Notice) -> dict[str, Json]:
    return {
        "@id": _notice_name(grounds, notice),
        "@type": "dpv:PrivacyNotice",
        "dct:date": format_moment(notice.at),
        "dpv:hasIndicationMethod": notice.channel,
        "dpv:hasNoticeStatus": iri("dpv:NoticeCommunicated"),
        "sayso:entry": notice.entry,
    }
