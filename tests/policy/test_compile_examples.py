"""The compiled gate gives the same answer for every example, in whatever company it is asked; and what its text may hold."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

import pytest

from policy.test_decide_examples import ADULT, CASES, EXAMPLES, POST, WRITE, Example, at
from sayso.engines.duckdb import DuckEngine
from sayso.policy.codes import CODES, outcome_of
from sayso.policy.compile import Wide, compile_gate
from sayso.values.standing import Standing
from spec.gate_tables import record_row, tables_of
from spec.worlds import Person


def together() -> list[list[Example]]:
    """Return the examples that one gate can answer: the same use, moment, and facts for many members."""
    groups = defaultdict(list)
    for example in CASES:
        standing = example.standing
        wide = (tuple(n for n in standing.notices if not n.personal), standing.suspensions)
        groups[(example.use, example.at, wide)].append(example)
    return list(groups.values())


@pytest.mark.parametrize("group", together(), ids=lambda group: group[0].name)
def test_the_gate_says_the_same(group: list[Example]) -> None:
    people, rows, deletions = [], [], []
    for number, example in enumerate(group):
        name = f"r{number}"
        member = None if example.member is None else replace(example.member, id=f"m{number}")
        gone = tuple(
            (name if record == example.record.id else record, when)
            for record, when in example.standing.deletions
        )
        people.append(Person(member, replace(example.standing, deletions=gone)))
        rows.append(record_row(example.record, name, member.id if member else None))
        deletions += gone
    first = group[0]
    wide = Wide(tuple(n for n in first.standing.notices if not n.personal), first.standing.suspensions)
    gate = compile_gate(EXAMPLES, first.use, first.at, wide)
    with DuckEngine(tables_of(people, rows, deletions), threads=1) as engine:
        engine.stand(gate)
        found = {row["record"]: outcome_of(row["code"]) for row in engine.codes().to_pylist()}
    told = [f"{found[f'r{n}'].verdict} {found[f'r{n}'].reason}" for n in range(len(group))]
    assert told == [example.expect for example in group]


def test_the_gate_names_verdicts_and_reasons_ends_in_denials_and_stays_within_what_engines_share() -> None:
    gate = compile_gate(EXAMPLES, WRITE, at("2024-05-01"), Wide(), ruled=True)
    sql = "\n".join([gate.standing, gate.records(), *map(gate.named, ("verdict", "reason", "rule"))])
    for _, outcome in CODES:
        assert f"'{outcome.reason}'" in sql
    assert not re.search(r"ELSE\s+'permit'", sql)
    assert not re.search(r"\b(CAST|REGEXP|YEAR|DATE|TIMESTAMP|HASH|LIKE|NOW|CURRENT_)\b", sql, re.IGNORECASE)


def test_a_use_that_nothing_names_has_a_gate_that_lets_nothing_through() -> None:
    with DuckEngine(
        tables_of([Person(ADULT, Standing())], [record_row(POST, "r", "m")], []), threads=1
    ) as engine:
        for moment in (at("2023-01-01"), at("2024-05-01"), at("2030-01-01")):
            engine.stand(compile_gate(EXAMPLES, WRITE._replace(recipient="buyer"), moment, Wide()))
            assert [outcome_of(code).verdict.value for code, _ in engine.counts()] == ["deny"]
