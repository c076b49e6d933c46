"""``sayso suspend``, ``resume`` and ``notice give``."""

from __future__ import annotations

import json

import pytest

from sayso.ledger.events import NoticeGiven, SuspensionSet
from sayso.values.moments import parse_moment
from sayso.values.regions import EEA
from shell import Shell
from small_tables import MAPPING

PLAN = ("plan", "w", "--purpose", "ai-training", "--recipient", "platform")
STOP = ("suspend", "--use", "ai-training", "--authority", "ICO")


def reasons(shell: Shell, *words: str) -> dict[str, int]:
    """Return how many records each reason took out or let through."""
    return {one["reason"]: one["count"] for one in shell.json(*PLAN, *words)["funnel"]["outcomes"]}


def test_a_suspension_stops_a_region_and_resuming_ends_that(forum: Shell) -> None:
    forum("choose", "bob", "ai-training", "yes")
    assert reasons(forum)["opted-in"] == 1
    stop = forum.json(*STOP, "--region", "GB", "--reference", "statement")
    assert stop["id"] == f"S{stop['entry']}"
    assert reasons(forum)["suspended"] == 1
    assert forum.json("resume", stop["id"])["id"] == stop["id"]
    assert reasons(forum)["opted-in"] == 1


def test_a_suspension_is_kept_as_it_was_asked_for_with_groups_as_codes(forum: Shell) -> None:
    words = (
        *STOP,
        "--region",
        "EEA",
        "--region",
        "CH",
        "--recipient",
        "platform",
        "--from",
        "2025-07-01",
        "--until",
        "2026-01-01",
    )
    entry = forum.json(*words)["entry"]
    with forum.project() as project:
        event = list(project.log.entries())[entry].event
    assert event == SuspensionSet(
        ("ai-training",),
        parse_moment("2025-07-01"),
        "ICO",
        "",
        tuple(sorted({*EEA, "CH"})),
        ("platform",),
        parse_moment("2026-01-01"),
    )


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (("--use", "writing"), ["unknown-purpose"]),
        (("--use", "ai-training", "--recipient", "x", "--recipient", "y"), ["unknown-recipient"] * 2),
        (("--use", "ai-training", "--region", "UK", "--region", "europe"), ["unknown-region"] * 2),
        (("--use", "ai-training", "--from", "2025-07-01", "--until", "2025-07-01"), ["empty-span"]),
        (("--use", "ai-training", "--from", "soon"), ["bad-moment"]),
        ((), ["usage"]),
    ],
)
def test_a_suspension_of_what_is_not_there_is_bad_input(
    forum: Shell, words: tuple[str, ...], codes: list[str]
) -> None:
    assert forum("suspend", "--authority", "ICO", *words, "--json", status=2).codes == codes


def test_only_what_is_suspended_can_be_resumed_and_only_once(forum: Shell) -> None:
    stop = forum.json(*STOP)["id"]
    forum("resume", stop.lower())
    assert forum("resume", stop, "--json", status=3).codes == ["already-lifted"]
    assert forum("resume", "0", "--json", status=2).codes == ["not-a-suspension"]
    assert forum("resume", "twelve", "--json", status=2).codes == ["not-a-suspension"]
    assert forum("resume", "999", "--json", status=2).codes == ["unknown-entry"]


def test_a_suspension_does_not_end_before_it_starts_nor_in_the_future(forum: Shell) -> None:
    stop = forum.json(*STOP, "--from", "2025-05-01")["id"]
    assert forum("resume", stop, "--at", "2025-04-01", "--json", status=3).codes == ["empty-span"]
    assert forum("resume", stop, "--at", "2026-04-01", "--json", status=3).codes == ["future"]
    assert forum.json("resume", stop, "--at", "2025-05-15")["at"] == "2025-05-15T00:00:00Z"


def test_a_dated_fact_of_the_policy_is_ended_in_the_policy(empty: Shell) -> None:
    empty("init", "--policy", "linkedin")
    assert empty("resume", "uk-2024", "--json", status=3).codes == ["policy-fact"]


def test_a_notice_is_kept_for_everyone_for_regions_or_for_one_member(forum: Shell) -> None:
    given = [
        forum.json(
            "notice", "give", "2024-02-01", "--to", "everyone", "--at", "2024-01-10", "--channel", "banner"
        ),
        forum.json("notice", "give", "2024-02-01", "--to", "region:GB,EU"),
        forum.json("notice", "give", "2024-02-01", "--to", "member:ada"),
    ]
    assert [one["to"] for one in given] == ["everyone", "regions", "member"]
    with forum.project() as project:
        events = [list(project.log.entries())[one["entry"]].event for one in given]
        tag = project.tags.tag_of("ada")
    assert events[0] == NoticeGiven("2024-02-01", parse_moment("2024-01-10"), "banner")
    assert [getattr(event, "tag", None) for event in events] == [None, None, tag]
    regions = getattr(events[1], "regions", ())
    assert "GB" in regions
    assert "DE" in regions


def test_a_notice_lets_a_rule_that_asks_for_one_begin(empty: Shell) -> None:
    empty.write("m.csv", "id,name,country,born,joined\neve,E,US-CA,1980-05-01,2015-01-01\n")
    record = {
        "id": "p1",
        "by": "eve",
        "what": "post",
        "at": "2024-03-01T00:00:00Z",
        "text": "Hello.",
        "gone": None,
    }
    empty.write("r.jsonl", json.dumps(record))
    empty.write("map.yaml", MAPPING)
    empty("init", "--policy", "opt-out-with-notice")
    empty("import", "table", "--members", "m.csv", "--records", "r.jsonl", "--map", "map.yaml")
    with empty.project() as project:
        version = project.policy.versions[-1]
    plan = (*PLAN, "--at", "2025-06-01")
    before = empty.json(*plan)["funnel"]
    empty("notice", "give", version.id, "--to", "everyone", "--at", "2025-01-01")
    after = empty.json(*plan)["funnel"]
    assert (before["permitted"], after["permitted"]) == (0, 1)


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("2030-01-01", "--to", "everyone"), 2, "unknown-version"),
        (("2024-02-01", "--to", "everybody"), 2, "bad-audience"),
        (("2024-02-01", "--to", "region:"), 2, "bad-audience"),
        (("2024-02-01", "--to", "region:UK"), 2, "unknown-region"),
        (("2024-02-01", "--to", "member:nobody"), 2, "unknown-member"),
        (("2024-02-01", "--to", "everyone", "--at", "2025-07-01"), 3, "future"),
    ],
)
def test_a_notice_that_cannot_be_is_refused(
    forum: Shell, words: tuple[str, ...], status: int, code: str
) -> None:
    assert forum("notice", "give", *words, "--json", status=status).codes == [code]


@pytest.mark.parametrize(
    "words",
    [
        STOP,
        ("notice", "give", "2024-02-01", "--to", "everyone"),
        ("delete", "record", "p1"),
        ("delete", "account", "ada"),
        ("erase", "ada"),
        ("build", "w", "--purpose", "ai-training", "--recipient", "platform"),
        (
            "import",
            "table",
            "--members",
            "members.csv",
            "--map",
            "mapping.yaml",
            "--name",
            "x",
            "--prefix",
            "x-",
        ),
        ("import", "community", "--members", "5", "--name", "c"),
    ],
    ids=lambda words: "-".join(words[:2]),
)
def test_a_dry_run_changes_no_byte(forum: Shell, words: tuple[str, ...]) -> None:
    policy = forum.folder / "policy/house.yaml"
    policy.write_text(policy.read_text().replace("basis: consent", "basis: agreement"))
    before = forum.snapshot()
    assert forum.json(*words, "--dry-run")["dry_run"] is True
    assert forum(*words, "--dry-run").out.startswith("Dry run, nothing is ")
    assert forum.snapshot() == before
