"""What has been taken back and still lies in a published data set, and by when it has to be out.

The deadline is the policy's (``Forgetting``), counted from the moment at which the log took the word in. It is promised for a no
through a control that reaches back, for deletions, closed accounts, erasures and suspensions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from sayso.dataset.rows import dataset_key, member_pseudonym
from sayso.ledger.events import (
    AccountClosed,
    ChoiceMade,
    Entry,
    MemberErased,
    RecordDeleted,
    SuspensionSet,
)
from sayso.policy.model import Policy, Reach
from sayso.ports import Artefacts
from sayso.values.moments import Moment
from sayso.workflows.facts import Yard
from sayso.workflows.reading import Opened, open_published


class Pending(NamedTuple):
    """A word that a data set does not follow yet: the log's entry, when it was taken in, and when it is due (``None``: no promise)."""

    entry: int
    since: Moment
    due: Moment | None


def pending(yard: Yard, artefacts: Artefacts, name: str) -> tuple[Pending, ...]:
    """Return the words that the published data set does not follow yet, in the order of the log; raises like ``open_published``."""
    opened = open_published(yard, artefacts, name, texts=False)
    return tuple(_pending(yard, opened)) if opened.left_out else ()


def _pending(yard: Yard, opened: Opened) -> Iterator[Pending]:
    policy, key = yard.book.policy, dataset_key(yard.book.keys.secret(), opened.manifest.name)
    members = _members(opened)
    for entry in yard.book.log.entries(opened.manifest.log.size):
        tag = getattr(entry.event, "tag", None)
        if takes_back(policy, entry) and (tag is None or member_pseudonym(key, tag) in members):
            terms = policy.forgetting(entry.logged_at)
            due = None if terms is None else terms.deadline(entry.logged_at)
            yield Pending(entry.number, entry.logged_at, due)


def takes_back(policy: Policy, entry: Entry) -> bool:
    """Tell whether an entry takes something back for which the policy promises a deadline."""
    event = entry.event
    if isinstance(event, ChoiceMade):
        version = policy.in_force(entry.logged_at)
        controls = version.controls if version else ()
        return not event.yes and any(
            one.id == event.control and one.reach is Reach.RETROACTIVE for one in controls
        )
    return isinstance(event, (RecordDeleted, AccountClosed, MemberErased, SuspensionSet))


def _members(opened: Opened) -> frozenset[str]:
    """Return the pseudonyms of those whose rows are left out."""
    found: set[str] = set()
    for number, names in opened.change.dropped.items():
        table = opened.base.store.read(opened.base.shards[number].name, ["record", "member"])
        rows = table.filter(pc.is_in(table.column("record"), pa.array(names, pa.string())))
        found.update(rows.column("member").to_pylist())
    return frozenset(found)
