"""The receipt of forgetting: a JSON text that names what a member left, with proofs that the log says so; and what holds of one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sayso.dataset.manifest import manifest_digest
from sayso.errors import InputError, Problem
from sayso.ledger.checkpoints import VerifierKey, parse_vkey
from sayso.ledger.events import DatasetPublished, Entry, ModelForgot, ModelTrained
from sayso.ledger.receipts import format_receipt, parse_receipt, verify_receipt
from sayso.models.manifest import ModelManifest, model_digest
from sayso.values.canonical import Json
from sayso.values.moments import format_moment
from sayso.workflows.forget_member import Farewell
from sayso.workflows.receipts import receipt_of
from sayso.workflows.shelf import Shelf

SCHEMA = "sayso-forgetting-receipt-v1"
ELSEWHERE = "copies that were handed to others before, and what others copied from the platform's own pages"


@dataclass(frozen=True, slots=True)
class FarewellCheck:
    """What came of checking a receipt of forgetting: what does not hold, the data sets and models it names, whose word it is.

    ``signed_by`` is the key that signed all proofs; ``pinned`` tells whether the caller named it.
    """

    problems: tuple[Problem, ...]
    datasets: int
    models: int
    entries: tuple[int, ...]
    signed_by: VerifierKey | None
    pinned: bool


def receipt_fields(shelf: Shelf, done: Farewell) -> dict[str, Any]:
    """Return the receipt of a farewell, as JSON: nothing in it names the member but their tag in the log."""
    book = shelf.yard.book
    proofs = [json.loads(format_receipt(receipt_of(book.log, book.keys, number))) for number in done.entries]
    return {
        "schema": SCHEMA,
        "member": done.tag,
        "at": format_moment(done.at),
        "datasets": [
            {
                "name": each.after.name,
                "rows": each.rows,
                "before": {"version": each.before.version, "manifest": manifest_digest(each.before)},
                "after": {"version": each.after.version, "manifest": manifest_digest(each.after)},
                "entry": each.entry,
            }
            for each in done.datasets
        ],
        "models": [
            {
                "name": each.manifest.name,
                "before": _model(each.before),
                "after": _model(each.manifest),
                "entries": [entry.number for entry in each.entries],
            }
            for each in done.models
        ],
        "old_bytes": {
            "deleted": list(done.purged),
            "kept_until": None if done.kept_until is None else format_moment(done.kept_until),
        },
        "not_covered": [ELSEWHERE, *(_handed(one) for one in done.delivered)],
        "proofs": proofs,
    }


def _model(manifest: ModelManifest) -> dict[str, Json]:
    return {
        "version": manifest.version,
        "manifest": model_digest(manifest),
        "state": manifest.state,
        "served": manifest.served,
    }


def _handed(one: Any) -> str:
    return f"{one.name} v{one.version:04d}, handed to {one.recipient} on {format_moment(one.at)[:10]}"


def is_farewell(text: str) -> bool:
    """Tell whether a text means to be a receipt of forgetting."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("schema") == SCHEMA


def check_farewell(text: str, key: str | None) -> FarewellCheck:
    """Return what holds of a receipt of forgetting: that every entry it names is in the log, and says what the receipt says.

    From the text alone, and from the log's key where the caller knows it. That the digests are those of the files is for
    ``sayso verify`` to say. Raises ``InputError`` for what is no such receipt, and for a key that is none.
    """
    trusted = None if key is None else parse_vkey(key)
    try:
        found = json.loads(text)
        checks = [verify_receipt(parse_receipt(json.dumps(one)), trusted) for one in found["proofs"]]
        entries = {check.entry.number: check.entry for check in checks if check.entry is not None}
        problems = [problem for check in checks for problem in check.problems]
        problems += _untold(found, entries)
        signers = {check.signed_by for check in checks}
        pinned = bool(checks) and all(check.pinned for check in checks)
        signer = signers.pop() if len(signers) == 1 else None
        sizes = len(found["datasets"]), len(found["models"])
        return FarewellCheck(tuple(problems), *sizes, tuple(sorted(entries)), signer, pinned)
    except (ValueError, KeyError, TypeError, AttributeError):
        what = f"this is not a receipt of the form {SCHEMA}"
        advice = "give the file just as it was handed out"
        raise InputError(Problem("bad-receipt", what, advice=advice)) from None


def _untold(found: dict[str, Any], entries: dict[int, Entry]) -> Iterator[Problem]:
    for each in found["datasets"]:
        event, after = _event(entries, each["entry"]), each["after"]
        told = isinstance(event, DatasetPublished) and (event.name, event.version, event.manifest)
        if told != (each["name"], after["version"], after["manifest"]):
            yield _problem(f"the entry about the data set {each['name']} does not say what the receipt says")
    for each in found["models"]:
        events = [_event(entries, number) for number in each["entries"]]
        if not _told_of(each, events):
            yield _problem(f"the entries about the model {each['name']} do not say what the receipt says")


def _told_of(each: dict[str, Any], events: list[Any]) -> bool:
    after = (each["name"], each["after"]["version"], each["after"]["manifest"])
    trained = [e for e in events if isinstance(e, ModelTrained)]
    forgot = [e for e in events if isinstance(e, ModelForgot)]
    same = [(e.name, e.version, e.manifest) for e in trained] == [after]
    return same and all((e.name, e.version, e.certificate) == after for e in forgot)


def _event(entries: dict[int, Entry], number: int) -> Any:
    entry = entries.get(number)
    return None if entry is None else entry.event


def _problem(what: str) -> Problem:
    return Problem("receipt-words", what, advice="ask the log's owner for a new receipt, and keep this one")
