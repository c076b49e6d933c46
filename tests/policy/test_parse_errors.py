"""Every kind of bad policy, with the text that its author is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from goldens import GOLDEN, check_golden
from sayso.errors import Problem
from sayso.policy.model import Policy
from sayso.policy.parse import parse_policy
from sayso.policy.parse_report import CODES

ERRORS = GOLDEN / "policy" / "errors"
FILES = sorted(ERRORS.glob("*.yaml"))


def problems_of(file: Path) -> tuple[Problem, ...]:
    found = parse_policy(file.read_text(encoding="utf-8"), file.name)
    assert not isinstance(found, Policy), f"{file.name} was meant to be refused"
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_bad_policy_gets_all_its_problems_with_place_and_advice(file: Path) -> None:
    check_golden(file.with_suffix(".txt"), "".join(f"{problem}\n" for problem in problems_of(file)))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_problem_says_where_it_is(file: Path) -> None:
    for problem in problems_of(file):
        assert problem.place is not None
        assert problem.place.file == file.name
        assert problem.place.line is not None
        assert problem.code in CODES
        assert problem.severity == "error"
