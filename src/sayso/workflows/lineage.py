"""Lineage: what a data set or a model was made of and what was made of it, and where a member's records are, as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sayso.errors import InputError, Problem
from sayso.ledger.events import (
    ChoiceMade,
    DatasetPublished,
    Delivered,
    Entry,
    MemberErased,
    ModelForgot,
    ModelTrained,
    RemovalAcknowledged,
    VersionPurged,
)
from sayso.ports import Artefacts
from sayso.values.moments import format_day
from sayso.workflows.build import published_manifest
from sayso.workflows.facts import Yard
from sayso.workflows.uses import rows_of


@dataclass(frozen=True, slots=True)
class Node:
    """One thing in a tree: its kind (``member``, ``data set``, ``version``, ``model``, ``source``, ``event``), its name, what is
    known of it, the log's entry, and what follows from it.
    """

    kind: str
    name: str
    facts: tuple[str, ...] = ()
    entry: int | None = None
    children: tuple[Node, ...] = ()


def lineage(yard: Yard, datasets: Artefacts, name: str) -> Node:
    """Return the tree of a data set, a model, or a member, by whichever of them has that name or id, in this order.

    Raises ``InputError`` where none has.
    """
    history = _History(tuple(yard.book.log.entries()))
    if name in history.names(DatasetPublished):
        return _dataset(yard, datasets, history, name)
    if name in history.names(ModelTrained):
        return _model(history, name)
    if yard.tags.tag_of(name) is not None:
        return _member(yard, datasets, history, name)
    advice = "name a published data set, a trained model, or a member by the id of the import"
    raise InputError(Problem("unknown-name", "nothing and nobody here has that name", advice=advice))


@dataclass(frozen=True, slots=True)
class _History:
    """The log's entries, as lineage asks for them."""

    entries: tuple[Entry, ...]

    def of(self, *kinds: type) -> Iterator[Entry]:
        return (entry for entry in self.entries if isinstance(entry.event, kinds))

    def names(self, kind: type) -> dict[str, None]:
        """Return the names of the data sets or models that there are, in the order of the log."""
        return dict.fromkeys(getattr(entry.event, "name", "") for entry in self.of(kind))

    def purged(self, kind: str, name: str, version: int) -> Entry | None:
        for entry in self.of(VersionPurged):
            event = entry.event
            if isinstance(event, VersionPurged) and (event.kind, event.name, event.version) == (
                kind,
                name,
                version,
            ):
                return entry
        return None


def _many(number: int, one: str) -> str:
    return f"{number:,} {one}{'' if number == 1 else 's'}"


def _day(entry: Entry) -> str:
    return format_day(entry.logged_at)


# A data set


def _dataset(yard: Yard, datasets: Artefacts, history: _History, name: str) -> Node:
    found = [(e.number, e, e.event) for e in history.of(DatasetPublished)]
    versions = tuple(
        _version(yard, datasets, history, entry, event)
        for _, entry, event in found
        if isinstance(event, DatasetPublished) and event.name == name
    )
    last = next(e for _, _, e in reversed(found) if isinstance(e, DatasetPublished) and e.name == name)
    return Node("data set", name, (f"{last.purpose} for {last.recipient}",), None, versions)


def _version(
    yard: Yard, datasets: Artefacts, history: _History, entry: Entry, event: DatasetPublished
) -> Node:
    manifest = published_manifest(yard, datasets, event)
    sources = () if manifest is None else manifest.sources
    facts = [f"published {_day(entry)}", _many(event.records, "record")]
    if manifest is None:
        facts.append("its manifest does not hold")
    else:
        facts.append(f"{_many(manifest.members, 'member')} in {_many(len(manifest.shards), 'shard')}")
    children = [Node("source", source.name, (source.digest[:19] + "…",)) for source in sources]
    children += _made_of(history, event)
    children += _ends(history, "dataset", event.name, event.version)
    return Node("version", f"v{event.version:04d}", tuple(facts), entry.number, tuple(children))


def _made_of(history: _History, event: DatasetPublished) -> Iterator[Node]:
    """Yield the versions of models that stand on a version of a data set."""
    for entry in history.of(ModelTrained):
        model = entry.event
        if isinstance(model, ModelTrained) and (model.dataset, model.dataset_version) == (
            event.name,
            event.version,
        ):
            yield _model_version(history, entry, model)


def _ends(history: _History, kind: str, name: str, version: int) -> Iterator[Node]:
    """Yield to whom a version went, and when its bytes were deleted."""
    for entry in history.of(Delivered):
        event = entry.event
        if isinstance(event, Delivered) and (event.name, event.version) == (name, version):
            yield Node("event", "delivered", (f"to {event.recipient}", _day(entry)), entry.number)
    for entry in history.of(RemovalAcknowledged):
        event = entry.event
        if isinstance(event, RemovalAcknowledged) and (event.name, event.version) == (name, version):
            facts = (f"by {event.recipient}", _day(entry))
            yield Node("event", "removal acknowledged", facts, entry.number)
    gone = history.purged(kind, name, version)
    if gone is not None:
        yield Node("event", "purged", (_day(gone), "its hashes stay"), gone.number)


# A model


def _model(history: _History, name: str) -> Node:
    entries = [(e, e.event) for e in history.of(ModelTrained)]
    versions = [(e, m) for e, m in entries if isinstance(m, ModelTrained) and m.name == name]
    children = tuple(_model_version(history, entry, event, standing=True) for entry, event in versions)
    return Node("model", name, (f"on the data set {versions[-1][1].dataset}",), None, children)


def _model_version(history: _History, entry: Entry, event: ModelTrained, standing: bool = False) -> Node:
    facts = [f"made {_day(entry)}"]
    if standing:
        facts.append(f"stands on {event.dataset} v{event.dataset_version:04d}")
    for other in history.of(ModelForgot):
        forgot = other.event
        if isinstance(forgot, ModelForgot) and (forgot.name, forgot.version) == (event.name, event.version):
            facts.append(f"forgot {_many(len(forgot.tags), 'member')}")
    name = f"v{event.version:04d}" if standing else f"{event.name} v{event.version:04d}"
    ends = tuple(_ends(history, "model", event.name, event.version))
    return Node("version" if standing else "model", name, tuple(facts), entry.number, ends)


# A member


def _member(yard: Yard, datasets: Artefacts, history: _History, member: str) -> Node:
    tag = yard.tags.tag_of(member) or ""
    words = [e for e in history.of(ChoiceMade, MemberErased) if getattr(e.event, "tag", None) == tag]
    said = tuple(_said(entry) for entry in words)
    sets = tuple(_held(yard, datasets, history, name, tag) for name in history.names(DatasetPublished))
    return Node("member", member, (f"{_many(len(words), 'word')} in the log",), None, (*said, *sets))


def _said(entry: Entry) -> Node:
    event = entry.event
    if isinstance(event, ChoiceMade):
        return Node(
            "event", f"{'yes' if event.yes else 'no'} to {event.control}", (_day(entry),), entry.number
        )
    return Node("event", "erased", (_day(entry),), entry.number)


def _held(yard: Yard, datasets: Artefacts, history: _History, name: str, tag: str) -> Node:
    versions = []
    for entry in history.of(DatasetPublished):
        event = entry.event
        if isinstance(event, DatasetPublished) and event.name == name:
            versions.append(_mine(yard, datasets, history, entry, event, tag))
    return Node("data set", name, (), None, tuple(versions))


def _mine(
    yard: Yard,
    datasets: Artefacts,
    history: _History,
    entry: Entry,
    event: DatasetPublished,
    tag: str,
) -> Node:
    """Return what a version holds of a member, and the models that were made of it."""
    name = f"v{event.version:04d}"
    gone = history.purged("dataset", event.name, event.version)
    if gone is not None:
        return Node("version", name, ("its bytes are deleted", _day(gone)), entry.number)
    rows = rows_of(yard, datasets, event, tag)
    if rows is None:
        return Node("version", name, ("cannot be read: see `sayso verify`",), entry.number)
    models = tuple(_made_of(history, event)) if rows else ()
    facts = (f"{_many(rows, 'record')} of theirs" if rows else "nothing of theirs",)
    return Node("version", name, facts, entry.number, models)


def flat(node: Node, depth: int = 0) -> Iterable[tuple[int, Node]]:
    """Yield a node and all below it, each with its depth, in the order of reading."""
    yield depth, node
    for child in node.children:
        yield from flat(child, depth + 1)
