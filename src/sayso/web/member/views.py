"""What the member's pages are filled with: controls in plain sentences, texts with what was taken out of them marked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sayso.policy.model import Policy
from sayso.values.decisions import Reason
from sayso.values.moments import format_day
from sayso.workflows.choose import meaning
from sayso.workflows.privacy import Effect, Privacy, Switch
from sayso.workflows.seen import Seen
from sayso.workflows.signals import by_channel


@dataclass(frozen=True, slots=True)
class Line:
    """What may be used for one use, or may not, and why: kinds of record that come to the same together."""

    allowed: bool
    purpose: str
    recipient: str
    kinds: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class SwitchView:
    """A control as the page shows it."""

    switch: Switch
    state: str
    since: str
    lines: tuple[Line, ...]
    if_no: tuple[str, ...]
    if_yes: tuple[str, ...]
    disclosed: tuple[str, ...]


def switch_view(policy: Policy, found: Privacy, switch: Switch) -> SwitchView:
    """Return a control in words."""
    effects = switch.effects
    quoted = tuple(dict.fromkeys(one.rule.disclosed for one in effects if one.rule.disclosed))
    back = _back_out(found) if switch.control.reach == "retroactive" else ()
    return SwitchView(
        switch,
        _state(switch),
        _since(switch),
        tuple(_line(one) for one in effects),
        (*meaning(policy, switch.control, False), *back),
        meaning(policy, switch.control, True),
        quoted,
    )


def _state(switch: Switch) -> str:
    if switch.overruled:
        return "A no of yours that covers more stands over this: say yes here to allow it"
    if switch.said is not None:
        return "You said yes" if switch.said else "You said no"
    return "Nothing is used unless you say yes" if switch.asks_first else "On unless you say no"


def _since(switch: Switch) -> str:
    word = switch.word
    return (
        ""
        if word is None or switch.overruled
        else f"since {format_day(word.at)}, by {by_channel(word.channel)}"
    )


def _line(effect: Effect) -> Line:
    kinds = effect.kinds
    listed = ", ".join(kinds[:-1]) + " and " + kinds[-1] if len(kinds) > 1 else kinds[0]
    return Line(effect.decision.permitted, effect.purpose, effect.recipient, listed, effect.decision.reason)


def _back_out(found: Privacy) -> tuple[str, ...]:
    """Return what happens to data sets and models that there are, and by when."""
    terms = found.version.forgetting if found.version else None
    if terms is None:
        return ()
    days = "at once" if terms.within_days == 0 else f"within {terms.within_days} days"
    return (f"Your records leave every data set and model that holds them {days}, old copies included.",)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an original text: kept as it is (``label`` empty), or taken out and what was written in its place."""

    text: str
    label: str = ""
    written: str = ""


def marked(one: Seen) -> tuple[Piece, ...] | None:
    """Return the original in pieces, what was taken out marked; ``None`` where the places are not known any more."""
    if one.removals is None:
        return None
    pieces, at = [], 0
    for removed in one.removals:
        if removed.start > at:
            pieces.append(Piece(one.original[at : removed.start]))
        gone = one.original[removed.start : removed.end]
        pieces.append(Piece(gone, str(removed.label), removed.written))
        at = removed.end
    return (*pieces, Piece(one.original[at:])) if at < len(one.original) else tuple(pieces)


def removed_counts(one: Seen) -> tuple[tuple[str, int], ...]:
    """Return how often each class was taken out of a text, the most frequent first."""
    if one.removals is None:
        return ()
    return tuple(Counter(str(removed.label) for removed in one.removals).most_common())
