"""Signals are heard: what says no becomes a no of the member, once; nothing that a signal says is ever a yes (decision 0034)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sayso.errors import Place, Problem, SaysoError
from sayso.ledger.events import ChoiceMade
from sayso.policy.model import Control, ControlKind, Policy
from sayso.policy.outside import Meaning, hearing
from sayso.ports import TagStore
from sayso.signals.statement import Kind, Signal, heard, stance
from sayso.values.moments import Moment
from sayso.values.preferences import Usage
from sayso.workflows.choose import Chosen, Wish, choose, choose_all
from sayso.workflows.logbook import Logbook, Written

SIGNAL = "signal"
"""The channel of every choice that a signal made."""
_PIECE = 10_000


def by_channel(channel: str) -> str:
    """Return by what a member said something, told to the member.

    >>> by_channel("settings"), by_channel(SIGNAL)
    ('settings', 'a signal of your browser, your site or your files')
    """
    return "a signal of your browser, your site or your files" if channel == SIGNAL else channel


class Seen(Protocol):
    """A signal, and where and when it was seen."""

    @property
    def place(self) -> Place:
        """Return the row that tells of it."""
        ...

    @property
    def member(self) -> str:
        """Return whose it is."""
        ...

    @property
    def host(self) -> str:
        """Return the host where it was, empty where there is none."""
        ...

    @property
    def path(self) -> str:
        """Return the path that it was asked about."""
        ...

    @property
    def seen_at(self) -> Moment:
        """Return when."""
        ...

    @property
    def signal(self) -> Signal:
        """Return what it was."""
        ...


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of some signals.

    ``noes`` counts the choices that are recorded, ``members`` whose they are, ``kinds`` the signals that said no by their form;
    ``before`` the noes that had been heard from a signal before, ``unheard`` the signals that say no to what no control of the policy
    covers, or when none was in force, ``silent`` those that say no to nothing; ``refused`` tells what could not be heard, and why.
    """

    noes: int
    members: int
    kinds: tuple[tuple[Kind, int], ...]
    before: int
    unheard: int
    silent: int
    refused: tuple[Problem, ...]
    written: Written


class _Said(NamedTuple):
    """A signal that says no to some usages, and the controls through which that is heard."""

    seen: Seen
    controls: tuple[Control, ...]


class _No(NamedTuple):
    """A no through a control, the first that was seen of it, and the row that tells of it."""

    wish: Wish
    kind: ControlKind
    place: Place


def hear(
    book: Logbook, tags: TagStore, meaning: Meaning, rows: Iterable[Seen | Problem], dry_run: bool = False
) -> Heard:
    """Return what became of signals; their noes are in the log from then on, unless ``dry_run``.

    Each no is one of channel ``signal``, through the controls that the version then in force has for what the signal speaks of, dated
    when it was first seen. It is recorded once: a site says the same every day, and whoever said yes by their own hand since is not
    overruled by the repetition. Raises like ``LogStore.append``.
    """
    everything = list(rows)
    refused = [one for one in everything if isinstance(one, Problem)]
    seen = [one for one in everything if not isinstance(one, Problem)]
    noes = [(one, usages) for one, usages in _within_terms(seen) if usages]
    said = [_Said(one, _controls(book.policy, meaning, one.seen_at, usages)) for one, usages in noes]
    first = _first(said)
    new = [one for one in first if not _heard_before(book, tags, one)]
    done = _record(book, tags, new, dry_run)
    kept = [one for one, result in zip(new, done, strict=True) if isinstance(result, Chosen)]
    return Heard(
        len(kept),
        len({one.wish.member for one in kept}),
        tuple(sorted(Counter(one.signal.kind for one, _ in noes).items())),
        len(first) - len(new),
        sum(not one.controls for one in said),
        len(seen) - len(noes),
        (*refused, *_refusals(new, done)),
        _together(one.written for one in done if isinstance(one, Chosen)),
    )


def _within_terms(seen: Sequence[Seen]) -> Iterator[tuple[Seen, frozenset[Usage]]]:
    """Yield each signal with what it says no to; a pointer to a licence says nothing where the licence itself was seen, too."""
    terms = {(one.member, one.host) for one in seen if one.signal.kind is Kind.RSL}
    for one in seen:
        known = (one.member, one.host) in terms
        told = heard([one.signal], one.path)
        yield one, stance(said for said in told if not (said.unread and known)).disallowed


def _controls(policy: Policy, meaning: Meaning, at: Moment, usages: frozenset[Usage]) -> tuple[Control, ...]:
    """Return the controls that hear a no to usages at a moment; none where no version is in force then."""
    version = policy.in_force(at)
    return () if version is None else hearing(policy, version, meaning, usages)


def _first(said: Iterable[_Said]) -> list[_No]:
    """Return a no for each member and control, the earliest that was seen; at equal moments that of the earlier row."""
    found: dict[tuple[str, str], _No] = {}
    for seen, controls in said:
        for control in controls:
            key = (seen.member, control.id)
            if key not in found or seen.seen_at < (found[key].wish.at or seen.seen_at):
                wish = Wish(seen.member, control.id, False, seen.seen_at, channel=SIGNAL)
                found[key] = _No(wish, control.kind, seen.place)
    return list(found.values())


def _heard_before(book: Logbook, tags: TagStore, one: _No) -> bool:
    """Tell whether the log has heard this no from a signal: through a browser's control nothing else can be heard."""
    tag = tags.tag_of(one.wish.member)
    events = () if tag is None else (entry.event for entry in book.log.entries_of(tag))
    browser = one.kind is ControlKind.BROWSER_SIGNAL
    return any(
        isinstance(event, ChoiceMade)
        and event.control == one.wish.control
        and (browser or event.channel == SIGNAL)
        for event in events
    )


def _record(
    book: Logbook, tags: TagStore, new: Sequence[_No], dry_run: bool
) -> tuple[Chosen | SaysoError, ...]:
    wishes = [one.wish for one in new]
    if dry_run:
        return tuple(_tried(book, tags, wish) for wish in wishes)
    pieces = (wishes[start : start + _PIECE] for start in range(0, len(wishes), _PIECE))
    return tuple(one for piece in pieces for one in choose_all(book, tags, piece))


def _tried(book: Logbook, tags: TagStore, wish: Wish) -> Chosen | SaysoError:
    try:
        return choose(book, tags, wish, dry_run=True)
    except SaysoError as refusal:
        return refusal


def _refusals(new: Sequence[_No], done: Sequence[Chosen | SaysoError]) -> Iterator[Problem]:
    """Yield why some noes could not be recorded, in the place of their rows, each once."""
    found = (
        Problem(problem.code, problem.what, one.place, problem.advice, "warning")
        for one, result in zip(new, done, strict=True)
        if isinstance(result, SaysoError)
        for problem in result.problems
    )
    yield from dict.fromkeys(found)


def _together(written: Iterable[Written]) -> Written:
    every = list(written)
    adopted = next((one.adopted for one in every if one.adopted is not None), None)
    return Written(tuple(entry for one in every for entry in one.entries), adopted)
