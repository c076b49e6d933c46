"""`sayso policy diff`: what changes, in words for a member, and how many members and records it touches."""

from __future__ import annotations

from typing import Any

import pyarrow.parquet as pq
import pytest

from sayso.intake.policies import load_policy
from sayso.policy.comparing import Side, moved, pairs, sentence
from sayso.policy.kin import counterpart
from sayso.policy.model import Default, Policy
from sayso.policy.parse import parse_policy
from sayso.values.regions import EEA
from shell import Shell
from simulation.conftest import SECOND

STRICTER = SECOND.replace('"2024-05-01"', '"2025-05-01"').replace("default: on", "default: off")


def policy(text: str) -> Policy:
    found = parse_policy(text, "p.yaml")
    assert isinstance(found, Policy)
    return found


def side(text: str) -> Side:
    found = policy(text)
    return Side(found, found.versions[-1])


def test_a_switch_that_is_turned_the_other_way_is_one_sentence() -> None:
    old, new = side(SECOND), side(STRICTER)
    found = moved(old, new, ["US", "DE"])
    assert [sentence(old, new, one, ["Rest of the world", "European Economic Area"]) for one in found] == [
        "Post and ai prompt: may now be used for ai training by The Rival, but only if you say yes, in the rest of the world. "
        "Before: used unless you said no."
    ]


def test_what_is_said_alike_is_no_difference() -> None:
    old = side(SECOND)
    assert moved(old, side(SECOND), ["US", "DE", None]) == ()


def test_every_moved_cell_is_one_in_which_the_two_answer_differently() -> None:
    old, new, regions = side(SECOND), side(STRICTER), ["US", "DE", "GB"]
    seen = {}
    for one in moved(old, new, regions):
        for pair in one.pairs:
            for cell in one.cells:
                seen[pair, cell] = (one.before, one.now)
                region = regions[cell.place]
                assert old.answer(pair.old, region, cell.kinds.old, cell.visibility) is one.before
                assert new.answer(pair.new, region, cell.kinds.new, cell.visibility) is one.now
    assert set(seen.values()) == {(Default.ON, Default.OFF)}
    assert len(seen) == 2 * 3 * 2  # two kinds, three visibilities, two places outside the EEA


def test_uses_of_two_platforms_are_matched_by_purpose_and_kind_of_recipient() -> None:
    linkedin = load_policy("linkedin")
    old, new = Side(linkedin, linkedin.versions[-1]), side(SECOND)
    matched = {pair.old: pair.new for pair in pairs(old, new) if pair.old}
    told = {f"{a.purpose}/{a.recipient}": b and f"{b.purpose}/{b.recipient}" for a, b in matched.items()}
    assert told["content-generation/linkedin"] == "ai-training/rival"
    assert told["content-generation/microsoft"] is None  # an affiliate is no licensee
    assert told["advertising/microsoft"] is None


def test_the_touched_are_those_that_are_there(silent: Shell) -> None:
    silent.write("stricter.yaml", STRICTER)
    found = silent.json("policy", "diff", "rival.yaml", "stricter.yaml")
    source = silent.folder / ".sayso" / "sources" / "community"
    people = pq.read_table(source / "members.parquet").to_pylist()
    homes = {row["member"]: row["region"] for row in people if row["closed_at"] is None}
    rows: list[dict[str, Any]] = pq.read_table(
        source / "records.parquet", columns=["author", "category", "created_at", "deleted_at"]
    ).to_pylist()
    moved_ = [
        row
        for row in rows
        if counterpart(row["category"], ("post", "ai-prompt"))
        and (home := homes.get(row["author"]))
        and home[:2] not in EEA
        and row["deleted_at"] is None
    ]
    assert found["differences"][0]["touches"]["records"] == len(moved_)
    assert found["touches"]["members"] == len({row["author"] for row in moved_})
    total = next(one for one in found["uses"] if "The Rival" in one["use"])
    assert total["newly"]["records"] == 0
    assert 0 < total["no_longer"]["records"] <= len(moved_)
    assert found["details"][0]["details"][0].startswith("Before, used unless the member says no")


def test_two_versions_of_the_pack_are_told_for_a_member(silent: Shell) -> None:
    said = silent("policy", "diff", "linkedin@2025-02-27", "linkedin@2025-11-03").out
    line = next(line for line in said.splitlines() if line.startswith("- Posts, articles, comments"))
    assert "messages in groups" in line
    assert "may now be used for AI models that create content by LinkedIn, unless you say no" in line
    assert "in the European Economic Area and Switzerland" in line
    assert line.count("Before: never used. Touches ") == 1
    assert "It never means that it is lawful" in said


def test_versions_of_the_projects_policy_need_no_name(silent: Shell) -> None:
    found = silent.json("policy", "diff", "2025-11-03", "2026-08-21")
    assert found["differences"] == []
    assert found["touches"] == {"members": 0, "records": 0}


def test_platforms_are_compared_with_what_each_says_and_how_to_say_no(silent: Shell) -> None:
    said = silent("policy", "diff", "linkedin", "rival.yaml").out
    assert "with LinkedIn used unless you say no" in said
    assert "with The Rival" in said
    assert "How to say no to rival:" in said


@pytest.mark.parametrize("which", ["nothing-there", "linkedin@1999-01-01"])
def test_what_is_no_policy_is_refused(silent: Shell, which: str) -> None:
    silent("policy", "diff", "linkedin", which, status=2)
