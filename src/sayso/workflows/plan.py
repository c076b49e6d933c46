"""What a build would take and leave out, at any moment, publishing nothing."""

from __future__ import annotations

from dataclasses import dataclass

from sayso.dataset.funnel import Funnel, tally
from sayso.errors import InputError, Problem
from sayso.ledger.index import LogIndex
from sayso.policy.codes import outcome_of
from sayso.policy.compile import compile_gate
from sayso.policy.gate import Gate
from sayso.policy.model import Policy
from sayso.values.moments import Moment
from sayso.values.uses import Use
from sayso.workflows.facts import Yard, reading, wide
from sayso.workflows.logstate import stood
from sayso.workflows.tables import gate_tables


@dataclass(frozen=True, slots=True)
class Plan:
    """The funnel of a use at a moment, under the policy version in force then (``None``: none), at a size of the log."""

    use: Use
    at: Moment
    version: str | None
    log_size: int
    funnel: Funnel


def plan(yard: Yard, use: Use, at: Moment | None = None, log_size: int | None = None) -> Plan:
    """Return the funnel of a use at a moment (now, where none is given), with what the log says up to a size (all of it).

    Raises ``InputError`` for a purpose or a recipient that the policy does not have, and where there are no records.
    """
    check_use(yard.book.policy, use)
    moment = yard.book.clock.now() if at is None else at
    size = yard.book.log.size() if log_size is None else log_size
    yard = reading(yard)
    index = stood(yard, size).index
    gate = gate_at(yard.book.policy, use, moment, index)
    with yard.open_engine(gate_tables(yard, index)) as engine:
        engine.stand(gate)
        return Plan(use, moment, gate.version, size, funnel_of(engine.counts()))


def gate_at(policy: Policy, use: Use, at: Moment, index: LogIndex) -> Gate:
    """Return the compiled gate of a use at a moment, with what the log says to many members at once."""
    return compile_gate(policy, use, at, wide(index))


def funnel_of(counts: tuple[tuple[int, int], ...]) -> Funnel:
    """Return the funnel of a gate's (code, count) pairs."""
    return tally((outcome_of(code), count) for code, count in counts)


def check_use(policy: Policy, use: Use) -> None:
    """Return if the policy knows the purpose and the recipient.

    Raises ``InputError`` with all that it does not know: nobody should get an empty data set for a slip of the finger.
    """
    purposes, recipients = policy.purposes.names(), tuple(each.id for each in policy.recipients)
    problems = []
    if use.purpose not in purposes:
        what = f"the policy {policy.id} has no purpose {use.purpose!r}"
        problems.append(Problem("unknown-purpose", what, advice=f"it has: {', '.join(purposes)}"))
    if use.recipient not in recipients:
        what = f"the policy {policy.id} has no recipient {use.recipient!r}"
        problems.append(Problem("unknown-recipient", what, advice=f"it has: {', '.join(recipients)}"))
    if problems:
        raise InputError(*problems)
