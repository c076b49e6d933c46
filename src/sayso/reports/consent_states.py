"""The states of a member's consent, or objection, one word after the other, in the words of DPV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sayso.policy.model import Control, ControlKind, Default, Rule
from sayso.reports.terms import is_consent, is_interest
from sayso.values.moments import Moment
from sayso.values.standing import Choice, Notice


@dataclass(frozen=True, slots=True)
class State:
    """A state: the DPV status (``None`` where the policy claims no basis), whose doing, since when, and the word or notice behind it.

    ``by_member`` tells whether the member made it so, and not the platform.
    """

    status: str | None
    by_member: bool
    at: Moment
    word: Choice | None = None
    notice: Notice | None = None


def states(rule: Rule, words: Iterable[Choice], told: tuple[Notice, ...], at: Moment) -> tuple[State, ...]:
    """Return the states of what a rule claims, in their order; at least one, for who has said nothing too.

    ``words`` are the relevant ones in the order in which they count, ``told`` the notices of the rule that reached the member, and
    ``at`` is the moment as of which the log is read.
    """
    return tuple(sorted(_states(rule, tuple(words), told, at), key=lambda one: one.at))


def by_consent(rule: Rule) -> bool:
    """Tell whether a rule rests on consent: its policy claims so, or claims nothing and asks first."""
    return is_consent(rule.basis) or (not rule.basis and rule.default is Default.OFF)


def _states(rule: Rule, said: tuple[Choice, ...], told: tuple[Notice, ...], at: Moment) -> tuple[State, ...]:
    if by_consent(rule):
        return (*_asked(told), *_consents(said)) or (State("dpv:ConsentUnknown", False, at),)
    if is_interest(rule.basis):
        return (*_informed(told, at), *_interests(said))
    return tuple(State(None, True, word.at, word) for word in said) or (State(None, False, at),)


def _asked(told: tuple[Notice, ...]) -> Iterator[State]:
    if told:
        yield State("dpv:ConsentRequested", False, told[0].at, notice=told[0])


def _consents(words: tuple[Choice, ...]) -> Iterator[State]:
    standing: bool | None = None
    for word in words:
        yield State(_CONSENT[standing is True, word.yes], True, word.at, word)
        standing = word.yes


_CONSENT = {
    (False, True): "dpv:ConsentGiven",
    (True, True): "dpv:RenewedConsentGiven",
    (True, False): "dpv:ConsentWithdrawn",
    (False, False): "dpv:ConsentRefused",
}
"""By whether consent stood before, and what the word is."""


def _informed(told: tuple[Notice, ...], at: Moment) -> Iterator[State]:
    if told:
        yield State("dpv:LegitimateInterestInformed", False, told[0].at, notice=told[0])
    else:
        yield State("dpv:LegitimateInterestUninformed", False, at)


def _interests(words: tuple[Choice, ...]) -> Iterator[State]:
    for word in words:
        status = "dpv:LegitimateInterestNotObjected" if word.yes else "dpv:LegitimateInterestObjected"
        yield State(status, True, word.at, word)


def involvement(word: Choice, control: Control | None) -> str:
    """Return what somebody does with a word through a control: they opt in, opt out, or object.

    >>> involvement(Choice("c", True, Moment(0), "v"), None)
    'dpv:OptingInToProcess'
    """
    if word.yes:
        return "dpv:OptingInToProcess"
    if control is not None and control.kind is ControlKind.OBJECTION_FORM:
        return "dpv:ObjectingToProcess"
    return "dpv:OptingOutFromProcess"
