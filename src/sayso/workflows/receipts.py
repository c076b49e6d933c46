"""What somebody takes away of an entry: a receipt that proves, offline, what the log says and since when."""

from __future__ import annotations

from sayso.ledger.checkpoints import VerifierKey, parse_vkey
from sayso.ledger.receipts import Receipt, ReceiptCheck, make_receipt, parse_receipt, verify_receipt
from sayso.ports import Keys, LogStore
from sayso.workflows.logbook import checkpoint, entry


def receipt_of(log: LogStore, keys: Keys, number: int) -> Receipt:
    """Return the receipt of an entry under a checkpoint of the whole log, which is signed and kept for it.

    Raises ``InputError`` where the log has no such entry.
    """
    entry(log, number)
    signed = checkpoint(log, keys)
    (proof,) = log.inclusions((number,), signed.size)
    return make_receipt(
        number, log.leaf(number), signed, proof, VerifierKey(keys.origin(), keys.public_key())
    )


def check_receipt(text: str, key: str | None) -> ReceiptCheck:
    """Return what holds of a receipt's text, from the text alone, and from the log's key where the caller knows it.

    Raises ``InputError`` for what is no receipt, and for a key that is none.
    """
    return verify_receipt(parse_receipt(text), None if key is None else parse_vkey(key))
