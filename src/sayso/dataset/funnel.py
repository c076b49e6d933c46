"""The funnel: how many records were considered, what became of each, and how many were published. It always adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sayso.errors import IntegrityError, Problem
from sayso.values.decisions import CHECKS, Outcome, Reason, Verdict


class Withheld(StrEnum):
    """Why a permitted record was not published after all."""

    NOTHING_LEFT = "nothing-left"
    """Redaction left no word of it."""
    NO_LONGER = "no-longer-permitted"
    """The log's tail, read before publishing, no longer permitted it."""


class Stage(NamedTuple):
    """One step of a funnel: its name, how many it took out as denied and as unknown, and how many were left after it."""

    name: str
    denied: int
    unknown: int
    left: int


_REASONS = {reason: place for place, reason in enumerate(Reason)}
_VERDICTS = {verdict: place for place, verdict in enumerate(Verdict)}
_WITHHELD = {why: place for place, why in enumerate(Withheld)}


@dataclass(frozen=True, slots=True)
class Funnel:
    """Counts of records.

    ``outcomes`` are in the order of the checks (DESIGN section 3), ``withheld`` in that of ``Withheld``; none is zero, none
    stands twice. ``published`` is ``None`` where nothing was to be published (a plan). Raises ``IntegrityError`` where the
    counts do not add up.
    """

    considered: int
    outcomes: tuple[tuple[Outcome, int], ...] = ()
    withheld: tuple[tuple[Withheld, int], ...] = ()
    published: int | None = None

    def __post_init__(self) -> None:
        """Hold the counts to their sums."""
        problems = tuple(_problems(self))
        if problems:
            raise IntegrityError(*problems)

    @property
    def permitted(self) -> int:
        """Return how many passed the gate."""
        return sum(count for outcome, count in self.outcomes if outcome.verdict is Verdict.PERMIT)


def _problems(funnel: Funnel) -> Iterable[Problem]:
    if list(funnel.outcomes) != sorted(dict(funnel.outcomes).items(), key=_place):
        yield Problem(
            "funnel-order", "the outcomes of a funnel are not in the order of the checks, each once"
        )
    if list(funnel.withheld) != sorted(dict(funnel.withheld).items(), key=lambda pair: _WITHHELD[pair[0]]):
        yield Problem("funnel-order", "what a funnel withheld is not in order, each reason once")
    if any(count < 1 for _, count in (*funnel.outcomes, *funnel.withheld)):
        yield Problem("funnel-count", "a funnel counts only what happened at least once")
    if any(
        (outcome.verdict is Verdict.PERMIT) == (outcome.reason in CHECKS) for outcome, _ in funnel.outcomes
    ):
        yield Problem(
            "funnel-outcome", "a funnel has a permit for a check's reason, or a refusal for a ground"
        )
    decided = sum(count for _, count in funnel.outcomes)
    if funnel.considered != decided:
        yield Problem("funnel-sum", f"{funnel.considered} records were considered, but {decided} decided")
    if funnel.withheld and funnel.published is None:
        yield Problem("funnel-plan", "a funnel that publishes nothing has nothing to withhold")
    kept = funnel.permitted - sum(count for _, count in funnel.withheld)
    if kept < 0 or funnel.published not in (None, kept):
        yield Problem(
            "funnel-sum", f"{kept} records were permitted and not withheld, but {funnel.published} published"
        )


def _place(pair: tuple[Outcome, int]) -> tuple[int, int]:
    return _REASONS[pair[0].reason], _VERDICTS[pair[0].verdict]


def tally(
    outcomes: Iterable[tuple[Outcome, int]],
    withheld: Iterable[tuple[Withheld, int]] | None = None,
) -> Funnel:
    """Return the funnel of counted outcomes, in any order and any number of parts.

    With ``withheld`` (empty, too) the rest of what was permitted counts as published; without it nothing does.

    >>> no, yes = Outcome(Verdict.DENY, Reason.SAID_NO), Outcome(Verdict.PERMIT, Reason.OPTED_IN)
    >>> funnel = tally([(yes, 3), (no, 2), (yes, 1)], withheld=[(Withheld.NOTHING_LEFT, 1)])
    >>> funnel.considered, funnel.permitted, funnel.published
    (6, 4, 3)
    """
    sums: Counter[Outcome] = Counter()
    for outcome, count in outcomes:
        sums[outcome] += count
    held: Counter[Withheld] = Counter()
    for why, count in withheld or ():
        held[why] += count
    permitted = sum(count for outcome, count in sums.items() if outcome.verdict is Verdict.PERMIT)
    return Funnel(
        considered=sum(sums.values()),
        outcomes=tuple(sorted(((one, n) for one, n in sums.items() if n), key=_place)),
        withheld=tuple(
            sorted(((why, n) for why, n in held.items() if n), key=lambda pair: _WITHHELD[pair[0]])
        ),
        published=None if withheld is None else permitted - sum(held.values()),
    )


def merged(funnels: Iterable[Funnel]) -> Funnel:
    """Return one funnel for disjoint sets of records; it has published where all of them have; of none, nothing.

    >>> one = tally([(Outcome(Verdict.DENY, Reason.NEVER), 1)])
    >>> merged([one, one]).considered
    2
    """
    parts = tuple(funnels)
    outcomes = (pair for part in parts for pair in part.outcomes)
    if any(part.published is None for part in parts):
        return tally(outcomes)
    return tally(outcomes, (pair for part in parts for pair in part.withheld))


def stages(funnel: Funnel) -> tuple[Stage, ...]:
    """Return the funnel step by step: considered, the twelve checks, permitted, what was withheld, published.

    >>> steps = stages(tally([(Outcome(Verdict.DENY, Reason.NEVER), 1)]))
    >>> steps[0], steps[5], steps[-1].name
    (Stage(name='considered', denied=0, unknown=0, left=1), Stage(name='never', denied=1, unknown=0, left=0), 'permitted')
    """
    found = dict(funnel.outcomes)
    left = funnel.considered
    steps = [Stage("considered", 0, 0, left)]
    for reason in CHECKS:
        denied, unknown = (
            found.get(Outcome(Verdict.DENY, reason), 0),
            found.get(Outcome(Verdict.UNKNOWN, reason), 0),
        )
        left -= denied + unknown
        steps.append(Stage(str(reason), denied, unknown, left))
    steps.append(Stage("permitted", 0, 0, left))
    for why, count in funnel.withheld:
        left -= count
        steps.append(Stage(str(why), count, 0, left))
    return tuple(steps) if funnel.published is None else (*steps, Stage("published", 0, 0, left))


def lines(funnel: Funnel) -> tuple[str, ...]:
    """Return the funnel as aligned lines for people; checks that took nothing out are left out.

    >>> for line in lines(tally([(Outcome(Verdict.DENY, Reason.NEVER), 1200)])): print(line)
    considered                  1,200
    never                      -1,200  →            0
    permitted                       0
    """
    return tuple(
        _line(step) for step in stages(funnel) if step.denied or step.unknown or step.name in _TOTALS
    )


_TOTALS = ("considered", "permitted", "published")


def _line(step: Stage) -> str:
    if step.name in _TOTALS:
        return f"{step.name:<20} {step.left:>12,}"
    unknown = f"  ({step.unknown:,} for want of a fact)" if step.unknown else ""
    return f"{step.name:<20} {-(step.denied + step.unknown):>12,}  → {step.left:>12,}{unknown}"
