"""`sayso simulate` on a project: its counts are those of `sayso decide`, and what it says reads well."""

from __future__ import annotations

import random
from typing import Any

import pyarrow.parquet as pq
import pytest

from sayso.values.moments import parse_moment
from sayso.values.uses import Use
from sayso.workflows.decide import decide_one
from sayso.workflows.plan import plan
from shell import Shell

DAYS = ("2024-09-19", "2026-01-01")


def at(runs: list[list[int]], moment: int) -> int:
    """Return what a series is at a moment."""
    return max((run for run in runs if run[0] <= moment), key=lambda run: run[0])[1]


def line(found: Any, policy: str, family: str) -> Any:
    platform = next(one for one in found["platforms"] if one["policy"] == policy)
    return next(one for one in platform["families"] if one["family"] == family)


def place(found: Any, region: str) -> int:
    return next(n for n, one in enumerate(found["places"]) if region in one["regions"])


def share(found: Any, policy: str, family: str, region: str, day: str) -> float:
    where, moment = place(found, region), found["moments"].index(day)
    counts = line(found, policy, family)["places"][where]
    return at(counts["records_permitted"], moment) / at(found["there"][where]["records"], moment)


def records_of(shell: Shell) -> list[dict[str, Any]]:
    path = shell.folder / ".sayso" / "sources" / "community" / "records.parquet"
    return pq.read_table(path, columns=["record", "author"]).to_pylist()  # type: ignore[no-any-return]


def test_the_counts_are_those_of_a_plan_of_a_build(silent: Shell) -> None:
    with silent.project() as project:
        for day in DAYS:
            found = silent.json("simulate", "--packs", "linkedin", "--from", day, "--to", day)
            for one in found["platforms"][0]["uses"][:4]:
                use = Use(one["purpose"], one["recipient"])
                planned = plan(project.yard, use, parse_moment(day)).funnel.permitted
                assert sum(where["records_permitted"][-1][1] for where in one["places"]) == planned, (
                    day,
                    use,
                )


def test_a_sample_of_records_is_answered_as_decide_answers(silent: Shell) -> None:
    with silent.project() as project:
        for row in random.Random(3).sample(records_of(silent), 3):
            for day in DAYS[1:]:
                found = silent.json("simulate", "--packs", "linkedin", "--post", row["record"], "--on", day)
                for one in found["platforms"][0]["uses"]:
                    use = Use(one["purpose"], one["recipient"])
                    told = decide_one(project.yard, project.sources, use, row["record"], parse_moment(day))
                    assert (one["verdict"], one["reason"]) == told.decision[:2]


def test_the_united_kingdom_is_paused_in_september_2024_and_starts_in_november_2025(silent: Shell) -> None:
    found = silent.json("simulate", "--packs", "linkedin")
    generative = ("linkedin", "generative-ai", "GB")
    assert share(found, *generative, "2024-09-18") > 0.2
    assert share(found, *generative, "2024-09-20") == 0.0
    assert share(found, *generative, "2025-11-01") == 0.0
    assert share(found, *generative, "2025-11-03") > 0.2
    assert share(found, "linkedin", "other-ai", "GB", "2025-06-01") > 0.2


def test_what_has_no_counterpart_is_named_and_not_decided(silent: Shell) -> None:
    found = silent.json("simulate", "--packs", "rival.yaml")
    kinds = found["platforms"][0]["categories"]
    assert kinds["post"] == "post"
    assert kinds["genai-conversation"] == "ai-prompt"
    assert kinds["resume"] is None
    reasons = line(found, "rival", "generative-ai")["places"][place(found, "US")]["reasons"]
    assert reasons["no-counterpart"] > 0


def test_supposing_that_members_say_no_leaves_fewer_records_to_use(silent: Shell) -> None:
    counts = []
    for some in ("0%", "40%", "100%"):
        found = silent.json("simulate", "--packs", "rival.yaml", "--say-no", some)
        where = line(found, "rival", "generative-ai")["places"][place(found, "US")]
        counts.append(where["records_permitted"][-1][1])
    assert counts[0] > counts[1] > counts[2] == 0


def test_the_table_says_what_permit_means(silent: Shell) -> None:
    said = silent("simulate", "--packs", "linkedin", "--from", "2026-09", "--to", "2026-10").out
    assert "120 members" in said
    assert "never means that it was lawful" in said
    assert "linkedin" in said


def test_a_made_up_community_needs_no_project(tmp_path: Any) -> None:
    found = Shell(tmp_path).json("simulate", "--packs", "linkedin", "--members", "40", "--by-region")
    assert found["members"] == 40
    assert all(len(one["regions"]) <= 1 for one in found["places"])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--packs", "linkedin,linkedin"), "bad-packs"),
        (("--packs", "nowhere.yaml"), "unreadable"),
        (("--say-no", "lots"), "bad-share"),
        (("--from", "2025-01", "--to", "2024-01"), "bad-span"),
        (("--on", "2031-01-01"), "bad-day"),
        (("--from", "someday"), "bad-moment"),
        (("--post", "nothing-like-it"), "unknown-record"),
    ],
)
def test_what_makes_no_sense_is_refused(silent: Shell, words: tuple[str, ...], code: str) -> None:
    assert silent("simulate", *words, "--json", status=2).codes == [code]
