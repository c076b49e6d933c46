"""What is used where: a matrix of regions and uses at a moment, with members and records behind each cell.

What may be said of a cell comes from the policy and the log; how much lies behind it from the engine, which counts all records at
once. At a million members that takes seconds for each use, so the counts are kept with what they were counted from.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from sayso.dataset.funnel import Funnel
from sayso.ledger.events import WIDE
from sayso.ledger.index import LogIndex
from sayso.policy.codes import PERMIT_FROM
from sayso.policy.decide import Fit, suspension_state
from sayso.policy.model import Default, Policy, PolicyVersion, Rule
from sayso.policy.question import Question
from sayso.policy.specificity import BUILT_IN_GROUPS, group_codes
from sayso.ports import Census, Pile, Share
from sayso.values.moments import DAY, Moment
from sayso.values.records import VISIBILITIES
from sayso.values.regions import lies_in
from sayso.values.standing import Notice, Suspension
from sayso.values.uses import Use
from sayso.workflows.facts import Yard
from sayso.workflows.grounds import sources_of
from sayso.workflows.keeping import keep, kept
from sayso.workflows.logstate import stood
from sayso.workflows.office.uses import question, uses_of
from sayso.workflows.plan import funnel_of, gate_at
from sayso.workflows.tables import gate_tables

KEPT = "office.counts"
Progress = Callable[[int, int], None]
"""Is told how much is done, and of how much."""


class State(StrEnum):
    """What may be said of a use in a region, the most open first."""

    NO_CHOICE = "no-choice"
    OPT_OUT = "opt-out"
    OPT_IN = "opt-in"
    NO_NOTICE = "no-notice"
    SUSPENDED = "suspended"
    REGION_UNKNOWN = "region-unknown"
    NEVER = "never"
    NOT_DISCLOSED = "not-disclosed"
    NOT_IN_FORCE = "not-in-force"
    MIXED = "mixed"


_STATES = {
    Default.NO_CHOICE: State.NO_CHOICE,
    Default.ON: State.OPT_OUT,
    Default.OFF: State.OPT_IN,
    Default.NEVER: State.NEVER,
    Default.UNKNOWN: State.NOT_DISCLOSED,
}


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted: by use, at a moment, of so many entries of the log."""

    at: Moment
    log_size: int
    version: str | None
    by_use: tuple[tuple[Use, Census], ...]

    def of(self, use: Use) -> Census:
        """Return the census of a use, an empty one where it was not counted."""
        return dict(self.by_use).get(use, Census((), ()))


@dataclass(frozen=True, slots=True)
class Cell:
    """A use in a region: its state, the rules that apply there, how many members live there and of how many anything is permitted,
    and the records considered and permitted.
    """

    use: Use
    state: State
    rules: tuple[str, ...]
    members: int
    members_permitted: int
    records: int
    permitted: int


@dataclass(frozen=True, slots=True)
class Row:
    """A region (``None``: not known), or a named group with its codes, and its cells in the order of the uses."""

    region: str | None
    cells: tuple[Cell, ...]
    group: frozenset[str] | None = None

    @property
    def members(self) -> int:
        """Return how many members live there."""
        return max((cell.members for cell in self.cells), default=0)


@dataclass(frozen=True, slots=True)
class Overview:
    """The matrix: regions by falling number of members, then the groups that the policy's rules name."""

    at: Moment
    log_size: int
    version: PolicyVersion | None
    uses: tuple[Use, ...]
    regions: tuple[Row, ...]
    groups: tuple[Row, ...]


def count(yard: Yard, at: Moment, progress: Progress = lambda done, of: None) -> Counts:
    """Return what is counted at a moment, with all that the log says; it is kept for ``last_counted``.

    Raises ``InputError`` where nothing has been brought in yet.
    """
    policy, index = yard.book.policy, stood(yard).index
    version = policy.in_force(at)
    uses = () if version is None else uses_of(policy, version, index.suspensions())
    found = []
    with yard.open_engine(gate_tables(yard, index)) as engine:
        for done, use in enumerate(uses):
            progress(done, len(uses))
            engine.stand(gate_at(policy, use, at, index))
            found.append((use, engine.census()))
    counts = Counts(at, index.size, None if version is None else version.id, tuple(found))
    keep(yard.book, yard.snapshots, KEPT, counts.log_size, _to_bytes(counts), _ground(yard))
    return counts


def last_counted(yard: Yard) -> Counts | None:
    """Return what was counted last with this policy and these sources, ``None`` where nothing was."""
    found = kept(yard.book, yard.snapshots, KEPT, _ground(yard))
    return None if found is None else _from_bytes(*found)


def is_fresh(yard: Yard, counts: Counts, now: Moment, within: int) -> bool:
    """Tell whether counts are of the log as it is, of the version in force, and younger than ``within`` (microseconds)."""
    version = yard.book.policy.in_force(now)
    same = (counts.log_size, counts.version) == (
        yard.book.log.size(),
        None if version is None else version.id,
    )
    return same and 0 <= now - counts.at < within


def is_overtaken(counts: Counts, index: LogIndex) -> bool:
    """Tell whether a notice or a suspension came since for many at once: then what was counted may tell of uses that are stopped."""
    later = (one.event for one in index.wide() if one.number >= counts.log_size)
    return any(isinstance(event, WIDE) for event in later)


def _ground(yard: Yard) -> bytes:
    sources = [(one.name, one.digest) for one in sources_of(yard)] if yard.sources.names() else []
    return json.dumps(["counts v1", yard.book.policy.digest, sources]).encode()


def _to_bytes(counts: Counts) -> bytes:
    return json.dumps(
        [counts.at, counts.version, [[use, census.members, census.records] for use, census in counts.by_use]]
    ).encode()


def _from_bytes(size: int, data: bytes) -> Counts:
    at, version, rows = json.loads(data)
    by_use = tuple(
        (Use(*use), Census(tuple(Share(*one) for one in members), tuple(Pile(*one) for one in records)))
        for use, members, records in rows
    )
    return Counts(Moment(at), size, version, by_use)


def overview(policy: Policy, counts: Counts, index: LogIndex) -> Overview:
    """Return the matrix of what was counted; ``index`` is the log at the size at which it was."""
    version = None if counts.version is None else policy.version(counts.version)
    matrix = _Matrix(policy, version, counts, index)
    shares = {one.region: one.members for _, census in counts.by_use for one in census.members}
    homeless = {one.region for _, census in counts.by_use for one in census.records} - shares.keys()
    shares |= dict.fromkeys(homeless, 0)
    order = sorted(shares, key=lambda region: (-shares[region], region or ""))
    regions = tuple(Row(region, matrix.cells(region)) for region in order)
    groups = (
        ()
        if version is None
        else tuple(_group(policy, name, regions) for name in named_groups(policy, version))
    )
    return Overview(counts.at, counts.log_size, version, matrix.uses, regions, groups)


def named_groups(policy: Policy, version: PolicyVersion) -> tuple[str, ...]:
    """Return the groups that the rules of a version name, and those that law names, in the order of the alphabet."""
    named = {name for rule in version.rules for name in (*rule.regions, *rule.excepted)}
    groups = {name for name in named if group_codes(policy, name) is not None}
    return tuple(sorted(groups | {name for name, _ in BUILT_IN_GROUPS}))


def _group(policy: Policy, name: str, regions: Iterable[Row]) -> Row:
    codes = group_codes(policy, name) or frozenset()
    inside = [row for row in regions if row.region is not None and lies_in(row.region, codes)]
    cells = tuple(_summed(some) for some in zip(*(row.cells for row in inside), strict=True))
    return Row(name, cells, codes)


def _summed(cells: tuple[Cell, ...]) -> Cell:
    states = {cell.state for cell in cells}
    return Cell(
        cells[0].use,
        states.pop() if len(states) == 1 else State.MIXED,
        tuple(sorted({rule for cell in cells for rule in cell.rules})),
        sum(cell.members for cell in cells),
        sum(cell.members_permitted for cell in cells),
        sum(cell.records for cell in cells),
        sum(cell.permitted for cell in cells),
    )


class _Matrix:
    """Joins what was counted with what the policy says."""

    def __init__(
        self, policy: Policy, version: PolicyVersion | None, counts: Counts, index: LogIndex
    ) -> None:
        self.policy, self.version, self.at = policy, version, counts.at
        self.uses = tuple(use for use, _ in counts.by_use)
        self.notices, self.stops = index.notices(), index.suspensions()
        self.shares = {use: {one.region: one for one in census.members} for use, census in counts.by_use}
        self.piles = {use: _by_region(census.records) for use, census in counts.by_use}

    def cells(self, region: str | None) -> tuple[Cell, ...]:
        return tuple(self.cell(use, region) for use in self.uses)

    def cell(self, use: Use, region: str | None) -> Cell:
        share = self.shares[use].get(region, Share(region, 0, 0))
        piles = self.piles[use].get(region, [])
        permitted = sum(one.records for one in piles if one.code >= PERMIT_FROM)
        state, rules = standing_of(
            self.policy, self.version, use, region, self.at, self.notices, self.stops, permitted > 0
        )
        return Cell(
            use, state, rules, share.members, share.permitted, sum(one.records for one in piles), permitted
        )


def _by_region(piles: Iterable[Pile]) -> dict[str | None, list[Pile]]:
    found: dict[str | None, list[Pile]] = {}
    for pile in piles:
        found.setdefault(pile.region, []).append(pile)
    return found


def funnel_at(census: Census, region: str | None) -> Funnel:
    """Return the funnel of a region's records."""
    return funnel_of(tuple((one.code, one.records) for one in census.records if one.region == region))


def standing_of(
    policy: Policy,
    version: PolicyVersion | None,
    use: Use,
    region: str | None,
    at: Moment,
    notices: tuple[Notice, ...],
    stops: tuple[Suspension, ...],
    permits: bool = False,
) -> tuple[State, tuple[str, ...]]:
    """Return what may be said of a use in a region, by its most open rule there, and the ids of all rules that apply.

    ``permits`` tells that something is permitted there: then whoever it is has had a notice of their own.
    """
    if version is None:
        return State.NOT_IN_FORCE, ()
    asked = question(policy, use, version)
    rules = applying(asked, region)
    if region is None and asked.regional and all(rule.default is Default.NEVER for rule in rules):
        return State.REGION_UNKNOWN, tuple(rule.id for rule in rules)
    if not rules:
        return State.NOT_DISCLOSED, ()
    ids = tuple(rule.id for rule in rules)
    open_rules = [rule for rule in rules if rule.default is rules[0].default]
    if rules[0].default not in (Default.NEVER, Default.UNKNOWN):
        covering = (*asked.stops(region), *asked.covering(stops))
        if any(suspension_state(one, region, at) is not Fit.NO for one in covering):
            return State.SUSPENDED, ids
        if not permits and not any(is_told(asked, rule, region, notices, at) for rule in open_rules):
            return State.NO_NOTICE, ids
    return _STATES[rules[0].default], ids


_OPENNESS = (Default.NO_CHOICE, Default.ON, Default.OFF, Default.UNKNOWN, Default.NEVER)


def applying(asked: Question, region: str | None) -> tuple[Rule, ...]:
    """Return the rules that apply to anything of a member of a region, the most open first.

    Where the region is not known, kinds of record of which rules name regions have none.
    """
    kinds = {category for rule in asked.rules for category in rule.categories}
    pairs = {
        (kind, seen)
        for kind in kinds - (asked.regional if region is None else set())
        for seen in VISIBILITIES
    }
    found = {rule.id: rule for pair in sorted(pairs) if (rule := asked.rule_for(region, *pair)) is not None}
    places = {rule.id: place for place, rule in enumerate(asked.rules)}
    return tuple(sorted(found.values(), key=lambda rule: (_OPENNESS.index(rule.default), places[rule.id])))


def is_told(asked: Question, rule: Rule, region: str | None, notices: Iterable[Notice], at: Moment) -> bool:
    """Tell whether a rule asks for no notice, or one to everyone or to this region told of it early enough."""
    if rule.notice_days is None:
        return True
    latest, versions = at - rule.notice_days * DAY, asked.told_of(rule)
    return any(
        notice.version in versions
        and notice.at <= latest
        and (notice.regions is None or (region is not None and lies_in(region, notice.regions)))
        for notice in notices
    )
