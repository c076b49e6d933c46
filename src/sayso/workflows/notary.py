"""Receipts for many at once: those who ask at the same time get theirs under one checkpoint, signed and kept once."""

from __future__ import annotations

from threading import Lock

from sayso.ledger.checkpoints import Checkpoint, VerifierKey
from sayso.ledger.receipts import Receipt, make_receipt
from sayso.ports import Keys, LogStore
from sayso.workflows.logbook import checkpoint, entry


class Notary:
    """Gives receipts and checkpoints for as long as a process lives."""

    def __init__(self, log: LogStore, keys: Keys) -> None:
        """Join them; nothing is signed yet."""
        self._log, self._keys, self._lock = log, keys, Lock()
        self._last: Checkpoint | None = None

    def checkpoint(self, size: int) -> Checkpoint:
        """Return a signed checkpoint, kept in the log, of at least ``size`` entries, which the log has."""
        found = self._last
        if found is not None and found.size >= size:
            return found
        with self._lock:
            if self._last is None or self._last.size < size:
                self._last = checkpoint(self._log, self._keys)
            return self._last

    def receipt(self, number: int) -> Receipt:
        """Return the receipt of an entry; raises ``InputError`` where the log has no such entry."""
        entry(self._log, number)
        signed = self.checkpoint(number + 1)
        proof = self._log.inclusion(number, signed.size)
        key = VerifierKey(self._keys.origin(), self._keys.public_key())
        return make_receipt(number, self._log.leaf(number), signed, proof, key)
