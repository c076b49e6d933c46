"""Receipts: what a member takes away, to prove later, offline, what they said and when.

The fields are those of ISO/IEC TS 27560:2023 (header: schema version, record id, PII principal id; event:
time, duration, entity id, type, state), in the spirit of its receipt profile in W3C DPV 2.3; ``proof`` is
ours: the leaf, a signed checkpoint (``ledger.checkpoints``) and the RFC 6962 inclusion proof that joins the
two.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sayso.errors import InputError, IntegrityError, Problem
from sayso.ledger.checkpoints import (
    Checkpoint,
    SignatureCheck,
    VerifierKey,
    check_signature,
    format_note,
    format_vkey,
    parse_note,
    parse_vkey,
)
from sayso.ledger.codec import decode, type_name
from sayso.ledger.events import ChoiceMade, Entry, tag_of
from sayso.ledger.merkle import leaf_hash, verify_inclusion
from sayso.values.canonical import canonical
from sayso.values.moments import format_moment

SCHEMA = "sayso-receipt/1"
"""The schema version in a receipt's header."""

MAX_RECEIPT = 256 * 1024
"""The greatest length of a receipt in characters; one for a choice has some two thousand."""

# W3C DPV 2.3, involvement status: what a yes and a no through a control do, whatever the legal basis.
_INVOLVEMENT = {True: "dpv:OptingInToProcess", False: "dpv:OptingOutFromProcess"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """An entry's number and leaf, the checkpoint and inclusion proof that show it in the log, and the log's
    key.

    ``words`` are the canonical bytes of the part for people, as it was given: checked against the leaf,
    never trusted.
    """

    number: int
    leaf: bytes
    checkpoint: Checkpoint
    proof: tuple[bytes, ...]
    key: VerifierKey
    words: bytes


@dataclass(frozen=True, slots=True)
class ReceiptCheck:
    """What came of checking a receipt: all that does not hold, the entry (``None``: unreadable), and whose
    word it is.

    ``signed_by`` is the verifier key that signed the checkpoint, ``None`` where none did. ``pinned`` tells
    whether the caller named that key; where not, the receipt vouches for its own key, and proves no more
    than that.
    """

    problems: tuple[Problem, ...]
    entry: Entry | None
    signed_by: VerifierKey | None
    pinned: bool

    @property
    def holds(self) -> bool:
        """Tell whether everything in the receipt holds."""
        return not self.problems


def make_receipt(
    number: int, leaf: bytes, checkpoint: Checkpoint, proof: Sequence[bytes], key: VerifierKey
) -> Receipt:
    """Return the receipt of an entry under a signed checkpoint of at least ``number + 1`` entries.

    Raises ``IntegrityError`` when it would not hold: nobody is handed a receipt that proves nothing.
    """
    entry = decode(leaf, number)
    receipt = Receipt(number, leaf, checkpoint, tuple(proof), key, canonical(_words(entry, checkpoint)))
    problems = _check_proof(receipt, key, check_signature(checkpoint, key))
    if problems:
        raise IntegrityError(*problems)
    return receipt


def format_receipt(receipt: Receipt) -> str:
    """Return the receipt as JSON text that a person can read and ``parse_receipt`` reads back the same."""
    return json.dumps(receipt_fields(receipt), ensure_ascii=False, indent=2) + "\n"


def receipt_fields(receipt: Receipt) -> dict[str, Any]:
    """Return the receipt as a JSON object: what ``format_receipt`` writes."""
    proof = {
        "entry": receipt.number,
        "leaf": _b64(receipt.leaf),
        "inclusion": [_b64(step) for step in receipt.proof],
        "checkpoint": format_note(receipt.checkpoint),
        "key": format_vkey(receipt.key),
    }
    return {**json.loads(receipt.words), "proof": proof}


def parse_receipt(text: str) -> Receipt:
    """Return the receipt that a text holds; whether it holds is for ``verify_receipt`` to say.

    Raises ``InputError`` when the text is not a receipt in JSON of the schema above.
    """
    try:
        if len(text) > MAX_RECEIPT:
            raise ValueError("too long")
        found = json.loads(text, object_pairs_hook=_no_twins)
        proof = found.pop("proof")
        if (
            found["header"]["schema_version"] != SCHEMA
            or set(proof) != _PROOF
            or type(proof["entry"]) is not int
        ):
            raise ValueError("not this schema")
        return Receipt(
            proof["entry"],
            _unb64(proof["leaf"]),
            parse_note(proof["checkpoint"]),
            tuple(_unb64(step) for step in proof["inclusion"]),
            parse_vkey(proof["key"]),
            canonical(found),
        )
    except InputError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        what = f"this is not a receipt of the form {SCHEMA}"
        advice = "give the file just as it was handed out"
        raise InputError(Problem("bad-receipt", what, advice=advice)) from None


def verify_receipt(receipt: Receipt, trusted: VerifierKey | None = None) -> ReceiptCheck:
    """Return what holds of a receipt, from the receipt alone.

    ``trusted`` is the log's key as the caller knows it from elsewhere; ``None`` takes the receipt's own
    word for it.
    """
    key = trusted or receipt.key
    signature = check_signature(receipt.checkpoint, key)
    problems = list(_check_proof(receipt, key, signature))
    entry = None
    try:
        entry = decode(receipt.leaf, receipt.number)
    except IntegrityError as error:
        problems += error.problems
    if entry is not None and canonical(_words(entry, receipt.checkpoint)) != receipt.words:
        problems.append(
            _problem("receipt-words", "the receipt's header or event is not what the signed entry says")
        )
    signed_by = key if signature is SignatureCheck.GOOD else None
    return ReceiptCheck(
        tuple(problems), entry, signed_by, pinned=trusted is not None and signed_by is not None
    )


def _check_proof(receipt: Receipt, key: VerifierKey, signature: SignatureCheck) -> list[Problem]:
    checkpoint, problems = receipt.checkpoint, []
    if receipt.key != key:
        problems.append(_problem("other-key", "the receipt names another key than the one you trust"))
    if signature is SignatureCheck.MISSING:
        problems.append(_problem("not-signed", "the checkpoint is not signed with this key"))
    if signature is SignatureCheck.BAD:
        problems.append(_problem("bad-signature", "the signature of the checkpoint does not verify"))
    if checkpoint.origin != key.name:
        problems.append(_problem("other-log", "the checkpoint is of another log than the key's"))
    hashed = leaf_hash(receipt.leaf)
    if not verify_inclusion(hashed, receipt.number, checkpoint.size, receipt.proof, checkpoint.root):
        what = f"the proof does not show entry {receipt.number} in the log of {checkpoint.size} entries"
        problems.append(_problem("bad-proof", what))
    return problems


_PROOF = {"entry", "leaf", "inclusion", "checkpoint", "key"}


def _words(entry: Entry, checkpoint: Checkpoint) -> dict[str, Any]:
    """Return the part for people: the header and the event, made from the entry and nothing else but the
    origin.
    """
    header = {
        "schema_version": SCHEMA,
        "record_id": f"{checkpoint.origin}#{entry.number}",
        "pii_principal_id": tag_of(entry.event),
    }
    return {"header": header, "event": _event_words(entry)}


def _event_words(entry: Entry) -> dict[str, Any]:
    event, when = entry.event, getattr(entry.event, "at", entry.logged_at)
    words: dict[str, Any] = {
        "time": format_moment(when),
        "logged_at": format_moment(entry.logged_at),
        "duration": "until the next word on the same subject",
        "entity_id": tag_of(event),
        "type": type_name(event),
        "state": "recorded",
    }
    if isinstance(event, ChoiceMade):
        said = {"control": event.control, "policy_version": event.version, "channel": event.channel}
        words |= {"type": _INVOLVEMENT[event.yes], "state": "yes" if event.yes else "no", **said}
    return words


def _problem(code: str, what: str) -> Problem:
    return Problem(code, what, advice="ask the log's owner for a new receipt, and keep this one")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _unb64(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    if _b64(data) != text:
        raise ValueError("not the one form of base64")
    return data
