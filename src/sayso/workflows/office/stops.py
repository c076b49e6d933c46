"""What a suspension would stop, named before it is set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sayso.ledger.events import DatasetPublished, SuspensionSet
from sayso.ledger.index import LogIndex
from sayso.policy.compile import Wide, compile_gate
from sayso.policy.model import Policy
from sayso.values.moments import Moment
from sayso.values.standing import NO_ENTRY, Suspension
from sayso.values.uses import Use
from sayso.workflows.facts import Yard
from sayso.workflows.logstate import LogState, stood
from sayso.workflows.office.uses import uses_of
from sayso.workflows.office.versions import Affected
from sayso.workflows.suspend import Stop, suspend
from sayso.workflows.tables import gate_tables

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Resting:
    """A published data set of a use that would be stopped, and the models that rest on it."""

    name: str
    version: int
    use: Use
    records: int
    models: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a suspension would stop as of a moment (its start, or now where it has begun): uses with what they would lose, by region,
    and the data sets and models that rest on them.
    """

    event: SuspensionSet
    at: Moment
    log_size: int
    uses: tuple[Affected, ...]
    datasets: tuple[Resting, ...]

    @property
    def regions(self) -> tuple[str | None, ...]:
        """Return the regions where anything would be lost, by falling number of records."""
        lost: dict[str | None, int] = {}
        for one in self.uses:
            for shift in one.shifts:
                lost[shift.region] = lost.get(shift.region, 0) + shift.lost
        return tuple(sorted(lost, key=lambda region: (-lost[region], region or "")))


def preview(yard: Yard, stop: Stop, progress: Progress = lambda done, of: None) -> Preview:
    """Return what a stop would change, writing nothing.

    Raises ``InputError`` like ``suspend``, and where nothing has been brought in yet.
    """
    policy, state = yard.book.policy, stood(yard)
    event = suspend(yard.book, stop, dry_run=True).event
    at = max(yard.book.clock.now(), event.starts_at)
    planned = _suspension(event)
    uses = _covered(policy, state.index, planned, at)
    found = []
    with yard.open_engine(gate_tables(yard, state.index)) as engine:
        for done, use in enumerate(uses):
            progress(done, len(uses))
            notices, stops = state.index.notices(), state.index.suspensions()
            engine.stand(compile_gate(policy, use, at, Wide(notices, stops)))
            found.append(
                Affected(use, engine.shifts(compile_gate(policy, use, at, Wide(notices, (*stops, planned)))))
            )
    return Preview(event, at, state.size, tuple(found), resting_on(policy, state, planned))


def _suspension(event: SuspensionSet) -> Suspension:
    return Suspension(
        "planned",
        frozenset(event.purposes),
        event.starts_at,
        event.starts_at,
        event.until,
        None if event.regions is None else frozenset(event.regions),
        None if event.recipients is None else frozenset(event.recipients),
        event.authority,
        event.reference,
        NO_ENTRY,
    )


def _covered(policy: Policy, index: LogIndex, planned: Suspension, at: Moment) -> tuple[Use, ...]:
    version = policy.in_force(at)
    if version is None:
        return ()
    uses = uses_of(policy, version, (*index.suspensions(), planned))
    return tuple(use for use in uses if is_covered(policy, planned, use))


def is_covered(policy: Policy, suspension: Suspension, use: Use) -> bool:
    """Tell whether a suspension names the recipient of a use, and its purpose or an ancestor of it."""
    if suspension.recipients is not None and use.recipient not in suspension.recipients:
        return False
    return not suspension.purposes.isdisjoint(policy.purposes.lineage(use.purpose))


def resting_on(policy: Policy, state: LogState, suspension: Suspension) -> tuple[Resting, ...]:
    """Return the published data sets whose use a suspension covers, by name, each with the models that stand on it."""
    covered = [one for one in state.published.values() if is_covered(policy, suspension, _use(one))]
    return tuple(_resting(one, state) for one in sorted(covered, key=lambda event: event.name))


def _resting(event: DatasetPublished, state: LogState) -> Resting:
    models = [(one.name, one.version) for one in state.models.values() if one.dataset == event.name]
    return Resting(event.name, event.version, _use(event), event.records, tuple(sorted(models)))


def _use(event: DatasetPublished) -> Use:
    return Use(event.purpose, event.recipient)


@dataclass(frozen=True, slots=True)
class Held:
    """A suspension as it stands at a moment: whether it holds, is still to come, or has ended; of the log, or a policy's fact."""

    suspension: Suspension
    stage: str

    @property
    def can_end(self) -> bool:
        """Tell whether the office can end it: it is in the log, has begun, and was not ended."""
        return self.stage == "holds" and self.suspension.entry != NO_ENTRY


def suspensions(yard: Yard, at: Moment) -> tuple[Held, ...]:
    """Return all suspensions, those that hold first, then those to come, then those that ended, each the latest first."""
    logged = stood(yard).index.suspensions()
    found = [Held(one, _stage(one, at)) for one in (*yard.book.policy.suspensions, *logged)]
    order = ("holds", "to come", "ended")
    return tuple(sorted(found, key=lambda one: (order.index(one.stage), -one.suspension.starts_earliest)))


def _stage(one: Suspension, at: Moment) -> str:
    if one.until is not None and one.until <= at:
        return "ended"
    return "to come" if at < one.starts_earliest else "holds"
