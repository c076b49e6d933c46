"""Receipts for many at once: those who ask at the same time get theirs under one checkpoint, signed and kept once."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from sayso.ledger.checkpoints import Checkpoint, VerifierKey
from sayso.ledger.codec import encode
from sayso.ledger.events import Entry
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
        return self.receipts((entry(self._log, number),))[0]

    def receipts(self, entries: Sequence[Entry]) -> tuple[Receipt, ...]:
        """Return the receipts of some entries of the log, in their order, under one checkpoint."""
        if not entries:
            return ()
        numbers = [each.number for each in entries]
        signed = self.checkpoint(max(numbers) + 1)
        proofs = self._log.inclusions(numbers, signed.size)
        key = VerifierKey(self._keys.origin(), self._keys.public_key())
        return tuple(
            make_receipt(each.number, encode(each.event, each.logged_at), signed, proof, key)
            for each, proof in zip(entries, proofs, strict=True)
        )
