"""Withdrawal: what is not permitted any more leaves the published data set, and the old bytes go when the policy says.

A withdrawal is a build that takes over from the version before whatever would come out the same (``carry``), so that its cost
follows the change; it publishes nothing where nothing changed. Superseded versions keep their manifests, and so every hash; their
shards are deleted once the days that the policy keeps them have passed, or at once where that is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sayso.dataset.manifest import changed_shards
from sayso.errors import InputError, Problem
from sayso.ledger.events import DatasetPublished, ModelTrained, VersionPurged
from sayso.ports import Artefacts
from sayso.slicing import Progress
from sayso.values.moments import Moment
from sayso.values.uses import Use
from sayso.workflows.build import Built, Request, build
from sayso.workflows.facts import Yard
from sayso.workflows.logbook import write

DATASET, MODEL = "dataset", "model"
"""The kinds of what is purged, in the log's entries."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What a withdrawal did, or would do: the build, the names of the shards that differ, and the versions that were purged.

    ``dropped`` rows left because their records are not permitted any more, ``redone`` were redacted again because they may name
    somebody whose word changed; both are ``None`` where everything was made anew.
    """

    built: Built
    shards: tuple[str, ...]
    dropped: int | None
    redone: int | None
    purged: tuple[int, ...] = ()
    kept_until: Moment | None = None


def withdraw(
    yard: Yard, artefacts: Artefacts, name: str, progress: Progress, now: bool = False, dry_run: bool = False
) -> Withdrawn:
    """Return what left a published data set, which holds from then on what a build from nothing would.

    With ``now`` superseded versions are purged at once; else those whose days are over. Raises like ``rewrite``.
    """
    done = rewrite(yard, artefacts, name, progress, dry_run)
    if dry_run:
        return done
    purged = purge(yard, artefacts, name, now)
    return replace(done, purged=purged, kept_until=kept_until(yard, artefacts, name))


def rewrite(yard: Yard, artefacts: Artefacts, name: str, progress: Progress, dry_run: bool) -> Withdrawn:
    """Return what left a published data set, superseded versions being left as they are.

    Raises ``InputError`` where no data set of that name is published, and whatever ``build`` raises.
    """
    last = published(yard, name)
    use = Use(last.purpose, last.recipient)
    built = build(yard, artefacts, Request(name, use, 1, changed=True, dry=dry_run), progress)
    shards = changed_shards(built.before, built.manifest) if built.before else ()
    change = built.change
    return Withdrawn(
        built,
        shards,
        None if change is None else change.gone,
        None if change is None else change.redone,
    )


def kept_until(yard: Yard, artefacts: Artefacts, name: str, kind: str = DATASET) -> Moment | None:
    """Return when the oldest superseded version is due to go, ``None`` where there is none or no day is named."""
    return next((when for _, when in superseded(yard, artefacts, name, kind)), None)


def published(yard: Yard, name: str) -> DatasetPublished:
    """Return the last publication of a data set; raises ``InputError`` where there is none."""
    found = list(_publications(yard, name))
    if not found:
        raise InputError(
            Problem("no-dataset", f"no data set {name!r} is published", advice="run `sayso build`")
        )
    return found[-1]


def _publications(yard: Yard, name: str) -> Iterator[DatasetPublished]:
    for entry in yard.book.log.entries_of_kinds((DatasetPublished,)):
        if isinstance(entry.event, DatasetPublished) and entry.event.name == name:
            yield entry.event


def superseded(
    yard: Yard, artefacts: Artefacts, name: str, kind: str = DATASET
) -> list[tuple[int, Moment | None]]:
    """Return the versions of a data set, or a model, whose bytes are there though another took their place, and when they are due.

    ``None`` stands for no day: the policy in force when the version was superseded names none.
    """
    found: dict[int, Moment | None] = {}
    last: int | None = None
    published = DatasetPublished if kind == DATASET else ModelTrained
    for entry in yard.book.log.entries_of_kinds((published, VersionPurged)):
        event = entry.event
        if isinstance(event, published) and event.name == name:
            if last is not None:
                found[last] = _due(yard, entry.logged_at)
            last = event.version
        elif isinstance(event, VersionPurged) and (event.kind, event.name) == (kind, name):
            found.pop(event.version, None)
    return sorted(found.items())


def _due(yard: Yard, done: Moment) -> Moment | None:
    terms = yard.book.policy.forgetting(done)
    return None if terms is None else terms.purge_at(done, done)


def purge(
    yard: Yard, artefacts: Artefacts, name: str, now: bool = False, kind: str = DATASET
) -> tuple[int, ...]:
    """Delete the bytes of superseded versions that are due, with ``now`` of all, and return which; the log has an entry for each.

    A process that is killed between the two is made up for by the next call.
    """
    moment = yard.book.clock.now()
    due = [
        version
        for version, when in superseded(yard, artefacts, name, kind)
        if now or (when is not None and when <= moment)
    ]
    for version in due:
        artefacts.purge(name, version)
        write(yard.book, [VersionPurged(kind, name, version, moment)])
    return tuple(due)
