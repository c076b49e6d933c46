"""Choices of many at once: written in one piece, and each with the receipt that proves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sayso.errors import SaysoError
from sayso.ledger.receipts import Receipt
from sayso.ports import TagStore
from sayso.workflows.choose import Chosen, Wish, choose_all, chosen_before
from sayso.workflows.logbook import Logbook
from sayso.workflows.notary import Notary


@dataclass(frozen=True, slots=True)
class Saying:
    """A wish, and whether whoever has it takes the receipt along.

    ``again``: it gives its moment, and may be in the log already, written by a process that was killed before it answered.
    """

    wish: Wish
    with_receipt: bool = True
    again: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A choice that is in the log, its receipt where one was asked for, and the log's size when all of them were in it."""

    chosen: Chosen
    receipt: Receipt | None
    log_size: int


def say_all(
    book: Logbook, tags: TagStore, notary: Notary, sayings: Sequence[Saying]
) -> list[Said | SaysoError]:
    """Return for each saying what was written, or why it was refused, like ``choose_all``; the receipts are under one checkpoint."""
    before = [chosen_before(book, tags, each.wish) if each.again else None for each in sayings]
    fresh = [each.wish for each, there in zip(sayings, before, strict=True) if there is None]
    written = iter(choose_all(book, tags, fresh))
    found = [next(written) if there is None else there for there in before]
    entries = {place: one.written.entries[0] for place, one in enumerate(found) if isinstance(one, Chosen)}
    asked = [place for place in entries if sayings[place].with_receipt]
    receipts = dict(zip(asked, notary.receipts([entries[place] for place in asked]), strict=True))
    size = max((entry.number + 1 for entry in entries.values()), default=0)
    return [
        Said(one, receipts.get(place), size) if isinstance(one, Chosen) else one
        for place, one in enumerate(found)
    ]
