"""What an office can do about an objection, and the law by whose clock it answers (decision 0021)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sayso.values.moments import Moment, parse_moment
from sayso.values.regions import EEA, lies_in


class Step(StrEnum):
    """What the office did; the member's no stands whatever it does."""

    ANSWERED = "answered"
    EXTENDED = "extended"
    STOPPED = "clock-stopped"
    STARTED = "clock-started"


REASONS: tuple[tuple[Step, tuple[str, ...]], ...] = (
    (Step.EXTENDED, ("complexity", "number")),
    (Step.STOPPED, ("identity", "clarification")),
)
"""The reasons that a step can have, from the law that allows it: GDPR, Article 12(3); UK GDPR, Article 12A(2)(b) and (5)."""


def reasons_for(step: Step) -> tuple[str, ...]:
    """Return the reasons of which a step needs one; none where it needs none.

    >>> reasons_for(Step.EXTENDED), reasons_for(Step.ANSWERED)
    (('complexity', 'number'), ())
    """
    return dict(REASONS).get(step, ())


@dataclass(frozen=True, slots=True)
class Regime:
    """The law whose clock runs: months to answer, how many further it can be extended by, and since when the clock may be stopped
    (``None``: never).
    """

    id: str
    name: str
    months: int = 1
    further: int = 2
    stops_since: Moment | None = None


EU = Regime("eu-gdpr", "GDPR, Article 12(3)")
UK = Regime("uk-gdpr", "UK GDPR, Article 12A", stops_since=parse_moment("2026-02-05"))
"""Article 12A was put in by the Data (Use and Access) Act 2025, section 76, and is in force since SI 2026/82."""
ELSEWHERE = Regime("elsewhere", "house rule: the GDPR's clock")


def regime_of(region: str | None) -> Regime:
    """Return the regime of a member's region; where that is not known, the strictest, which is the GDPR's.

    >>> regime_of("GB-SCT").id, regime_of("IS").id, regime_of(None).id, regime_of("BR").id
    ('uk-gdpr', 'eu-gdpr', 'eu-gdpr', 'elsewhere')
    """
    if region is None or lies_in(region, EEA):
        return EU
    return UK if lies_in(region, frozenset({"GB"})) else ELSEWHERE
