"""What has been taken back and still lies in a published data set, and by when it has to be out.

The deadline is the policy's (``Forgetting``), counted from the moment at which the log took the word in. It is promised for a no
through a control that reaches back, for deletions, closed accounts, erasures and suspensions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from sayso.dataset.manifest import Manifest, Shard
from sayso.dataset.rows import dataset_key, member_pseudonym, record_pseudonym, shard_of
from sayso.ledger.events import (
    AccountClosed,
    ChoiceMade,
    Entry,
    MemberErased,
    RecordDeleted,
    SuspensionSet,
    tag_of,
)
from sayso.policy.gate import Gate
from sayso.policy.model import Policy, Reach
from sayso.ports import Artefacts, ShardStore
from sayso.values.moments import Moment
from sayso.workflows.facts import Yard
from sayso.workflows.outline import Outline, index_of, outlined
from sayso.workflows.plan import gate_at
from sayso.workflows.presence import has_rows, presence
from sayso.workflows.reading import manifest_of, open_published
from sayso.workflows.tables import members_alone, tables_of_some


class Pending(NamedTuple):
    """A word that a data set does not follow yet: the log's entry, when it was taken in, and when it is due (``None``: no promise)."""

    entry: int
    since: Moment
    due: Moment | None


def pending(yard: Yard, artefacts: Artefacts, name: str) -> tuple[Pending, ...]:
    """Return the words that the published data set does not follow yet, in the order of the log; raises like ``open_published``.

    Only members who took something back since are looked at, and everybody where a suspension was set.
    """
    outline = outlined(yard)
    manifest = manifest_of(yard, artefacts, name, outline.published(name))
    entries = [
        one
        for one in yard.book.log.entries(manifest.log.size, outline.size)
        if takes_back(yard.book.policy, one)
    ]
    tags = frozenset(tag for one in entries if (tag := tag_of(one.event)) is not None)
    touched = _touched(yard, artefacts, manifest, outline, tags) if tags else frozenset()
    everybody = any(tag_of(one.event) is None for one in entries)
    if everybody and open_published(yard, artefacts, name, texts=False).left_out:
        touched |= {None}
    return tuple(_word(yard, one) for one in entries if tag_of(one.event) in touched)


def _word(yard: Yard, entry: Entry) -> Pending:
    terms = yard.book.policy.forgetting(entry.logged_at)
    due = None if terms is None else terms.deadline(entry.logged_at)
    return Pending(entry.number, entry.logged_at, due)


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


def _touched(
    yard: Yard, artefacts: Artefacts, manifest: Manifest, outline: Outline, tags: frozenset[str]
) -> frozenset[str | None]:
    """Return those of some tags of whose members the version holds a row that may not be used now.

    Of whom nothing may be used now it is enough to know that they have a row at all; only of the others the records are looked at.
    """
    store = artefacts.shards(manifest.name, manifest.version)
    key = dataset_key(yard.book.keys.secret(), manifest.name)
    held = presence(yard, store, manifest)
    names = {tag: member_pseudonym(key, tag) for tag in sorted(tags)}
    shards = {tag: manifest.shards[shard_of(key, tag, len(manifest.shards))] for tag in names}
    has = {tag: has_rows(held, shards[tag], name) for tag, name in names.items()}
    there = frozenset(tag for tag, some in has.items() if some is not False)
    may = _standing(yard, manifest, outline, there) if there else frozenset()
    gone = frozenset(tag for tag in there - may if has[tag])
    unsure = {tag: names[tag] for tag in sorted(there - gone)}
    allowed = pa.array(_allowed(yard, manifest, outline, may, key), pa.string())
    return gone | _left_out(store, {shards[tag] for tag in unsure}, unsure, allowed)


def _left_out(
    store: ShardStore, shards: Iterable[Shard], names: Mapping[str, str], allowed: pa.Array
) -> frozenset[str]:
    """Return those of some tags, given with their pseudonyms, who have rows in the shards that are not among the allowed."""
    wanted = pa.array(names.values(), pa.string())
    found: set[str] = set()
    for shard in shards:
        rows = store.read(shard.name, ["record", "member"])
        theirs = rows.filter(pc.is_in(rows.column("member"), wanted))
        left_out = theirs.filter(pc.invert(pc.is_in(theirs.column("record"), allowed)))
        found.update(left_out.column("member").to_pylist())
    return frozenset(tag for tag, name in names.items() if name in found)


def _gate(yard: Yard, manifest: Manifest, outline: Outline) -> Gate:
    at = max(yard.book.clock.now(), outline.latest)
    return gate_at(yard.book.policy, manifest.use, at, index_of(yard, outline, ()))


def _standing(yard: Yard, manifest: Manifest, outline: Outline, tags: frozenset[str]) -> frozenset[str]:
    """Return those of some tags of whose members anything may be used now; the records of the others need not be read."""
    with yard.open_engine(members_alone(yard, outline, tags)) as engine:
        engine.stand(_gate(yard, manifest, outline))
        may = engine.may()
    return frozenset(tag for tag in tags if yard.tags.member_of(tag) in may)


def _allowed(yard: Yard, manifest: Manifest, outline: Outline, tags: frozenset[str], key: bytes) -> list[str]:
    """Return the pseudonyms of the records of some members that may be used now."""
    if not tags:
        return []
    with yard.open_engine(tables_of_some(yard, outline, tags)) as engine:
        engine.stand(_gate(yard, manifest, outline))
        return [
            record_pseudonym(key, record)
            for batch in engine.permitted(("author",))
            for record in batch.column("record").to_pylist()
        ]
