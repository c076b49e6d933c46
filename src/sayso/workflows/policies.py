"""What people ask of a policy without any state: is it what we expect, and which SQL does it come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sayso.errors import InputError, Problem
from sayso.policy.case_run import CaseResult, run_cases
from sayso.policy.cases import CaseFile, CaseTable, bind_cases, parse_cases
from sayso.policy.compile import Wide, compile_gate
from sayso.policy.decide import decide
from sayso.policy.model import Policy
from sayso.values.moments import Moment
from sayso.values.uses import Use
from sayso.workflows.plan import check_use

DIALECTS = ("duckdb", "spark", "trino", "postgres", "bigquery", "snowflake")
"""The dialects that the gate's SQL is given in; DuckDB's is the one that builds run."""


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


def gate_sql(policy: Policy, use: Use, at: Moment, wide: Wide, dialect: str) -> str:
    """Return the one statement that decides a use at a moment for a table of records, in a dialect.

    Raises ``InputError`` for a use that the policy does not know, and for a dialect that is none of ``DIALECTS``.
    """
    check_use(policy, use)
    if dialect not in DIALECTS:
        advice = f"use one of {', '.join(DIALECTS)}"
        raise InputError(
            Problem("unknown-dialect", f"{dialect!r} is not a dialect that Sayso writes", advice=advice)
        )
    sql = compile_gate(policy, use, at, wide).whole()
    if dialect == "duckdb":
        return sql + "\n"
    import sqlglot  # here, because it takes longer to load than most commands to run

    return sqlglot.transpile(sql, read="duckdb", write=dialect, pretty=True)[0] + "\n"
