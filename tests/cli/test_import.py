"""``sayso import``: what comes in, what is refused, and what an import may not bring back."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest

from goldens import check_golden
from sayso.ledger.events import RecordDeleted, RecordsImported
from shared_data import need_shared
from shell import Shell
from small_tables import MEMBERS, RECORDS, import_words


def test_tables_come_in_with_tags_an_entry_and_their_deletions(forum: Shell) -> None:
    with forum.project() as project:
        events = [entry.event for entry in project.log.entries()]
        tags = project.tags.table()
    imported = next(event for event in events if isinstance(event, RecordsImported))
    assert (imported.source, imported.members, imported.records, imported.refused) == ("posts", 4, 6, 1)
    assert sum(isinstance(event, RecordDeleted) for event in events) == 1
    assert tags.column("member").to_pylist() == ["ada", "bob", "cyd", "dan"]


def test_the_text_of_an_import_is_the_one_that_was_approved(forum: Shell) -> None:
    check_golden("cli/import_table.txt", forum(*import_words(), "--replace").out)


def test_rows_that_cannot_be_used_are_written_aside_without_their_words(forum: Shell) -> None:
    aside = (forum.folder / ".sayso/sources/posts/refused.jsonl").read_text()
    assert json.loads(aside)["code"] == "ambiguous-moment"
    assert "three ways" not in aside


def test_a_source_is_replaced_only_when_asked(forum: Shell) -> None:
    assert forum(*import_words(), "--json", status=3).codes == ["source-exists"]
    forum.write("posts.jsonl", RECORDS.splitlines()[0].replace('"text"', '"gone": null, "text"') + "\n")
    assert forum.json(*import_words(), "--replace")["records"] == 1
    assert (
        forum.json("plan", "w", "--purpose", "ai-training", "--recipient", "platform")["funnel"]["considered"]
        == 1
    )


def test_a_deletion_that_the_log_knows_is_not_logged_again(forum: Shell) -> None:
    assert forum.json(*import_words(), "--replace")["deletions"] == 0


def test_sources_that_share_ids_are_told_apart_by_a_prefix(forum: Shell) -> None:
    words = (*import_words(), "--name", "second")
    said = forum(*words, status=2)
    assert "4 members and 6 records have ids that the source 'posts' has, too" in said.err
    assert "--prefix" in said.err
    assert "second" not in json.dumps(sorted(forum.snapshot()))
    forum(*words, "--prefix", "second-")
    rows = pq.read_table(forum.folder / ".sayso/sources/second/records.parquet").to_pylist()
    assert {row["author"] for row in rows} == {"second-ada", "second-bob", "second-cyd", "second-dan", None}
    with forum.project() as project:
        assert project.tags.tag_of("second-ada") not in (None, project.tags.tag_of("ada"))


def test_a_prefix_goes_before_what_a_record_replies_to_as_well(forum: Shell) -> None:
    lines = [
        {
            "id": name,
            "by": "bob",
            "what": "post",
            "at": "2024-03-01T00:00:00Z",
            "text": "One.",
            "gone": None,
            "on": on,
        }
        for name, on in (("q1", None), ("q2", "q1"))
    ]
    forum.write("posts.jsonl", "\n".join(map(json.dumps, lines)))
    forum.write("mapping.yaml", (forum.folder / "mapping.yaml").read_text() + "    reply_to: on\n")
    forum(*import_words(), "--name", "second", "--prefix", "second-")
    rows = pq.read_table(forum.folder / ".sayso/sources/second/records.parquet").to_pylist()
    assert [row["reply_to"] for row in rows] == [None, "second-q1"]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (("table", "--map", "nowhere.yaml"), ["no-file"]),
        (("table", "--map", "mapping.yaml"), ["no-file"]),
        (("table", "--members", "nowhere.csv", "--map", "mapping.yaml"), None),
        (("stackexchange", "nowhere"), ["no-folder"]),
        (("table", "--members", "members.csv", "--map", "mapping.yaml", "--name", "Two Words"), ["bad-id"]),
        (("stackexchange", ".", "--collected-at", "soon"), ["bad-moment"]),
    ],
)
def test_what_cannot_be_read_leaves_no_source(
    forum: Shell, words: tuple[str, ...], codes: list[str] | None
) -> None:
    before = set(forum.snapshot())
    found = forum("import", *words, "--json", status=2).codes
    assert codes in (None, found)
    assert set(forum.snapshot()) == before


def test_an_erased_member_is_not_brought_back(forum: Shell) -> None:
    forum("erase", "ada")
    again = forum.json(*import_words(), "--replace")
    assert (again["erased"], again["members"], again["records"]) == (3, 3, 4)
    with forum.project() as project:
        assert project.tags.tag_of("ada") is None
    for data in forum.snapshot().values():
        assert b"ada@example.org" not in data or data in (MEMBERS.encode(), RECORDS.encode())


def test_where_an_erased_member_had_a_hand_in_it_a_record_never_passes(forum: Shell) -> None:
    lines = [
        {
            "id": "q1",
            "by": "bob",
            "what": "post",
            "at": "2024-03-01T00:00:00Z",
            "text": "One.",
            "gone": None,
            "also": "ada",
        },
        {
            "id": "q2",
            "by": "bob",
            "what": "post",
            "at": "2024-03-01T00:00:00Z",
            "text": "Two.",
            "gone": None,
            "also": "",
        },
    ]
    forum.write("posts.jsonl", "\n".join(map(json.dumps, lines)))
    mapping = (forum.folder / "mapping.yaml").read_text()
    forum.write("mapping.yaml", mapping + "    contributors: {column: also, separator: ','}\n")
    forum(*import_words(), "--replace")
    plan = ("plan", "w", "--purpose", "ai-training", "--recipient", "platform")
    for member in ("ada", "bob"):
        forum("choose", member, "ai-training", "yes")
    assert forum.json(*plan)["funnel"]["permitted"] == 2
    forum("erase", "ada")
    assert forum.json(*plan)["funnel"]["permitted"] == 1
    forum(*import_words(), "--replace")
    assert forum.json(*plan)["funnel"]["permitted"] == 1
    rows = pq.read_table(forum.folder / ".sayso/sources/posts/records.parquet").to_pylist()
    assert [row["contributors"] for row in rows] == [["?"], []]


def test_a_sample_community_comes_with_its_history(empty: Shell) -> None:
    empty("init", "--policy", "linkedin")
    said = empty.json("import", "community", "--members", "40", "--seed", "3")
    assert said["members"] == 40
    assert said["history"] > 10
    again = empty.json("import", "community", "--members", "40", "--seed", "3", "--replace", "--no-history")
    assert (again["digest"], again["history"]) == (said["digest"], 0)
    assert empty.json("verify")["holds"] is True


@pytest.mark.parametrize("pack", ["opt-in", "opt-out-with-notice"])
def test_a_sample_community_speaks_of_the_controls_of_a_house_policy(empty: Shell, pack: str) -> None:
    empty.clock.at = type(empty.clock)("2026-11-01").at
    empty("init", "--policy", pack)
    assert empty.json("import", "community", "--members", "80")["history"] > 10
    plan = empty.json("plan", "w", "--purpose", "ai-training", "--recipient", "platform")
    assert plan["funnel"]["permitted"] > 0


def test_no_history_is_dated_after_now(empty: Shell) -> None:
    empty.clock.at = type(empty.clock)("2024-10-15").at
    empty("init", "--policy", "linkedin")
    empty("import", "community", "--members", "60")
    with empty.project() as project:
        assert all(getattr(entry.event, "at", 0) <= entry.logged_at for entry in project.log.entries())


@pytest.mark.needs_shared
def test_a_real_dump_comes_in_whole(empty: Shell) -> None:
    dump = need_shared("stackexchange/french_meta_2021")
    empty("init")
    said = empty.json("import", "stackexchange", dump)
    assert said["source"] == "french-meta-2021"
    assert said["members"] == 1703
    assert said["categories"]["comment"] == 1305
    assert empty.json("verify")["holds"] is True
