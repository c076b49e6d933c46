"""The simulation: a community sorted once, each policy asked of its classes, and all of it counted over time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sayso.policy.codes import PERMIT_FROM
from sayso.policy.cuts import Cuts, cuts_of, days, months, turning_moments
from sayso.policy.describe import Words
from sayso.policy.kin import Family, family_of, stated_uses
from sayso.policy.model import Policy
from sayso.reports.simulated import ALL_CODES, Counts, Line, Place, Platform, Simulation, Turn
from sayso.values.moments import Moment
from sayso.values.uses import Use
from sayso.workflows.simulation.classes import Classes, Tally, classes_of
from sayso.workflows.simulation.counting import MemberCounter, RecordCounter, over
from sayso.workflows.simulation.judging import Codes, Judge, Phase, phases, together
from sayso.workflows.simulation.places import Naming, places_of

Tell = Callable[[str, int, int], None]
PERMITTED = np.array([code >= PERMIT_FROM for code in ALL_CODES])


@dataclass(frozen=True, slots=True)
class Asked:
    """What is simulated: policies, from when to when, how often besides where a policy changes, and what is taken for granted.

    ``apart`` keeps each region for itself, though no policy tells them apart.
    """

    policies: tuple[Policy, ...]
    since: Moment
    until: Moment
    now: Moment
    community: str = ""
    daily: bool = False
    apart: bool = False
    no_share: float = 0.0
    also: tuple[Moment, ...] = ()

    def cuts(self) -> Cuts:
        """Return the edges of classes: every change of a policy within the time, the first of each month or day, and both ends."""
        turns = (at for policy in self.policies for at in turning_moments(policy))
        steps = (days if self.daily else months)(self.since, self.until)
        wanted = {*turns, *steps, *self.also, self.since, self.until, min(self.now, self.until)}
        return cuts_of(self.policies, (at for at in wanted if self.since <= at <= self.until))


def simulate(
    asked: Asked, tally: Tally, cuts: Cuts, named: Naming, tell: Tell = lambda *_: None
) -> Simulation:
    """Return what each policy would have used of a community, by place and moment.

    ``tally`` was opened with the same ``cuts``, and named persons' regions come from it.
    """
    places, numbers = places_of(tally.regions(), asked.policies, named, asked.apart)
    tally.sort(numbers, len(places) - 1, lambda done, total: tell("Sorting the community", done, total))
    classes = classes_of(tally, cuts, len(places) - 1)
    regions = [place.codes[0] if place.codes else None for place in places]
    trials = [_Trial(policy, classes, regions) for policy in asked.policies]
    for done, trial in enumerate(trials):
        tell("Asking the policies", done, len(trials))
        trial.ask(cuts.moments)
    counted = _Counted(classes, tally, trials, places)
    return Simulation(
        asked.community,
        cuts.moments,
        places,
        tuple(counted.platforms(tell)),
        counted.members.all(),
        counted.records.all(),
        *tally.sizes(),
        asked.no_share,
        asked.now,
    )


class _Trial:
    """One policy's answers: for each of its phases the codes of all classes, for its families and then its uses."""

    def __init__(self, policy: Policy, classes: Classes, regions: Sequence[str | None]) -> None:
        self.policy = policy
        self.judge = Judge(policy, classes, regions)
        self.uses = stated_uses(policy)
        self.families = tuple(f for f in Family if any(family_of(policy, use) is f for use in self.uses))
        self.answers: list[tuple[Phase, Codes]] = []

    def ask(self, moments: Sequence[Moment]) -> None:
        for phase in phases(self.policy, moments):
            of_uses = self.judge.codes(self.uses, moments[phase.until - 1])
            joint = [together(of_uses[self._among(family)]) for family in self.families]
            self.answers.append((phase, np.vstack([*joint, of_uses]) if joint else of_uses))

    def _among(self, family: Family) -> list[int]:
        return [n for n, use in enumerate(self.uses) if family_of(self.policy, use) is family]

    def lines(self) -> Iterator[tuple[Family, Use | None, str]]:
        words = Words(self.policy)
        yield from ((family, None, FAMILY_TITLES[family]) for family in self.families)
        for use in self.uses:
            title = f"{words.purpose(use.purpose)}, for {words.recipient(use.recipient)}"
            yield family_of(self.policy, use), use, title[:1].upper() + title[1:]


FAMILY_TITLES = {
    Family.GENERATIVE: "Trains AI that creates content",
    Family.OTHER_AI: "Trains other AI of its own",
    Family.PASSED_ON: "Passes it on, so that others may train AI",
    Family.OTHER: "Other uses that its terms name",
}


class _Counted:
    """Counts what the policies answered."""

    def __init__(
        self, classes: Classes, tally: Tally, trials: Sequence[_Trial], places: tuple[Place, ...]
    ) -> None:
        self._trials, self._places = trials, len(places)
        self._moments = len(classes.cuts.moments)
        self.records = RecordCounter(classes, self._places)
        columns = [PERMITTED[codes].T for trial in trials for _, codes in trial.answers]
        every = np.hstack(columns) if columns else np.zeros((len(classes.stand), 0), np.bool_)
        self.members = MemberCounter(classes, tally, every, self._places)

    def platforms(self, tell: Tell) -> Iterator[Platform]:
        first = 0
        for done, trial in enumerate(self._trials):
            tell("Counting", done, len(self._trials))
            lines = tuple(self._line(trial, first, n, *line) for n, line in enumerate(trial.lines()))
            first += sum(len(codes) for _, codes in trial.answers)
            cut = len(trial.families)
            mapped = trial.judge.mapped
            yield Platform(trial.policy, lines[:cut], lines[cut:], mapped, tuple(turns(trial.policy)))

    def _line(self, trial: _Trial, first: int, row: int, family: Family, use: Use | None, title: str) -> Line:
        records = np.zeros((self._places, self._moments, len(ALL_CODES)), np.int64)
        members: Counts = np.zeros((self._places, self._moments), np.int64)
        column = first
        for phase, codes in trial.answers:
            over(phase, self.records.by_code(codes[row]), records)
            over(phase, self.members.column(column + row), members)
            column += len(codes)
        return Line(family, use, title, records, members)


def turns(policy: Policy) -> Iterable[Turn]:
    """Return the dated facts of a policy, in the order of their moments."""
    found = [
        Turn(one.effective_at, one.title or f"Version {one.id}", "version", None, one.evidence)
        for one in policy.versions
    ]
    found += [
        Turn(one.until, f"{one.title or one.id} ends", "version", None, one.evidence)
        for one in policy.versions
        if one.until is not None
    ]
    for stop in policy.suspensions:
        who = stop.authority or "Suspended"
        found.append(Turn(stop.starts_latest, f"Paused: {who}", "stop", stop.regions, (stop.reference,)))
        if stop.until is not None:
            found.append(Turn(stop.until, f"Pause ends ({who})", "end", stop.regions, (stop.reference,)))
    return sorted(found, key=lambda turn: turn.at)
