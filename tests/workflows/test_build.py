"""Builds: reproducible, counted, redacted, and true to the log as it is at the moment of publishing."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

from sayso.cli.community import without
from sayso.dataset.rows import dataset_key, member_pseudonym, record_pseudonym
from sayso.engines.duckdb import DuckEngine
from sayso.errors import InputError, IntegrityError, Refused
from sayso.intake.community import Community
from sayso.policy.codes import outcome_of
from sayso.ports import GateTables
from sayso.values.decisions import Reason
from sayso.values.moments import parse_moment
from sayso.values.uses import Use
from sayso.wiring import Project
from sayso.workflows.build import PATIENCE, Built, Request, build
from sayso.workflows.delete import close_account, delete_record
from sayso.workflows.erase import erase
from sayso.workflows.plan import plan
from sayso.workflows.suspend import Stop, suspend
from shell import SetClock
from workflows.worlds_on_disk import (
    LATE,
    NAME,
    SHARDS,
    USE,
    bring_in,
    built,
    community,
    copied,
    last_words,
    logicals,
    make,
    once,
    opened,
    publications,
    quiet,
    rows_of,
    say,
    verified,
)

MADE = community(40)
Undisturbed: TypeAlias = tuple[set[str], set[str], str]
"""The members and records of a build that nothing disturbs, and the member with most of the records."""
AUTHORS = {record.id: record.author for record in MADE.records}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a community in it, nothing built yet."""
    return make(tmp_path_factory.mktemp("prepared") / "forum", MADE)


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared project."""
    return copied(prepared, tmp_path / "forum")


def members_in(project: Project, one: Built) -> set[str]:
    """Return the ids of the members of whom something was published."""
    key = dataset_key(project.keys.secret(), NAME)
    rows = {row["member"] for row in rows_of(project, one)}
    tags = project.tags.table().to_pylist()
    return {row["member"] for row in tags if member_pseudonym(key, row["tag"]) in rows}


def records_in(project: Project, one: Built) -> set[str]:
    """Return the ids of the records that were published."""
    key = dataset_key(project.keys.secret(), NAME)
    rows = {row["record"] for row in rows_of(project, one)}
    return {record for record in AUTHORS if record_pseudonym(key, record) in rows}


def busiest(project: Project, one: Built) -> str:
    """Return the member with most published records."""
    authors = [AUTHORS[record] for record in sorted(records_in(project, one))]
    return max(sorted(set(map(str, authors))), key=authors.count)


@pytest.fixture(scope="module")
def first(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """The members and records of a build that nothing disturbs, and the member with most of the records."""
    with opened(copied(prepared, tmp_path_factory.mktemp("first") / "forum")) as project:
        one = built(project)
        return members_in(project, one), records_in(project, one), busiest(project, one)


# Reproducible


def test_building_again_gives_the_same_shards_and_says_so(folder: Path) -> None:
    with opened(folder) as project:
        one, two = built(project), built(project)
        assert logicals(one) == logicals(two)
        assert (one.unchanged, two.unchanged) == (False, True)
        assert (two.manifest.version, two.manifest.previous) == (2, one.digest)
        assert project.datasets.current(NAME) == 2
        assert verified(project).problems == ()


def test_the_same_project_elsewhere_gives_the_same_manifest_to_the_bit(
    prepared: Path, tmp_path: Path
) -> None:
    found = []
    for place in ("here", "there"):
        with opened(copied(prepared, tmp_path / place)) as project:
            one = built(project)
            store = project.datasets.shards(NAME, 1)
            found.append((one.digest, {name: store.get(name) for name in store.names()}))
    assert found[0] == found[1]


def test_another_data_set_has_other_pseudonyms(folder: Path) -> None:
    with opened(folder) as project:
        one, two = built(project), built(project, name="other")
        for column in ("record", "member"):
            assert {r[column] for r in rows_of(project, one)}.isdisjoint(
                r[column] for r in rows_of(project, two)
            )


def test_who_stays_keeps_their_shard_bit_for_bit_when_somebody_leaves(folder: Path) -> None:
    with opened(folder) as project:
        one = built(project)
        say(project, busiest(project, one), yes=False)
        two = built(project)
        pairs = list(zip(one.manifest.shards, two.manifest.shards, strict=True))
        changed = [pair for pair in pairs if pair[0].logical != pair[1].logical]
        assert len(changed) == 1
        assert all(before == after for before, after in pairs if (before, after) not in changed)
        assert not two.unchanged


# Counted


def test_the_funnel_adds_up_and_is_the_plan_of_that_moment(folder: Path) -> None:
    with opened(folder) as project:
        one = built(project)
        funnel = one.manifest.funnel
        assert funnel.considered == len(MADE.records) == sum(count for _, count in funnel.outcomes)
        assert funnel.published == funnel.permitted - sum(count for _, count in funnel.withheld)
        assert funnel.published == len(rows_of(project, one)) == one.manifest.rows > 50
        planned = plan(project.yard, USE, one.manifest.decided_at, one.manifest.log.size)
        assert planned.funnel.outcomes == funnel.outcomes
        assert planned.version == one.manifest.policy.version


def test_what_redaction_leaves_nothing_of_is_withheld_and_counted(tmp_path: Path, first: Undisturbed) -> None:
    texts = {"a@example.org": True, "[EMAIL]": True, "ok a@example.org": False}
    chosen = [r for r in MADE.records if r.id in first[1]][:3]
    emptied = {r.id: replace(r, text=text) for r, text in zip(chosen, texts, strict=True)}
    records = tuple(emptied.get(r.id, r) for r in MADE.records)
    with opened(make(tmp_path / "forum", replace(MADE, records=records))) as project:
        funnel = built(project).manifest.funnel
        assert [(str(why), count) for why, count in funnel.withheld] == [("nothing-left", 2)]
        assert funnel.published == funnel.permitted - 2
        assert verified(project).problems == ()


# Redacted


def test_no_planted_personal_data_of_the_labelled_kinds_and_no_id_is_published(tmp_path: Path) -> None:
    made = community(150, seed=3)
    with opened(make(tmp_path / "forum", made)) as project:
        one = built(project)
        key, rows = dataset_key(project.keys.secret(), NAME), rows_of(project, one)
    texts = {row["record"]: row["text"] for row in rows}
    planted, leaked = 0, []
    for mark in made.truth:
        text = texts.get(record_pseudonym(key, mark.record))
        if text is not None and mark.kind not in ("NAME", "QUOTE"):
            planted += 1
            said = next(r.text for r in made.records if r.id == mark.record)[mark.start : mark.end]
            leaked += [mark] if said in text else []
    assert planted > 30
    assert leaked == []
    known = {p.member.id for p in made.people} | {r.id for r in made.records}
    known |= {p.name for p in made.people} | {p.handle for p in made.people}
    for row in rows:
        assert re.fullmatch("[0-9a-f]{32}", row["record"])
        assert re.fullmatch("[0-9a-f]{32}", row["member"])
        assert known.isdisjoint(row.values())
        assert not any(f"@{p.handle}" in row["text"] for p in made.people)
        assert re.fullmatch(r"\d{4}-\d{2}", row["created"] or "2024-01")


def test_ids_appear_in_no_file_of_a_version(folder: Path) -> None:
    with opened(folder) as project:
        built(project)
        store = project.datasets.shards(NAME, 1)
        plain = b"".join(store.get(name) or b"" for name in ("manifest.dsse.json", "card.md"))
        tags = project.tags.table().column("tag").to_pylist()
    for one in [p.member.id for p in MADE.people] + list(AUTHORS) + tags + [p.handle for p in MADE.people]:
        assert one.encode() not in plain


# True at the moment of publishing


def test_a_no_said_while_the_build_runs_is_honoured(folder: Path, first: Undisturbed) -> None:
    members, records, whose = first
    with opened(folder) as project:
        one = built(project, once(lambda: say(project, whose, yes=False)))
        assert members_in(project, one) == members - {whose}
        assert records_in(project, one) == {r for r in records if AUTHORS[r] != whose}
        assert one.remade == 1
        assert verified(project).problems == ()


def test_a_yes_said_while_the_build_runs_is_heard(folder: Path, first: Undisturbed) -> None:
    members, _, whose = first
    with opened(folder) as project:
        say(project, whose, yes=False)
        one = built(project, once(lambda: say(project, whose, yes=True)))
        assert members_in(project, one) == members
        assert one.remade == 1
        assert verified(project).problems == ()


def test_a_word_that_changes_nothing_remakes_nothing(folder: Path, first: Undisturbed) -> None:
    with opened(folder) as project:
        one = built(project, once(lambda: say(project, first[2], yes=False, control="licensing")))
        assert (one.remade, members_in(project, one)) == (0, first[0])
        assert one.manifest.log.size == one.entry.number
        assert verified(project).problems == ()


def closed(project: Project, whose: str) -> object:
    return close_account(project.book, project.tags, whose)


def erased(project: Project, whose: str) -> object:
    return erase(project.book, project.tags, project.sources, project.yard.snapshots, whose)


def imported_without(project: Project, whose: str) -> object:
    records = tuple(r for r in MADE.records if r.author != whose)
    return bring_in(project, replace(MADE, records=records))


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (closed, Reason.DELETED),
        (erased, None),
        (imported_without, None),
    ],
)
def test_who_leaves_while_the_build_runs_is_left_out(
    folder: Path, first: Undisturbed, act: Callable[[Project, str], object], reason: Reason | None
) -> None:
    members, records, whose = first
    with opened(folder) as project:
        one = built(project, once(lambda: act(project, whose)))
        assert members_in(project, one) == members - {whose}
        assert records_in(project, one) == {r for r in records if AUTHORS[r] != whose}
        assert verified(project).problems == ()
        if reason is not None:
            assert {o.reason: n for o, n in one.manifest.funnel.outcomes}[reason] > 0
        else:
            assert one.manifest.funnel.considered < len(MADE.records)


def test_a_suspension_set_while_the_build_runs_stops_everything(folder: Path) -> None:
    with opened(folder) as project:
        one = built(project, once(lambda: suspend(project.book, Stop(("ai-training",), "the office"))))
        assert one.manifest.rows == 0
        assert one.remade > SHARDS // 2
        assert {o.reason: n for o, n in one.manifest.funnel.outcomes}[Reason.SUSPENDED] > 50
        assert verified(project).problems == ()


def test_a_record_deleted_while_the_build_runs_is_left_out(folder: Path, first: Undisturbed) -> None:
    _, records, whose = first
    gone = min(r for r in records if AUTHORS[r] == whose)
    with opened(folder) as project:
        one = built(project, once(lambda: delete_record(project.book, project.tags, project.sources, gone)))
        assert records_in(project, one) == records - {gone}
        assert one.remade == 1
        assert verified(project).problems == ()


def test_a_no_dated_back_or_logged_by_a_fast_clock_is_honoured(folder: Path, first: Undisturbed) -> None:
    """A desk whose clock runs a day ahead logged a no: it is acknowledged, so it counts."""
    whose = first[2]
    with opened(folder, SetClock("2026-11-02T00:00:00Z")) as ahead:
        say(ahead, whose, yes=False)
    with opened(folder) as project:
        one = built(project)
        assert members_in(project, one) == first[0] - {whose}
        assert one.manifest.decided_at >= parse_moment("2026-11-02")
        assert verified(project).problems == ()


def test_a_busy_log_does_not_keep_a_build_from_publishing(folder: Path, first: Undisturbed) -> None:
    """Somebody chooses without a pause: after a few attempts to catch up, they wait while the build publishes."""
    members = sorted(first[0])
    done = threading.Event()
    said: list[tuple[int, str, bool]] = []

    def choose_on() -> None:
        with opened(folder) as desk:
            for turn in range(10**6):
                if done.is_set():
                    return
                chosen = say(desk, members[turn % len(members)], yes=turn % 3 == 0)
                said.append((chosen.written.number or 0, chosen.event.tag, chosen.event.yes))

    with opened(folder) as project:
        thread = threading.Thread(target=choose_on)
        built(project, once(thread.start))
        one = built(project)
        done.set()
        thread.join()
        assert one.manifest.log.size == one.entry.number
        words = last_words(project, "ai-training", one.entry.number)
        no = {tag for tag, yes in words.items() if not yes}
        key = dataset_key(project.keys.secret(), NAME)
        assert {row["member"] for row in rows_of(project, one)}.isdisjoint(
            member_pseudonym(key, tag) for tag in no
        )
        entries = {entry.number: entry.event for entry in project.log.entries()}
        assert all(getattr(entries[number], "tag", None) == tag for number, tag, _ in said)
        assert len(said) > PATIENCE
        assert verified(project).problems == ()


# Refusals


def test_a_build_may_ask_that_an_entry_be_taken_into_account(folder: Path) -> None:
    with opened(folder) as project:
        size = project.log.size()
        request = Request(NAME, USE, SHARDS, at_least=size - 1)
        assert build(project.yard, project.datasets, request, quiet).manifest.log.size >= size
        size = project.log.size()
        with pytest.raises(Refused, match=f"the log has no entry {size} yet"):
            build(project.yard, project.datasets, replace(request, at_least=size), quiet)


def test_two_builds_of_one_data_set_at_once_are_refused_and_of_two_are_not(folder: Path) -> None:
    refused: list[str] = []

    def another() -> None:
        with opened(folder) as second:
            with pytest.raises(Refused) as error:
                built(second)
            refused.extend(problem.code for problem in error.value.problems)
            built(second, name="other")

    with opened(folder) as project:
        built(project, once(another))
        assert refused == ["being-built"]
        assert sorted((event.name, event.version) for _, event in publications(project)) == [
            ("other", 1),
            (NAME, 1),
        ]
        assert verified(project).problems == ()


@pytest.mark.parametrize("name", ["", "../x", "A", "a b", "-a", "x" * 65, "a/b"])
def test_a_name_that_is_none_is_refused_and_leaves_nothing(folder: Path, name: str) -> None:
    with opened(folder) as project:
        before = project.log.size()
        with pytest.raises(InputError, match="is not a name for a data set"):
            built(project, name=name)
        assert (project.log.size(), project.datasets.names()) == (before, ())


def test_a_use_that_the_policy_does_not_have_is_refused_with_what_it_has(folder: Path) -> None:
    with opened(folder) as project, pytest.raises(InputError) as error:
        built(project, use=Use("telepathy", "nobody"))
    assert [problem.code for problem in error.value.problems] == ["unknown-purpose", "unknown-recipient"]


def test_sources_that_never_stay_the_same_end_in_a_refusal(folder: Path) -> None:
    """Every attempt is overtaken by another import; nothing is published."""
    turns = iter(range(1, 10**6))

    def disturb(rows: int) -> None:
        bring_in(project, replace(MADE, records=MADE.records[: -next(turns)]))

    with opened(folder) as project:
        with pytest.raises(Refused, match="changed during every attempt"):
            built(project, disturb)
        assert publications(project) == []
        assert project.datasets.current(NAME) is None
        assert built(project).manifest.version == 1


def test_nothing_brought_in_is_an_error_and_no_empty_data_set(tmp_path: Path) -> None:
    root = make(tmp_path / "forum", community(1))
    shutil.rmtree(root / ".sayso/sources/community")
    with opened(root) as project, pytest.raises(InputError, match="nothing has been brought in"):
        built(project)


# Who is never in


def test_a_record_with_the_hand_of_somebody_who_said_no_is_left_out(
    tmp_path: Path, first: Undisturbed
) -> None:
    author = first[2]
    other = min(first[0] - {author})
    edited = {r for r in first[1] if AUTHORS[r] == author}
    records = tuple(replace(r, contributors=(str(other),)) if r.id in edited else r for r in MADE.records)
    with opened(make(tmp_path / "forum", replace(MADE, records=records))) as project:
        assert edited <= records_in(project, built(project))
        say(project, str(other), yes=False)
        two = built(project)
        assert edited.isdisjoint(records_in(project, two))
        assert verified(project).problems == ()


@pytest.mark.parametrize("hand", ["?", "somebody-unknown"])
def test_a_record_with_an_unknown_hand_in_it_is_left_out(
    tmp_path: Path, first: Undisturbed, hand: str
) -> None:
    edited = min(first[1])
    records = tuple(replace(r, contributors=(hand,)) if r.id == edited else r for r in MADE.records)
    with opened(make(tmp_path / "forum", replace(MADE, records=records))) as project:
        assert edited not in records_in(project, built(project))


@pytest.mark.parametrize("author", [None, "somebody-unknown"])
def test_what_nobody_is_known_to_have_written_is_never_published(
    tmp_path: Path, first: Undisturbed, author: str | None
) -> None:
    orphan = min(first[1])
    records = tuple(replace(r, author=author) if r.id == orphan else r for r in MADE.records)
    for policy in ("opt-out-with-notice", "opt-in"):
        with opened(make(tmp_path / policy, replace(MADE, records=records), policy)) as project:
            one = built(project)
            assert orphan not in records_in(project, one)
            assert one.manifest.funnel.considered == len(MADE.records)


def test_a_deleted_record_stays_deleted_when_the_platform_restores_it(
    tmp_path: Path, first: Undisturbed
) -> None:
    gone, when = min(first[1]), parse_moment("2026-09-01")
    deleted: Community = replace(
        MADE, records=tuple(replace(r, deleted_at=when) if r.id == gone else r for r in MADE.records)
    )
    with opened(make(tmp_path / "forum", deleted)) as project:
        assert gone not in records_in(project, built(project))
        bring_in(project, MADE)
        two = built(project)
        assert gone not in records_in(project, two)
        assert records_in(project, two) == first[1] - {gone}
        assert verified(project).problems == ()


def test_an_erased_member_who_is_imported_again_stays_out(folder: Path, first: Undisturbed) -> None:
    whose = first[2]
    with opened(folder) as project:
        erase(project.book, project.tags, project.sources, project.yard.snapshots, whose)
        bring_in(project, without(MADE, project.tags.is_erased)[0])
        assert project.tags.tag_of(whose) is None
        one = built(project)
        assert records_in(project, one) == {r for r in first[1] if AUTHORS[r] != whose}
        assert verified(project).problems == ()


def test_the_newest_version_is_pointed_to_where_a_process_was_killed_before_it_could(folder: Path) -> None:
    with opened(folder) as project:
        built(project)
        built(project)
        project.datasets.point(NAME, 1)
        assert [problem.code for problem in verified(project).problems] == ["stale-pointer"]
        assert built(project).manifest.version == 3
        assert verified(project).problems == ()


def test_every_code_of_a_funnel_is_an_outcome(folder: Path) -> None:
    with opened(folder) as project:
        one = built(project)
        known = {
            outcome_of(code)
            for code in (10, 20, 31, 40, 50, 60, 70, 71, 80, 81, 90, 91, 100, 110, 120, 200, 201, 202)
        }
        assert {outcome for outcome, _ in one.manifest.funnel.outcomes} <= known


def test_the_clock_of_the_tests_lies_after_the_history() -> None:
    assert all(fact.at < parse_moment(LATE) for fact in MADE.history)


# What runs into what


def test_an_import_between_reading_tags_and_opening_tables_begins_again(
    folder: Path, first: Undisturbed
) -> None:
    """New members are in the tables and not among the tags that were read: nobody may be unheard for that."""
    more = community(80)
    with opened(folder) as project:
        waiting = [lambda: bring_in(project, more)]

        def opening(tables: GateTables) -> DuckEngine:
            if waiting:
                waiting.pop()()
            return DuckEngine(tables)

        yard = replace(project.yard, open_engine=opening)
        one = build(yard, project.datasets, Request(NAME, USE, SHARDS), quiet)
        assert one.manifest.funnel.considered == len(more.records)
        assert verified(project).problems == ()


def test_what_fails_for_another_reason_is_not_tried_again(folder: Path) -> None:
    calls = []

    def opening(tables: GateTables) -> DuckEngine:
        calls.append(1)
        return DuckEngine(replace(tables, tags=tables.tags.slice(1)))

    with opened(folder) as project:
        yard = replace(project.yard, open_engine=opening)
        with pytest.raises(IntegrityError, match="members have no tag"):
            build(yard, project.datasets, Request(NAME, USE, SHARDS), quiet)
        assert (len(calls), publications(project)) == (1, [])
