"""A member's receipt in the terms of ISO/IEC TS 27560 and W3C DPV: JSON-LD around the receipt as it was handed out, to the bit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sayso.errors import InputError, Problem
from sayso.ledger.codec import decode
from sayso.ledger.events import ChoiceMade, Entry
from sayso.ledger.receipts import MAX_RECEIPT, Receipt, receipt_fields
from sayso.policy.model import PolicyVersion
from sayso.reports.consent import CLAIMED, CONTEXT, Grounds, consent_record, entities, missing, version_notice
from sayso.reports.treatments import Treatment, treatments
from sayso.values.canonical import Json
from sayso.values.moments import format_moment

RECEIPT_PROFILE = "dpv-27560:receipt"
TYPE = "dpv:ConsentReceipt"
SIGNED = "Signed is the receipt in sayso:receipt, and nothing else; the rest tells what the policy says of that choice."
INNER = "sayso:receipt"
"""The property that holds the receipt as it was handed out, as a JSON literal."""


def chosen(receipt: Receipt) -> Entry:
    """Return the entry of a receipt, which is a choice.

    Raises ``InputError`` for the receipt of anything else: only a choice is consent or its withdrawal.
    """
    entry = decode(receipt.leaf, receipt.number)
    if isinstance(entry.event, ChoiceMade):
        return entry
    what, advice = "this receipt is not of a choice", "only a yes or a no is told in the terms of consent"
    raise InputError(Problem("no-choice", what, advice=advice))


def receipt_jsonld(receipt: Receipt, grounds: Grounds) -> dict[str, Json]:
    """Return a receipt as a JSON-LD document: what the choice means by the policy version that was shown, and the receipt itself.

    ``grounds`` tell of that choice ``only``, and hold the member's earlier words, which tell a withdrawal from a refusal.
    """
    entry = chosen(receipt)
    event = entry.event
    version = grounds.policy.version(event.version) if isinstance(event, ChoiceMade) else None
    touched = tuple(_touched(grounds, version, event)) if version and isinstance(event, ChoiceMade) else ()
    fields = receipt_fields(receipt)
    return {
        "@context": {**CONTEXT, INNER: {"@id": INNER, "@type": "@json"}},
        "@id": grounds.name("receipt", str(receipt.number)),
        "@type": TYPE,
        "dct:conformsTo": {"@id": RECEIPT_PROFILE},
        "dpv:hasIdentifier": fields["header"]["record_id"],
        "dct:created": format_moment(entry.logged_at),
        "dct:description": f"{SIGNED} {CLAIMED}",
        "sayso:missing": list(missing(grounds.about)),
        "dpv:hasDataSubject": {"@id": grounds.whom},
        "dpv:hasRecordOfActivity": [consent_record(grounds, one) for one in touched],
        "dpv:hasEntity": list(entities(grounds)),
        "dpv:hasNotice": [version_notice(grounds, version)] if version else [],
        INNER: fields,
    }


def _touched(grounds: Grounds, version: PolicyVersion, event: ChoiceMade) -> Iterator[Treatment]:
    """Yield the uses that a word through a control speaks of: a no is broad, a yes is narrow."""
    control = next((one for one in version.controls if one.id == event.control), None)
    tree = grounds.policy.purposes
    for one in treatments(grounds.policy, version, grounds.subject.member.region):
        if control and (control.covers(one.use, tree) if event.yes else control.touches(one.use, tree)):
            yield one


def inner_receipt(text: str) -> tuple[dict[str, Any], str] | None:
    """Return the JSON-LD document that a text holds, and the receipt in it as text; ``None`` where it is no such document."""
    try:
        found = json.loads(text) if len(text) <= 4 * MAX_RECEIPT else None
        if not isinstance(found, dict) or found.get("@type") != TYPE or not isinstance(found[INNER], dict):
            return None
        return found, json.dumps(found[INNER])
    except (ValueError, KeyError, RecursionError):
        return None


def contradictions(document: dict[str, Any], entry: Entry) -> Iterator[Problem]:
    """Yield where the words around a receipt say otherwise than the entry in it, which is signed."""
    event = entry.event
    if not isinstance(event, ChoiceMade):
        yield _contradiction("the signed entry is no choice")
        return
    if document.get("dct:created") != format_moment(entry.logged_at):
        yield _contradiction("another moment of recording is named")
    for state in _states(document):
        if state.get("dpv:isIndicatedAtTime") != format_moment(event.at):
            yield _contradiction("another moment of the choice is named")
        if (state.get("sayso:control"), state.get("sayso:entry")) != (event.control, entry.number):
            yield _contradiction("another control or another entry is named")
        if _denies(state, event.yes):
            yield _contradiction("a yes is told as a no, or a no as a yes")


def _states(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for record in document.get("dpv:hasRecordOfActivity", ()):
        process = record.get("dpv:hasProcess", {})
        yield from (*process.get("dpv:hasConsentStatus", ()), *process.get("dpv:hasStatus", ()))


def _denies(state: dict[str, Any], yes: bool) -> bool:
    """Tell whether a state says the opposite of a word, or does not say what the member did."""
    involved = state.get("dpv:hasEntityInvolvement", {}).get("@id")
    means = {*state.get("@type", ()), involved}
    return involved not in (_YESES if yes else _NOES) or not means.isdisjoint(_NOES if yes else _YESES)


_YESES = (
    "dpv:ConsentGiven",
    "dpv:RenewedConsentGiven",
    "dpv:ExpressedConsent",
    "dpv:LegitimateInterestNotObjected",
    "dpv:OptingInToProcess",
)
_NOES = (
    "dpv:ConsentRefused",
    "dpv:ConsentWithdrawn",
    "dpv:LegitimateInterestObjected",
    "dpv:OptingOutFromProcess",
    "dpv:ObjectingToProcess",
)


def _contradiction(what: str) -> Problem:
    advice = "ask the log's owner for a new receipt, and keep this one"
    return Problem(
        "receipt-words", f"the words around the receipt are not what it says: {what}", advice=advice
    )
