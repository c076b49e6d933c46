"""A member's consent records, and a receipt of theirs, from the log and the policy of a project."""

from __future__ import annotations

from sayso.dataset.manifest import LogUsed
from sayso.errors import InputError, IntegrityError, Problem
from sayso.ledger.events import ChoiceMade
from sayso.ledger.receipts import ReceiptCheck, parse_receipt, verify_receipt
from sayso.reports.about import About
from sayso.reports.consent import Grounds, Subject, consent_records
from sayso.reports.consent_receipt import chosen, contradictions, inner_receipt, receipt_jsonld
from sayso.values.canonical import Json
from sayso.values.members import Member
from sayso.values.moments import Moment
from sayso.workflows.choose import known_tag
from sayso.workflows.decide import Finder
from sayso.workflows.facts import Yard
from sayso.workflows.privacy import standing_of
from sayso.workflows.receipts import check_receipt


def consent_of(
    yard: Yard, finder: Finder, member: str, about: About, at: Moment | None = None
) -> dict[str, Json]:
    """Return the consent records of a member as they stand at a moment, now where none is given, as JSON-LD.

    Raises ``Refused`` for an erased member, ``InputError`` for one that no source has brought.
    """
    tag = known_tag(yard.tags, member)
    found = finder.member(member) or Member(member)
    moment = yard.book.clock.now() if at is None else at
    return consent_records(_grounds(yard, Subject(found, tag), about, moment))


def _grounds(yard: Yard, subject: Subject, about: About, at: Moment, only: int | None = None) -> Grounds:
    log, standing = yard.book.log, standing_of(yard, subject.tag)
    size = log.size()
    used = LogUsed(yard.book.keys.origin(), size, log.root(size))
    return Grounds(yard.book.policy, subject, standing.choices, standing.notices, used, at, about, only)


def receipt_of_choice(yard: Yard, finder: Finder, text: str, about: About) -> dict[str, Json]:
    """Return a receipt as JSON-LD, around the receipt as it was handed out.

    Raises ``InputError`` for what is no receipt of a choice, or one of another log, ``IntegrityError`` for one that does not hold.
    """
    receipt = parse_receipt(text)
    check = verify_receipt(receipt)
    if not check.holds:
        raise IntegrityError(*check.problems)
    if receipt.key.name != yard.book.keys.origin() or receipt.key.public_key != yard.book.keys.public_key():
        what, advice = "the receipt is of another log", "name the project that it came from"
        raise InputError(Problem("other-log", what, advice=advice))
    entry = chosen(receipt)
    tag = entry.event.tag if isinstance(entry.event, ChoiceMade) else ""
    member = yard.tags.member_of(tag)
    known = None if member is None else finder.member(member)
    subject = Subject(known or Member(""), tag, named=False)
    at = max(entry.logged_at, getattr(entry.event, "at", entry.logged_at))
    return receipt_jsonld(receipt, _grounds(yard, subject, about, Moment(at), receipt.number))


def check_any_receipt(text: str, key: str | None) -> ReceiptCheck:
    """Return what holds of a receipt's text, plain or JSON-LD, from the text alone, and from the log's key where the caller knows it.

    Raises ``InputError`` for what is no receipt, and for a key that is none.
    """
    found = inner_receipt(text)
    if found is None:
        return check_receipt(text, key)
    document, plain = found
    check = check_receipt(plain, key)
    more = () if check.entry is None else tuple(dict.fromkeys(contradictions(document, check.entry)))
    return ReceiptCheck((*check.problems, *more), check.entry, check.signed_by, check.pinned)
