"""Cases run through a decision function, and what came of them as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from sayso.policy.cases import Case, CaseTable
from sayso.policy.model import Policy
from sayso.policy.reasons import sentence
from sayso.values.decisions import Decision, Reason, Verdict
from sayso.values.members import Member
from sayso.values.moments import Moment, format_day
from sayso.values.records import Record
from sayso.values.standing import Standing
from sayso.values.uses import Use

Decide: TypeAlias = Callable[[Use, Policy, "Member | None", Record, Standing, Moment], Decision]
"""What decides: use, policy, member (``None`` where nobody knows the author), record, standing, moment."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case, the decision that came, and whether it is the one expected."""

    case: Case
    decision: Decision
    passed: bool


def run_case(case: Case, policy: Policy, decide: Decide) -> CaseResult:
    """Return what a decision function says of a case; it passes if the verdict is right, and the reason where one is given."""
    decision = decide(case.use, policy, case.member, case.record, case.standing, case.at)
    right = decision.verdict is case.verdict and case.reason in (None, decision.reason)
    return CaseResult(case, decision, right)


def run_cases(table: CaseTable, policy: Policy, decide: Decide) -> tuple[CaseResult, ...]:
    """Return the results of all cases, in their order."""
    return tuple(run_case(case, policy, decide) for case in table.cases)


def render_results(results: Iterable[CaseResult], whole: bool = False) -> str:
    """Return each failing case with what came instead and why, and then the counts, as lines of text.

    ``whole``: each case that passed, too, with what it says and cites.
    """
    every = tuple(results)
    failed = [result for result in every if not result.passed]
    lines = [line for result in every if whole and result.passed for line in _passed(result)]
    lines += [line for result in failed for line in _failure(result)]
    lines.append(_counts(len(every), len(failed)))
    lines += _citing(every)
    return "\n".join(lines) + "\n"


def _passed(result: CaseResult) -> tuple[str, ...]:
    case, decision = result.case, result.decision
    return (
        case.name,
        f"  {format_day(case.at)}  {_outcome(decision.verdict, decision.reason)}",
        *_cites(case),
        "",
    )


def _cites(case: Case) -> tuple[str, ...]:
    return (f"  cites     {', '.join(case.cites)}",) if case.cites else ()


def _citing(results: tuple[CaseResult, ...]) -> tuple[str, ...]:
    """Return how many cases cite a source, as a line; none where none does."""
    citing = sum(1 for result in results if result.case.cites)
    if not citing:
        return ()
    rest = "all of them" if citing == len(results) else f"{citing} of {len(results)}"
    return (f"Citing a source: {rest}.",)


def _counts(total: int, failed: int) -> str:
    noun = "case" if total == 1 else "cases"
    if failed:
        return f"{failed} of {total} {noun} failed."
    return "The case passed." if total == 1 else f"All {total} {noun} passed."


def _failure(result: CaseResult) -> tuple[str, ...]:
    case, decision = result.case, result.decision
    rule = f", by the rule {decision.rule}" if decision.rule else ""
    version = f" of version {decision.version}" if decision.version else ""
    return (
        f"FAILED  {case.name} ({case.place})",
        f"  expected  {_outcome(case.verdict, case.reason)}",
        f"  came      {_outcome(decision.verdict, decision.reason)}{rule}{version if rule else ''}",
        f"  because   {sentence(decision)}",
        *_cites(case),
        "",
    )


def _outcome(verdict: Verdict, reason: Reason | None) -> str:
    return f"{verdict.value}: {reason.value}" if reason else f"{verdict.value}, for any reason"
