"""What the next version of a data set stands on: the one before, where its rows would come out the same from the same words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sayso import __version__
from sayso.changed import Changed, Former, together
from sayso.dataset.digest import LOGICAL
from sayso.dataset.manifest import Manifest, SourceUsed
from sayso.dataset.rows import dataset_key, key_id
from sayso.ledger.index import LogIndex
from sayso.policy.codes import code_of
from sayso.ports import Artefacts, ShardStore
from sayso.redaction_ports import Acquaintance, Known, Spotter
from sayso.workflows.carry import Base
from sayso.workflows.facts import Yard
from sayso.workflows.revise import objectors
from sayso.workflows.roll import called

CODE = f"sayso/{__version__}"
MENTION_INDEX = "private/mentions.parquet"
"""Which published records speak of whom: for the platform alone, so that a later no finds them. It is not for recipients."""


def sources_of(yard: Yard) -> tuple[SourceUsed, ...]:
    """Return the sources as they are, each with the digest of its tables."""
    return tuple(SourceUsed(name, yard.sources.digest(name)) for name in yard.sources.names())


def base_of(
    yard: Yard,
    artefacts: Artefacts,
    manifest: Manifest,
    sources: tuple[SourceUsed, ...],
    index: LogIndex,
) -> Base | None:
    """Return a published version as a base for the next, ``None`` where its rows might come out otherwise from the same words.

    ``index`` is that of the log, at least as far as the version was decided by it.

    So it is with sources of which it is not known what changed, another policy file (who had said no by it is not known), another
    version of Sayso, rows that do not say what they reply to, or another key, and where the mention index is damaged.
    """
    made = (manifest.code, manifest.logical, manifest.key_id)
    key = dataset_key(yard.book.keys.secret(), manifest.name)
    same = made == (CODE, LOGICAL, key_id(key))
    store = artefacts.shards(manifest.name, manifest.version)
    if not same or manifest.policy.digest != yard.book.policy.digest:
        return None
    if store.digest(MENTION_INDEX) != manifest.redaction.mentions:
        return None
    changed = _changed(yard, manifest.sources, sources)
    return None if changed is None else replace(as_base(yard, store, manifest, index), changed=changed)


def _changed(yard: Yard, before: tuple[SourceUsed, ...], now: tuple[SourceUsed, ...]) -> Changed | None:
    """Return what is other in the sources, ``None`` where that is not known, or they have other names."""
    if [one.name for one in before] != [one.name for one in now]:
        return None
    found = [yard.sources.changed(one.name, one.digest) for one in before]
    known = [one for one in found if one is not None]
    return together(known) if len(known) == len(found) else None


def as_base(yard: Yard, store: ShardStore, manifest: Manifest, index: LogIndex) -> Base:
    """Return a published version as a base: its files, who had said no, and by what it was decided."""
    then, at = index.upto(manifest.log.size), manifest.decided_at
    said_no = objectors(yard.book.policy, manifest.use, at, then)
    mentions = store.read(MENTION_INDEX)
    counts = tuple((code_of(one.reason, one.verdict), count) for one, count in manifest.funnel.outcomes)
    return Base(store, manifest.shards, mentions, said_no, manifest.redaction.version, (then, at), counts)


def spotter_of(yard: Yard, base: Base, known: Acquaintance) -> Spotter | None:
    """Return what finds the texts that may come out otherwise than in a base, by whom is known now; ``None`` where none can."""
    renamed = sorted(_renamed(yard, base.changed.members))
    named = called(yard, (base.objectors ^ known.objectors) - {one.tag for one in renamed})
    if not named and not renamed:
        return None
    return yard.open_spotter(named, known.roll, base.objectors & known.objectors, renamed)


def _renamed(yard: Yard, members: tuple[Former, ...]) -> Iterator[Known]:
    """Yield those of some members who are called otherwise than they were, with all their names of then and now."""
    tags = {one.member: tag for one in members if (tag := yard.tags.tag_of(one.member)) is not None}
    now: dict[str, Known] = {one.tag: one for one in called(yard, frozenset(tags.values()))}
    then: dict[str, list[Former]] = {}
    for one in members:
        then.setdefault(tags.get(one.member, ""), []).append(one)
    for tag in sorted(then.keys() - {""}):
        is_called = now.get(tag, Known(tag, (), ()))
        if any(
            {*one.names} != {*is_called.names} or {*one.handles} != {*is_called.handles} for one in then[tag]
        ):
            names = dict.fromkeys([*is_called.names, *(name for one in then[tag] for name in one.names)])
            handles = dict.fromkeys(
                [*is_called.handles, *(handle for one in then[tag] for handle in one.handles)]
            )
            yield Known(tag, tuple(names), tuple(handles))
