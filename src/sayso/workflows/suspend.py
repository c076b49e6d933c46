"""A stop by a regulator or the office, and its end."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sayso.errors import InputError, Problem, Refused
from sayso.ledger.events import SuspensionLifted, SuspensionSet
from sayso.policy.model import Policy
from sayso.values.moments import Moment, format_day
from sayso.workflows.logbook import Logbook, Written, entry, past, write
from sayso.workflows.notify import region_codes


@dataclass(frozen=True, slots=True)
class Stop:
    """What is to be stopped: purposes, for regions and recipients (empty: all), from a moment (now) until another (open)."""

    purposes: tuple[str, ...]
    authority: str
    reference: str = ""
    regions: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    starts_at: Moment | None = None
    until: Moment | None = None


@dataclass(frozen=True, slots=True)
class Suspended:
    """A suspension, and what was written of it; its id is ``S`` and the number of its entry."""

    event: SuspensionSet
    written: Written

    @property
    def id(self) -> str | None:
        """Return the id by which ``resume`` knows the suspension, ``None`` for a dry run."""
        return None if self.written.number is None else f"S{self.written.number}"


@dataclass(frozen=True, slots=True)
class Resumed:
    """The end of a suspension, the suspension itself, and what was written."""

    event: SuspensionLifted
    suspension: SuspensionSet
    written: Written


def suspend(book: Logbook, stop: Stop, dry_run: bool = False) -> Suspended:
    """Return the suspension, which is in the log from then on, unless ``dry_run``. Its start may lie ahead.

    Raises ``InputError`` for an unknown purpose, recipient or region, and for an end that is not after its start.
    """
    starts_at = book.clock.now() if stop.starts_at is None else stop.starts_at
    problems = [*_unknown_words(book.policy, stop)]
    if stop.until is not None and stop.until <= starts_at:
        problems.append(
            Problem("empty-span", "the suspension would end before it starts", advice="give a later --until")
        )
    if problems:
        raise InputError(*problems)
    regions = region_codes(book.policy, stop.regions) if stop.regions else None
    purposes, recipients = tuple(sorted(set(stop.purposes))), tuple(sorted(set(stop.recipients))) or None
    event = SuspensionSet(
        purposes, starts_at, stop.authority, stop.reference, regions, recipients, stop.until
    )
    return Suspended(event, Written() if dry_run else write(book, [event]))


def _unknown_words(policy: Policy, stop: Stop) -> list[Problem]:
    return [
        *unknown_words(stop.purposes, policy.purposes.names(), "purpose"),
        *unknown_words(stop.recipients, tuple(each.id for each in policy.recipients), "recipient"),
    ]


def unknown_words(
    words: tuple[str, ...], known: tuple[str, ...], noun: str, whole: str = "the policy"
) -> list[Problem]:
    """Return a problem, with what the whole knows as advice, for each word that it does not know."""
    return [
        Problem(
            f"unknown-{noun}", f"{word!r} is not a {noun} of {whole}", advice=f"it has: {', '.join(known)}"
        )
        for word in words
        if word not in known
    ]


def resume(book: Logbook, suspension: str, at: Moment | None = None, dry_run: bool = False) -> Resumed:
    """Return the end of a suspension (``S12`` or ``12``), which is in the log from then on, unless ``dry_run``.

    Raises ``InputError`` for an id of no suspension; ``Refused`` for one that is lifted already, a suspension that is a dated
    fact of the policy file, a moment in the future or before the suspension's start.
    """
    number = _number(book.policy, suspension)
    found = entry(book.log, number).event
    if not isinstance(found, SuspensionSet):
        raise InputError(
            Problem("not-a-suspension", f"entry {number} is not a suspension", advice="see `sayso log show`")
        )
    moment = past(at, book.clock.now(), "the end of the suspension")
    _check_open(book, number, found, moment)
    event = SuspensionLifted(number, moment)
    return Resumed(event, found, Written() if dry_run else write(book, [event]))


def _number(policy: Policy, suspension: str) -> int:
    if any(fact.id == suspension for fact in policy.suspensions):
        raise Refused(
            Problem(
                "policy-fact",
                f"{suspension!r} is a dated fact of the policy {policy.id}, not a suspension in the log",
                advice="write its `until` in the policy file",
            )
        )
    if not re.fullmatch(r"[Ss]?[0-9]{1,15}", suspension):
        raise InputError(
            Problem(
                "not-a-suspension",
                f"{suspension!r} is not the id of a suspension",
                advice="give an id such as S12",
            )
        )
    return int(suspension.lstrip("Ss"))


def _check_open(book: Logbook, number: int, found: SuspensionSet, moment: Moment) -> None:
    if moment < found.starts_at:
        what = f"suspension S{number} starts on {format_day(found.starts_at)}: it cannot end before that"
        raise Refused(Problem("empty-span", what, advice="give an --at after its start"))
    for later in book.log.wide_entries():
        if isinstance(later.event, SuspensionLifted) and later.event.entry == number:
            what = f"suspension S{number} was lifted already, by entry {later.number}"
            raise Refused(
                Problem("already-lifted", what, advice="set a new suspension to stop the use again")
            )
