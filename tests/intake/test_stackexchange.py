"""Stack Exchange dumps, small made ones and two real ones."""

from __future__ import annotations

import json
import tracemalloc
import xml.etree.ElementTree as ET
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from goldens import check_golden
from intake.dumps import document, row, write_dump
from sayso.errors import InputError
from sayso.intake.refusals import ImportReport
from sayso.intake.sink import TableSink, read_digest
from sayso.intake.stackexchange import import_stackexchange, licence_of
from sayso.values.moments import parse_moment
from shared_data import need_shared

Rows = dict[str, dict[str, object]]


def bring_in(dump: Path, place: Path, collected_at: str | None = None) -> tuple[ImportReport, Rows, Rows]:
    """Import a dump, and return the report, the members and the records by id."""
    with TableSink(place) as sink:
        at = parse_moment(collected_at) if collected_at else None
        report = import_stackexchange(dump, sink, collected_at=at)
        sink.commit()
    members = pq.read_table(place / "members.parquet").to_pylist()
    records = pq.read_table(place / "records.parquet").to_pylist()
    return report, {one["member"]: one for one in members}, {one["record"]: one for one in records}


def test_a_user_becomes_a_member_and_their_about_me_a_record_without_a_date(tmp_path: Path) -> None:
    users = [{"Id": "7", "DisplayName": "Ada", "Location": "Leeds, England", "AboutMe": "<p>Hi</p>"}]
    report, members, records = bring_in(write_dump(tmp_path / "d", Users=users), tmp_path / "out")
    ada = members["7"]
    assert (ada["name"], ada["region"], ada["country"], ada["born"]) == ("Ada", "GB-ENG", "GB", None)
    assert (ada["attr_region_source"], ada["attr_bot"]) == ("location", None)
    assert ada["joined_at"] == parse_moment("2018-03-09T18:00:00Z")
    about = records["about-7"]
    assert (about["author"], about["category"], about["text"], about["created_at"]) == (
        "7",
        "profile",
        "Hi",
        None,
    )
    assert (report.members, report.records, report.regions) == (1, 1, 1)


def test_the_sites_own_process_is_marked_and_is_nobodys_contributor(tmp_path: Path) -> None:
    posts = [
        {"Id": "1", "OwnerUserId": "7", "LastEditorUserId": "-1", "LastEditDate": "2018-04-01T00:00:00.000"}
    ]
    dump = write_dump(tmp_path / "d", Users=[{"Id": "-1"}, {"Id": "7"}], Posts=posts)
    _, members, records = bring_in(dump, tmp_path / "out")
    assert (members["-1"]["attr_bot"], members["7"]["attr_bot"]) == ("yes", None)
    assert records["post-1"]["contributors"] == []


def test_questions_answers_wikis_and_comments_have_their_categories(tmp_path: Path) -> None:
    posts = [
        {"Id": "1", "PostTypeId": "1"},
        {"Id": "2", "PostTypeId": "2", "Title": ""},
        {"Id": "3", "PostTypeId": "4"},
    ]
    dump = write_dump(tmp_path / "d", Posts=posts, Comments=[{"Id": "1", "UserId": "7"}])
    report, _, records = bring_in(dump, tmp_path / "out")
    assert [records[one]["category"] for one in ("post-1", "post-2", "post-3", "comment-1")] == [
        "post", "answer", "wiki", "comment",
    ]  # fmt: skip
    assert (records["post-1"]["text"], records["post-2"]["text"]) == ("A title\n\nA body", "A body")
    assert {one["visibility"] for one in records.values()} == {"public"}
    assert (report.orphans, report.unlisted_authors) == (3, 1)


def test_an_answer_replies_to_its_question_and_a_comment_to_its_post(tmp_path: Path) -> None:
    posts = [
        {"Id": "1", "PostTypeId": "1", "AcceptedAnswerId": "2"},
        {"Id": "2", "PostTypeId": "2", "ParentId": "1"},
        {"Id": "3", "PostTypeId": "2", "ParentId": ""},
        {"Id": "4", "PostTypeId": "2", "ParentId": "one"},
    ]
    comments = [{"Id": "1", "PostId": "2"}, {"Id": "2", "PostId": "77"}]
    dump = write_dump(tmp_path / "d", Users=[{"Id": "7", "AboutMe": "Hi"}], Posts=posts, Comments=comments)
    report, _, records = bring_in(dump, tmp_path / "out")
    assert {name: one["reply_to"] for name, one in records.items()} == {
        "about-7": None, "post-1": None, "post-2": "post-1", "post-3": None, "comment-1": "post-2", "comment-2": "post-77",
    }  # fmt: skip
    assert report.refused == (("bad-id", 1),)


def test_editors_are_contributors_and_one_the_dump_no_longer_names_is_unknown(tmp_path: Path) -> None:
    edited = {"LastEditDate": "2018-04-01T00:00:00.000"}
    posts = [
        {"Id": "1", "OwnerUserId": "7", "LastEditorUserId": "8", **edited},
        {"Id": "2", "OwnerUserId": "7", "LastEditorUserId": "7", **edited},
        {"Id": "3", "OwnerUserId": "7", "LastEditorDisplayName": "gone", **edited},
    ]
    report, _, records = bring_in(write_dump(tmp_path / "d", Posts=posts), tmp_path / "out")
    assert [records[f"post-{number}"]["contributors"] for number in (1, 2, 3)] == [["8"], [], ["?"]]
    assert report.unnamed_editors == 1


def test_post_history_names_every_editor_and_not_those_who_only_closed_it(tmp_path: Path) -> None:
    history = [
        {"PostId": "1", "PostHistoryTypeId": "2", "UserId": "7"},
        {"PostId": "1", "PostHistoryTypeId": "5", "UserId": "9"},
        {"PostId": "1", "PostHistoryTypeId": "5", "UserId": "9"},
        {"PostId": "1", "PostHistoryTypeId": "10", "UserId": "10"},
        {"PostId": "2", "PostHistoryTypeId": "4"},
    ]
    posts = [{"Id": "1", "OwnerUserId": "7", "LastEditorUserId": "8"}, {"Id": "2", "OwnerUserId": "7"}]
    dump = write_dump(tmp_path / "d", Posts=posts, PostHistory=history)
    _, _, records = bring_in(dump, tmp_path / "out")
    assert (records["post-1"]["contributors"], records["post-2"]["contributors"]) == (["8", "9"], ["?"])


@pytest.mark.parametrize(
    ("cells", "licence"),
    [
        ({"CreationDate": "2011-04-07T23:59:59.999"}, "CC BY-SA 2.5"),
        ({"CreationDate": "2011-04-08T00:00:00.000"}, "CC BY-SA 3.0"),
        ({"CreationDate": "2018-05-01T23:59:59.999"}, "CC BY-SA 3.0"),
        ({"CreationDate": "2018-05-02T00:00:00.000"}, "CC BY-SA 4.0"),
        (
            {"CreationDate": "2010-01-01T00:00:00.000", "LastEditDate": "2019-01-01T00:00:00.000"},
            "CC BY-SA 4.0",
        ),
        (
            {
                "CreationDate": "2010-01-01T00:00:00.000",
                "LastEditDate": "2019-01-01T00:00:00.000",
                "LastEditorUserId": "-1",
            },
            "CC BY-SA 2.5",
        ),
        ({"CreationDate": "2019-01-01T00:00:00.000", "ContentLicense": "CC BY-SA 3.0"}, "CC BY-SA 3.0"),
    ],
)
def test_the_licence_is_that_of_the_last_revision_unless_the_row_says(
    tmp_path: Path, cells: dict[str, str], licence: str
) -> None:
    _, _, records = bring_in(write_dump(tmp_path / "d", Posts=[{"Id": "1", **cells}]), tmp_path / "out")
    assert records["post-1"]["attr_licence"] == licence


def test_records_were_collected_when_the_last_user_was_seen_and_never_before_they_were_made(
    tmp_path: Path,
) -> None:
    posts = [{"Id": "1"}, {"Id": "2", "CreationDate": "2019-01-01T00:00:00.000"}]
    dump = write_dump(tmp_path / "d", Users=[{"Id": "7"}], Posts=posts)
    _, _, records = bring_in(dump, tmp_path / "out")
    assert records["post-1"]["collected_at"] == parse_moment("2018-09-02T02:51:36.083Z")
    assert records["post-2"]["collected_at"] == parse_moment("2019-01-01T00:00:00Z")
    _, _, given = bring_in(dump, tmp_path / "again", "2020-01-01T00:00:00Z")
    assert {one["collected_at"] for one in given.values()} == {parse_moment("2020-01-01T00:00:00Z")}


def test_rows_that_cannot_be_used_are_written_aside_and_the_others_kept(tmp_path: Path) -> None:
    posts = [
        {"Id": "1"}, {"Id": "1"}, {"Id": ""}, {"Id": "x9"}, {"Id": "4", "CreationDate": "1-2-3"}, {"Id": "5", "CreationDate": ""},
        {"Id": "6", "Body": "secretword" * 30_000}, {"Id": "7"},
    ]  # fmt: skip
    report, _, records = bring_in(write_dump(tmp_path / "d", Posts=posts), tmp_path / "out")
    assert set(records) == {"post-1", "post-7"}
    refused = (tmp_path / "out" / "refused.jsonl").read_text()
    assert "secretword" not in refused
    assert len(refused.splitlines()) == report.refused_rows == 6
    check_golden("intake/stackexchange_refused.jsonl", refused)


def test_a_torn_file_keeps_the_rows_before_the_tear_and_warns(tmp_path: Path) -> None:
    dump = write_dump(tmp_path / "d")
    (dump / "Posts.xml").write_bytes(
        document("posts", row(Id="1", PostTypeId="1", CreationDate="2018-01-01T00:00:00"), row(Id="2"))[:-15]
    )
    report, _, records = bring_in(dump, tmp_path / "out")
    assert (set(records), report.refused) == ({"post-1"}, (("torn-file", 1),))
    check_golden("intake/torn_warning.txt", "\n".join(map(str, report.warnings)) + "\n")


def test_a_folder_that_is_no_dump_says_what_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "dump").mkdir()
    texts = []
    for folder in (tmp_path / "dump", tmp_path / "nowhere"):
        with pytest.raises(InputError) as caught, TableSink(tmp_path / "out") as sink:
            import_stackexchange(folder, sink)
        texts.append(str(caught.value))
    check_golden("intake/no_dump.txt", "\n".join(texts) + "\n")
    assert not (tmp_path / "out").exists()


def test_progress_rises_to_all_bytes(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with TableSink(tmp_path / "out") as sink:
        import_stackexchange(write_dump(tmp_path / "d"), sink, lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


@pytest.mark.needs_shared
@pytest.mark.parametrize("name", ["quantumcomputing_2018", "french_meta_2021"])
def test_a_real_dump_comes_in_whole(tmp_path: Path, name: str) -> None:
    dump = need_shared(f"stackexchange/{name}")
    report, members, _ = bring_in(dump, tmp_path / "out")
    counts = {file: len(ET.parse(dump / f"{file}.xml").getroot()) for file in ("Users", "Posts", "Comments")}
    texts = sum(1 for user in ET.parse(dump / "Users.xml").getroot() if user.get("AboutMe"))
    found = dict(report.categories)
    assert report.refused == ()
    assert report.members == counts["Users"]
    assert found["comment"] == counts["Comments"]
    assert found["post"] + found["answer"] + found["wiki"] == counts["Posts"]
    assert found["profile"] == texts
    assert [one for one, member in members.items() if member["attr_bot"]] == ["-1"]
    said = json.loads((tmp_path / "out" / "source.json").read_text())
    assert said["digest"] == report.digest == read_digest(tmp_path / "out")


@pytest.mark.needs_shared
def test_our_dates_of_licences_agree_with_what_a_later_dump_says() -> None:
    dump = need_shared("stackexchange/french_meta_2021")
    for file in ("Posts", "Comments"):
        for one in ET.parse(dump / f"{file}.xml").getroot():
            cells = dict(one.attrib)
            assert cells.pop("ContentLicense") == licence_of(cells)


def make_large(folder: Path, posts: int) -> Path:
    dump = write_dump(folder)
    body = "<p>" + "some words that fill a body " * 60 + "</p>"
    line = row(PostTypeId="1", CreationDate="2018-03-12T17:00:45.567", Body=body, Id="@@")
    with (dump / "Posts.xml").open("w") as file:
        file.write("<posts>\n")
        for number in range(posts):
            file.write(line.replace("@@", str(number)))
        file.write("</posts>\n")
    return dump


def peak_of(dump: Path, place: Path) -> int:
    tracemalloc.start()
    try:
        with TableSink(place) as sink:
            import_stackexchange(dump, sink)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_dump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sayso.intake.tablewriter.BYTES_IN_GROUP", 1 << 18)
    small = peak_of(make_large(tmp_path / "small", 500), tmp_path / "a")
    large = peak_of(make_large(tmp_path / "large", 2_000), tmp_path / "b")
    assert large < 1.2 * small


@pytest.mark.deep
def test_two_hundred_megabytes_stay_within_a_hundred_and_fifty_of_objects(tmp_path: Path) -> None:
    dump = make_large(tmp_path / "dump", 115_000)
    assert (dump / "Posts.xml").stat().st_size > 200_000_000
    assert peak_of(dump, tmp_path / "out") < 150 << 20
