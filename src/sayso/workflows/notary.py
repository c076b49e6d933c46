"""Receipts for many at once: those who ask at the same time get theirs under one checkpoint, signed and kept once."""

from __future__ import annotations

from threading import Lock

from sayso.ledger.checkpoints import Checkpoint, VerifierKey
from sayso.ledger.receipts import Receipt, make_receipt
from sayso.ports import Clock, Keys, LogStore
from sayso.values.moments import SECOND, Moment
from sayso.workflows.logbook import checkpoint, entry

KEPT_EVERY = SECOND
"""Of the checkpoints that are signed, one in this time is kept in the log: what it would take to rewrite the log unnoticed is to
change less than a second of it, before anybody has shown their receipt."""


class Notary:
    """Gives receipts and checkpoints for as long as a process lives."""

    def __init__(self, log: LogStore, keys: Keys, clock: Clock) -> None:
        """Join them; nothing is signed yet."""
        self._log, self._keys, self._clock, self._lock = log, keys, clock, Lock()
        self._last: Checkpoint | None = None
        self._kept_at = Moment(0)

    def checkpoint(self, size: int) -> Checkpoint:
        """Return a signed checkpoint of at least ``size`` entries, which the log has; one every second is kept in the log."""
        found = self._last
        if found is not None and found.size >= size:
            return found
        with self._lock:
            if self._last is None or self._last.size < size:
                self._last = self._signed()
            return self._last

    def _signed(self) -> Checkpoint:
        now = self._clock.now()
        keep = now - self._kept_at >= KEPT_EVERY
        if keep:
            self._kept_at = now
        return checkpoint(self._log, self._keys, keep)

    def receipt(self, number: int) -> Receipt:
        """Return the receipt of an entry; raises ``InputError`` where the log has no such entry."""
        entry(self._log, number)
        signed = self.checkpoint(number + 1)
        proof = self._log.inclusion(number, signed.size)
        key = VerifierKey(self._keys.origin(), self._keys.public_key())
        return make_receipt(number, self._log.leaf(number), signed, proof, key)
