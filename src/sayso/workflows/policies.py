"""What people ask of a policy without any state: is it what we expect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sayso.errors import InputError
from sayso.policy.case_run import CaseResult, run_cases
from sayso.policy.cases import CaseFile, CaseTable, bind_cases, parse_cases
from sayso.policy.decide import decide
from sayso.policy.model import Policy


@dataclass(frozen=True, slots=True)
class Tested:
    """A policy and what came of a table of expectations of it."""

    policy: Policy
    results: tuple[CaseResult, ...]

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """Return the cases that came out otherwise than expected."""
        return tuple(result for result in self.results if not result.passed)


def try_policy(text: str, file: str, load: Callable[[str], Policy]) -> Tested:
    """Return what came of the cases that a text holds; ``load`` returns the policy that they name.

    Raises ``InputError`` with every problem of the cases, and whatever ``load`` raises.
    """
    found = parse_cases(text, file)
    if not isinstance(found, CaseFile):
        raise InputError(*found)
    policy = load(found.policy)
    table = bind_cases(found, policy)
    if not isinstance(table, CaseTable):
        raise InputError(*table)
    return Tested(policy, run_cases(table, policy, decide))
