"""LinkedIn, Mastodon and Discourse archives: every oddity of the formats as observed, and whose words they are."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from intake.exports import (
    ACTOR,
    FOLLOWERS,
    MESSAGES,
    OLD_POSTS,
    PROFILE,
    PUBLIC,
    SHARES,
    article,
    boost,
    discourse_files,
    linkedin_files,
    mastodon_files,
    note,
    post,
    share,
    table,
    tarred,
    zipped,
)
from sayso.errors import InputError
from sayso.intake.archives.platforms import PLATFORMS
from sayso.intake.archives.pouring import Given, import_archives
from sayso.intake.refusals import ImportReport
from sayso.intake.sink import TableSink
from sayso.values.moments import parse_moment

LINKEDIN = "Complete_LinkedInDataExport_09-18-2026.zip"
MASTODON = "archive-20260918060405-0123456789abcdef0123456789abcdef.zip"
DISCOURSE = "user_archive-ada-260918-060405-12.zip"
Row = dict[str, object]


class Brought:
    """What came in: the report, the members, the records, and what was written aside."""

    def __init__(self, platform: str, folder: Path, *paths: Path, **given: object) -> None:
        opening, attributes = PLATFORMS[platform]
        said = Given(**given)  # type: ignore[arg-type]
        with TableSink(folder / "out", replace=True) as sink:
            self.report: ImportReport = import_archives(
                platform, paths, lambda path, label: opening(path, label, said), sink, attributes
            )
            sink.commit()
        self.members: list[Row] = pq.read_table(folder / "out/members.parquet").to_pylist()
        self.records: list[Row] = pq.read_table(folder / "out/records.parquet").to_pylist()
        self.aside = (folder / "out/refused.jsonl").read_text()

    def of(self, category: str) -> list[Row]:
        return [one for one in self.records if one["category"] == category]

    def warned(self) -> list[str]:
        return [problem.code for problem in self.report.warnings]


def bring(platform: str, folder: Path, files: dict[str, str], name: str = "", **given: object) -> Brought:
    named = name or {"linkedin": LINKEDIN, "mastodon": MASTODON, "discourse": DISCOURSE}[platform]
    return Brought(platform, folder, zipped(folder / named, files), **given)


def refusal(platform: str, folder: Path, files: dict[str, str], name: str = "") -> str:
    with pytest.raises(InputError) as error:
        bring(platform, folder, files, name)
    return error.value.problems[0].code


# LinkedIn


def test_a_profile_says_who_the_member_is(tmp_path: Path) -> None:
    (ada,) = bring("linkedin", tmp_path, linkedin_files("_123456")).members
    assert (ada["member"], ada["name"], ada["handle"], ada["former_names"]) == (
        "123456", "Ada Example", "ada-example", ["Ada Early"],
    )  # fmt: skip
    assert (ada["region"], ada["attr_region_source"], ada["born"]) == ("IE", "location", 19850424)
    assert ada["joined_at"] == parse_moment("2015-05-06T09:05:00Z")


def test_what_whoever_imports_says_of_the_member_counts_before_the_profile(tmp_path: Path) -> None:
    said = {"member": "m1", "region": "FR", "born": 19800501, "collected_at": parse_moment("2026-10-01")}
    found = bring("linkedin", tmp_path, linkedin_files(), **said)
    (ada,) = found.members
    assert (ada["member"], ada["region"], ada["attr_region_source"], ada["born"]) == (
        "m1",
        "FR",
        "stated",
        19800501,
    )
    assert {one["collected_at"] for one in found.records} == {parse_moment("2026-10-01")}


def test_without_a_number_in_the_names_the_id_is_the_same_in_each_archive_of_a_member(tmp_path: Path) -> None:
    whole = linkedin_files()
    basic = {
        name: text
        for name, text in whole.items()
        if name in ("Profile.csv", "Registration.csv", "messages.csv")
    }
    basic["Profile.csv"] = basic["Profile.csv"].replace("Baker", "Retired")
    ids = [bring("linkedin", tmp_path, files).members[0]["member"] for files in (whole, basic)]
    assert ids[0] == ids[1]
    assert str(ids[0]).startswith("profile-")


def test_the_members_own_words_are_theirs_and_each_category_has_its_name(tmp_path: Path) -> None:
    found = bring("linkedin", tmp_path, linkedin_files("_123456"))
    mine = [(one["category"], one["text"]) for one in found.records if one["author"] == "123456"]
    assert mine == [
        ("post", 'Bread, and "rolls".\nEvery day.'), ("post", "To everybody."), ("post", "Nobody said to whom."),
        ("article", "Bread\n\nFlour & water."), ("comment", 'She said "no", then\nyes.'), ("profile", "Baker\nI bake.\nFood"),
        ("profile", "Baker\nBakery\nDublin\nOvens."), ("reaction", ""), ("private-message", "Mine to Bob."),
        ("private-message", "Shall we?"),
    ]  # fmt: skip
    assert dict(found.report.left_out) == {"files that are not read": 1, "reposts of what others wrote": 1}


def test_what_others_did_is_somebody_elses_and_comes_without_their_words(tmp_path: Path) -> None:
    found = bring("linkedin", tmp_path, linkedin_files("_123456"))
    others = [one for one in found.records if one["author"] != "123456"]
    assert [one["category"] for one in others] == [
        "private-message", "private-message", "private-message", "connection", "recommendation", "endorsement",
    ]  # fmt: skip
    assert all(str(one["author"]).startswith("someone-") and one["author_number"] == -1 for one in others)
    assert {one["text"] for one in others} == {""}
    kept = json.dumps(found.records)
    assert not [
        word for word in ("Bob's", "namesake", "Cyd", "praises", "bob@example.org", "Mill") if word in kept
    ]
    assert found.report.unlisted_authors == 6


def test_a_connection_is_the_others_and_the_members_at_once(tmp_path: Path) -> None:
    (one,) = bring("linkedin", tmp_path, linkedin_files("_123456")).of("connection")
    assert (one["contributors"], one["created_at"]) == (["123456"], parse_moment("2024-09-18"))


def test_a_message_in_doubt_is_somebody_elses(tmp_path: Path) -> None:
    old = (
        MESSAGES.replace("RECIPIENT PROFILE URLS,", "")
        .replace("SENDER PROFILE URL,", "")
        .replace(",ATTACHMENTS", "")
    )
    rows = [
        ["c", "", "Ada Example", "Bob", "2026-09-06 08:00:00 UTC", "", "Sent by me.", "SENT"],
        ["c", "", "Ada Example", "Bob", "2026-09-06 08:00:00 UTC", "", "By a namesake?", "INBOX"],
        ["c", "", "Bob", "Ada Example", "2026-09-06 08:00:00 UTC", "", "Put among the sent.", "SENT"],
        ["c", "", "", "Ada Example", "2026-09-06 08:00:00 UTC", "", "By nobody.", "SPAM"],
    ]
    files = {"Profile.csv": linkedin_files()["Profile.csv"], "messages.csv": table(old, *rows)}
    assert [one["text"] for one in bring("linkedin", tmp_path, files).of("private-message")] == [
        "Sent by me.",
        "",
        "",
        "",
    ]
    files["Profile.csv"] = table(PROFILE, [""] * 13)
    assert refusal("linkedin", tmp_path, files) == "no-owner"


def test_visibility_is_what_the_row_says_and_otherwise_what_whoever_imports_says_or_private(
    tmp_path: Path,
) -> None:
    found = bring("linkedin", tmp_path, linkedin_files())
    assert [one["visibility"] for one in found.of("post")] == ["network", "public", "private"]
    assert found.warned() == ["visibility-unstated"]
    said = bring("linkedin", tmp_path, linkedin_files(), unstated="public")
    assert [one["visibility"] for one in said.of("post")] == ["network", "public", "public"]
    assert {one["visibility"] for one in said.of("private-message") + said.of("connection")} == {"private"}
    assert said.warned() == []


@pytest.mark.parametrize(
    "header",
    [
        "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl",
        "Date,ShareLink,ShareCommentary,SharedUrl,Visibility",
    ],
)
def test_older_headers_of_posts_are_read(tmp_path: Path, header: str) -> None:
    row = ["2020-01-01 08:00:00", share(12), "Older.", "", ""]
    found = bring("linkedin", tmp_path, {"Shares.csv": table(header, row)}, member="1")
    assert [(one["record"], one["text"], one["visibility"]) for one in found.records] == [
        ("share:12", "Older.", "private")
    ]


def test_the_older_column_of_comments_is_read(tmp_path: Path) -> None:
    row = ["2020-01-01 08:00:00", "https://www.linkedin.com/feed/update/urn:li:activity:12", "Older."]
    (one,) = bring(
        "linkedin", tmp_path, {"Comments.csv": table("Date,Link,Comment", row)}, member="1"
    ).records
    assert (one["text"], one["reply_to"]) == ("Older.", "activity:12")


def test_a_post_without_a_date_has_the_moment_of_its_id(tmp_path: Path) -> None:
    rows = [["", share(7319000000000000000), "One.", "", "", ""], ["?", share(12), "Two.", "", "", ""]]
    found = bring("linkedin", tmp_path, {"Shares.csv": table(SHARES, *rows)}, member="1")
    assert [one["created_at"] for one in found.records] == [parse_moment("2025-04-18T14:13:00.444Z")]
    assert found.report.refused == (("bad-moment", 1),)
    assert "Two." not in found.aside


def test_a_post_in_a_group_is_activity_in_that_group(tmp_path: Path) -> None:
    address = "https://www.linkedin.com/feed/update/urn%3Ali%3AgroupPost%3A55-7319000000000000000"
    files = {"Shares.csv": table(SHARES, ["2026-09-01 08:00:00", address, "Here.", "", "", "PUBLIC"])}
    (one,) = bring("linkedin", tmp_path, files, member="1", unstated="public").records
    assert (one["record"], one["category"], one["visibility"]) == (
        "groupPost:7319000000000000000",
        "group-activity",
        "private",
    )


@pytest.mark.parametrize("name", [LINKEDIN, LINKEDIN + ".zip", "renamed.zip"])
@pytest.mark.parametrize("folder", ["", "Complete_LinkedInDataExport_09-18-2026/"])
def test_an_archive_may_be_renamed_or_nested_in_a_folder_and_made_on_a_mac(
    tmp_path: Path, name: str, folder: str
) -> None:
    files = {f"{folder}{one}": text for one, text in linkedin_files("_123456").items()}
    litter = {f"__MACOSX/{folder}._Shares_123456.csv": "x", f"{folder}.DS_Store": "x"}
    found = bring("linkedin", tmp_path, {**files, **litter}, name)
    assert (found.report.records, dict(found.report.left_out)["files that are not read"]) == (16, 1)
    known = found.records[0]["collected_at"]
    assert known == (None if name == "renamed.zip" else parse_moment("2026-09-18"))


def test_file_names_count_whatever_their_case_and_only_whole(tmp_path: Path) -> None:
    row = ["2020-01-01 08:00:00", share(12), "Mine.", "", "", ""]
    other = table(SHARES, [*row[:2], "Not mine to read.", "", "", ""])
    files = {"sub/SHARES.CSV": table(SHARES, row)}
    files |= dict.fromkeys(
        ["Shares_backup.csv", "My Shares.csv", "Shares.csv.txt", "Shares_12a.csv", "xShares.csv"], other
    )
    files |= {
        "guide_messages.csv": "FROM,DATE,CONTENT\n",
        "Profile Summary.csv": "First Name,Last Name\nNot,Me\n",
    }
    found = bring("linkedin", tmp_path, files, member="1")
    assert [one["text"] for one in found.records] == ["Mine."]
    assert found.members[0]["name"] is None


def test_the_exact_name_wins_over_one_with_a_number_and_two_numbers_are_two_members(tmp_path: Path) -> None:
    one, other = (
        table(SHARES, ["2020-01-01 08:00:00", share(number), "x", "", "", ""]) for number in (12, 34)
    )
    found = bring("linkedin", tmp_path, {"Shares_77.csv": one, "Shares.csv": other})
    assert ([each["record"] for each in found.records], found.members[0]["member"]) == (["share:34"], "77")
    assert refusal("linkedin", tmp_path, {"Shares_77.csv": one, "Comments_78.csv": other}) == "two-owners"
    assert (
        refusal("linkedin", tmp_path, {"a/Shares_77.csv": one, "b/Shares_77.csv": other}) == "duplicate-entry"
    )


def test_job_applications_come_in_several_parts_whose_numbers_are_nobodys(tmp_path: Path) -> None:
    header = "Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,Job Url,Resume Name,Question And Answers"
    files = {
        f"Jobs/Job Applications{part}.csv": table(
            header,
            [
                "9/18/24, 6:04 AM",
                "a@example.org",
                "1",
                "Mill",
                "Miller",
                "",
                "cv.pdf",
                f"Why? Because{part}.",
            ],
        )
        for part in ("", "_1", "_2")
    }
    found = bring("linkedin", tmp_path, {**files, "Profile.csv": linkedin_files()["Profile.csv"]})
    assert [one["text"] for one in found.of("job-application")] == [
        "Why? Because.",
        "Why? Because_1.",
        "Why? Because_2.",
    ]


def test_the_basic_archive_lacks_posts_and_says_so(tmp_path: Path) -> None:
    files = {
        name: text
        for name, text in linkedin_files().items()
        if not name.startswith(("Shares", "Comments", "React", "Art"))
    }
    found = bring("linkedin", tmp_path, files, "Basic_LinkedInDataExport_09-18-2026.zip")
    assert "basic-archive" in found.warned()
    assert found.of("post") == []


def test_a_conversation_with_an_assistant_is_the_members_half_of_it(tmp_path: Path) -> None:
    rows = [
        [
            "c",
            "",
            "Ada Example",
            "https://www.linkedin.com/in/ada-example",
            "",
            "",
            f"2026-09-06 0{hour}:00:00 UTC",
            "",
            text,
            "SENT",
            "",
        ]
        for hour, text in ((1, "How do I bake?"), (2, "Thanks."))
    ]
    rows.insert(
        1,
        ["c", "", "LinkedIn Guide", "", "", "", "2026-09-06 01:30:00 UTC", "", "With an oven.", "INBOX", ""],
    )
    files = linkedin_files() | {
        "guide_messages.csv": table(MESSAGES, *rows),
        "learning_role_play_chats.csv": table(MESSAGES, rows[0]),
    }
    found = bring("linkedin", tmp_path, files)
    assert [one["text"] for one in found.of("genai-conversation")] == [
        "How do I bake?",
        "Thanks.",
        "How do I bake?",
    ]
    assert dict(found.report.left_out)["answers of AI assistants"] == 1


def test_a_draft_of_an_article_is_private_and_one_without_dates_has_that_of_its_name(tmp_path: Path) -> None:
    files = {
        "Articles/Articles/a.html": article("Draft", "2026-08-01 06:04", ""),
        "Articles/Articles/2026-08-02 06:04:00.0-b.html": "<h1>Named</h1><p>By its file.</p>",
        "Articles/Articles/c.html": "<h1>Undated</h1>",
        "other/d.html": "<h1>No article</h1>",
    }
    found = bring("linkedin", tmp_path, files, member="1", unstated="public")
    assert [(one["text"], one["visibility"], one["created_at"]) for one in found.records] == [
        ("Named\n\nBy its file.", "private", parse_moment("2026-08-02T06:04:00Z")),
        ("Draft\n\nFlour & water.", "private", parse_moment("2026-08-01T06:04:00Z")),
    ]
    assert json.loads(found.aside) | {"row": ""} == {
        "code": "missing-created-at", "file": "archive/Articles", "line": 3, "row": "",
    }  # fmt: skip


def test_an_article_that_is_too_long_is_refused_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sayso.intake.archives.linkedin._ARTICLE_BYTES", 300_000)
    files = {
        "Articles/a.html": "<p>" + "x" * 250_000,
        "Articles/b.html": "<p>" + "y" * 350_000,
        "Articles/c.html": article("Bread", "2026-08-01 06:04", ""),
    }
    found = bring("linkedin", tmp_path, files, member="1")
    assert (found.report.records, found.report.refused) == (1, (("text-too-long", 2),))


@pytest.mark.parametrize("text", ["<p>Hello</p><p>you &amp; me</p>", "Hello\n\nyou & me"])
def test_a_message_may_be_html_or_not(tmp_path: Path, text: str) -> None:
    row = ["c", "", "Ada Example", "", "", "", "2026-09-06 08:00:00 UTC", "", text, "SENT", ""]
    files = {"Profile.csv": linkedin_files()["Profile.csv"], "messages.csv": table(MESSAGES, row)}
    assert bring("linkedin", tmp_path, files).of("private-message")[0]["text"] == "Hello\n\nyou & me"


def test_several_members_come_in_together_and_one_of_them_twice_is_counted(tmp_path: Path) -> None:
    paths = [
        zipped(tmp_path / f"{number}.zip", linkedin_files(f"_{member}"))
        for number, member in enumerate((11, 22, 11))
    ]
    found = Brought("linkedin", tmp_path, *paths)
    assert [one["member"] for one in found.members] == ["11", "22"]
    places = {json.loads(line)["file"].partition("/")[0] for line in found.aside.splitlines()}
    # What one of them may show of another is its own record, and the same post twice is one post.
    assert places == {"archive 2", "archive 3"}
    assert {code for code, _ in found.report.refused} == {"duplicate-id"}


def test_an_archive_of_another_platform_is_refused(tmp_path: Path) -> None:
    assert refusal("linkedin", tmp_path, mastodon_files()) == "not-linkedin"
    assert refusal("mastodon", tmp_path, linkedin_files()) == "not-mastodon"
    assert refusal("discourse", tmp_path, linkedin_files()) == "not-discourse"


@pytest.mark.parametrize(
    ("platform", "files"),
    [("linkedin", linkedin_files()), ("mastodon", mastodon_files()), ("discourse", discourse_files())],
)
def test_two_archives_in_one_are_refused_since_nobody_could_tell_whose_is_what(
    tmp_path: Path, platform: str, files: dict[str, str]
) -> None:
    both = {f"{folder}/{name}": text for folder in ("a", "b/c") for name, text in files.items()}
    assert refusal(platform, tmp_path, both) == "duplicate-entry"
    other = {name.upper(): text for name, text in files.items()}
    assert refusal(platform, tmp_path, {**files, **other}) == "duplicate-entry"


def test_a_file_of_another_archive_elsewhere_says_nothing_of_the_member(tmp_path: Path) -> None:
    files = {f"a/{name}": text for name, text in mastodon_files().items()}
    files["b/bookmarks.json"] = files.pop("a/bookmarks.json")
    assert bring("mastodon", tmp_path, files).of("saved") == []
    files["b/actor.json"] = files.pop("a/actor.json")
    assert refusal("mastodon", tmp_path, files) == "not-mastodon"


# Mastodon


def test_an_account_is_a_member_and_its_posts_are_theirs(tmp_path: Path) -> None:
    files = mastodon_files(note(1, summary="Food", attachment=[{"name": "A loaf."}], sensitive=True), note(2))
    found = bring("mastodon", tmp_path, files, region="IE")
    (ada,) = found.members
    assert (ada["member"], ada["name"], ada["handle"], ada["region"]) == (
        "ada@social.example",
        "Ada Example",
        "ada",
        "IE",
    )
    one, two = found.of("post")
    assert (one["text"], one["language"], one["attr_sensitive"]) == (
        "Food\n\nPost 1.\n\nA loaf.",
        "en",
        "yes",
    )
    assert (two["record"], two["attr_sensitive"]) == (f"{ACTOR}/statuses/2", None)
    assert two["created_at"] == parse_moment("2026-09-01T08:00:00Z")
    assert two["collected_at"] == parse_moment("2026-09-18T06:04:05Z")


@pytest.mark.parametrize("inlined", [False, True])
def test_a_boost_is_not_the_members_and_stays_out(tmp_path: Path, inlined: bool) -> None:
    shared = boost(7)
    if inlined:
        shared["object"] = note(7, attributedTo="https://other.example/users/bob", content="<p>Bob's.</p>")[
            "object"
        ]
    found = bring("mastodon", tmp_path, mastodon_files(note(1), shared))
    assert [one["text"] for one in found.of("post")] == ["Post 1."]
    assert dict(found.report.left_out) == {"boosts of what others wrote": 1}


def test_a_post_that_names_another_author_is_theirs_and_comes_without_words(tmp_path: Path) -> None:
    other = note(2, attributedTo="https://other.example/users/bob", content="<p>Bob's.</p>")
    (one,) = bring("mastodon", tmp_path, mastodon_files(other)).of("post")
    assert (str(one["author"])[:8], one["text"], one["author_number"]) == ("someone-", "", -1)


@pytest.mark.parametrize("public", [PUBLIC, "as:Public", "Public"])
@pytest.mark.parametrize(
    ("to", "cc", "audience", "visibility", "category"),
    [
        (["*"], [FOLLOWERS], "public", "public", "post"),
        ([FOLLOWERS], ["*"], "unlisted", "network", "post"),
        ([FOLLOWERS], ["https://other.example/users/bob"], "followers", "private", "post"),
        (["https://other.example/users/bob"], [], "direct", "private", "message"),
        ("*", None, "public", "public", "post"),
        (None, None, "direct", "private", "message"),
    ],
)
def test_whom_a_post_is_for_follows_from_to_and_cc(
    tmp_path: Path, public: str, to: object, cc: object, audience: str, visibility: str, category: str
) -> None:
    def named(whom: object) -> object:
        return json.loads(json.dumps(whom).replace("*", public))

    files = mastodon_files(note(1, to=named(to), cc=named(cc)))
    one = next(
        one for one in bring("mastodon", tmp_path, files).records if one["record"] == f"{ACTOR}/statuses/1"
    )
    assert (one["attr_audience"], one["visibility"], one["category"]) == (audience, visibility, category)


def test_where_note_and_activity_differ_the_narrower_counts(tmp_path: Path) -> None:
    activity = note(1, to=[FOLLOWERS], cc=[])
    activity["to"] = [PUBLIC]
    assert bring("mastodon", tmp_path, mastodon_files(activity)).of("post")[0]["visibility"] == "private"


def test_a_reply_to_somebody_is_a_comment_and_a_thread_of_ones_own_is_posts(tmp_path: Path) -> None:
    own, theirs = f"{ACTOR}/statuses/1", "https://other.example/users/bob/statuses/9"
    files = mastodon_files(note(1), note(2, inReplyTo=own), note(3, inReplyTo=theirs))
    found = bring("mastodon", tmp_path, files)
    assert [one["reply_to"] for one in found.of("post")] == [None, own]
    assert [one["reply_to"] for one in found.of("comment")] == [theirs]


def test_likes_and_bookmarks_point_and_hold_no_words(tmp_path: Path) -> None:
    found = bring("mastodon", tmp_path, mastodon_files())
    pointers = found.of("reaction") + found.of("saved")
    assert [(one["text"], one["visibility"], one["created_at"]) for one in pointers] == [
        ("", "private", None)
    ] * 2
    assert [str(one["reply_to"])[-1] for one in pointers] == ["1", "2"]


def test_an_older_archive_is_a_gzipped_tar(tmp_path: Path) -> None:
    path = tarred(tmp_path / MASTODON.replace(".zip", ".tar.gz"), mastodon_files(note(1)))
    assert [one["text"] for one in Brought("mastodon", tmp_path, path).of("post")] == ["Post 1."]


def test_what_was_removed_becomes_a_deletion_with_its_moment(tmp_path: Path) -> None:
    gone = note(1)
    gone["object"] = {"id": f"{ACTOR}/statuses/1", "type": "Tombstone", "deleted": "2026-09-02T00:00:00Z"}
    (one,) = bring("mastodon", tmp_path, mastodon_files(gone)).of("post")
    assert (one["deleted_at"], one["text"]) == (parse_moment("2026-09-02"), "")


def test_items_that_cannot_be_used_are_written_aside_without_their_words(tmp_path: Path) -> None:
    files = mastodon_files(
        note(1, published="1-2-3"), note(2, published=None), note(3, id="x" * 300), note(4, type="Secret")
    )
    outbox = json.loads(files["outbox.json"])
    outbox["orderedItems"] += [
        "words",
        {"type": "Follow", "object": "words"},
        note(5, content="<p>\ud800</p>"),
    ]
    found = bring("mastodon", tmp_path, files | {"outbox.json": json.dumps(outbox)})
    assert dict(found.report.refused) == {
        "bad-moment": 1, "missing-created-at": 1, "bad-id": 1, "missing-category": 1, "bad-row": 1, "not-unicode": 1,
    }  # fmt: skip
    assert dict(found.report.left_out) == {"activities that hold no words": 1}
    assert "words" not in found.aside


def test_a_bad_day_of_joining_is_unknown_and_nothing_worse(tmp_path: Path) -> None:
    files = mastodon_files()
    files["actor.json"] = files["actor.json"].replace("2020-01-01T00:00:00Z", "1-2-3")
    assert bring("mastodon", tmp_path, files, "archive-20261399999999-x.zip").members[0]["joined_at"] is None


def test_an_account_that_does_not_say_whose_it_is_is_refused(tmp_path: Path) -> None:
    assert (
        refusal(
            "mastodon", tmp_path, mastodon_files() | {"actor.json": '{"id": "https://[x", "name": "Ada"}'}
        )
        == "no-owner"
    )
    assert refusal("mastodon", tmp_path, mastodon_files() | {"actor.json": "[]"}) == "bad-json"
    assert refusal("mastodon", tmp_path, mastodon_files() | {"outbox.json": "{}"}) == "bad-json"


# Discourse


def test_a_posts_key_is_its_topic_and_its_number_there(tmp_path: Path) -> None:
    rows = [post(1, "First."), post(3, "Third.")]
    for number, address in enumerate(("/t/12/4", "/t/-/12/5?u=ada", "/t/2024/12/6#x", "/t/on-bread/12")):
        rows.append(
            [*post(9, f"Odd {number}.")[:7], f"https://forum.example/sub{address}", "2026-09-01 08:00:00 UTC"]
        )
    rows.append([*post(9, "Nowhere.")[:7], "https://forum.example/u/ada", "2026-09-01 08:00:00 UTC"])
    found = bring("discourse", tmp_path, discourse_files(*rows))
    posts = found.of("post") + found.of("comment")
    assert [one["record"] for one in posts] == [
        "post-12-1",
        "post-12-3",
        "post-12-4",
        "post-12-5",
        "post-12-6",
    ]
    assert [one["reply_to"] for one in posts] == [None, *["post-12-1"] * 4]
    assert dict(found.report.refused) == {"duplicate-id": 1, "missing-id": 1}


def test_a_topics_title_is_the_words_of_whoever_began_it(tmp_path: Path) -> None:
    found = bring("discourse", tmp_path, discourse_files(post(1, "First."), post(2, "Second.")))
    assert found.of("post")[0]["text"] == "On bread\n\nFirst."
    assert found.of("comment")[0]["text"] == "Second."


@pytest.mark.parametrize("word", ["No", "Nein", "Non", "Não", "Hayır", "いいえ", "Нет", "لا", "No "])
def test_a_known_no_makes_a_post_whatever_its_language(tmp_path: Path, word: str) -> None:
    found = bring("discourse", tmp_path, discourse_files(post(1, "x", is_pm=word)), unstated="public")
    assert [one["visibility"] for one in found.of("post")] == ["public"]


@pytest.mark.parametrize("word", ["Yes", "Ja", "Oui", "はい", "Да", "", "Jo", "?"])
def test_a_yes_and_every_word_that_nobody_knows_make_a_private_message(tmp_path: Path, word: str) -> None:
    found = bring("discourse", tmp_path, discourse_files(post(1, "x", is_pm=word)), unstated="public")
    assert [one["visibility"] for one in found.of("message")] == ["private"]


def test_who_can_read_a_category_is_not_said_and_a_hidden_one_stays_private(tmp_path: Path) -> None:
    files = discourse_files(post(1, "x"), post(2, "y", categories="-"))
    found = bring("discourse", tmp_path, files)
    assert {one["visibility"] for one in found.records} == {"private"}
    assert found.warned() == ["visibility-unstated", "deletions-unknown"]
    said = bring("discourse", tmp_path, files, unstated="public")
    assert [one["visibility"] for one in said.of("post") + said.of("comment")] == ["public", "private"]


def test_the_older_column_of_posts_is_read(tmp_path: Path) -> None:
    row = [
        "On bread",
        "General",
        "No",
        "Older.",
        "0",
        "0",
        "https://forum.example/t/x/12/2",
        "2014-09-01 08:00:00 UTC",
    ]
    files = discourse_files() | {"user_archive.csv": table(OLD_POSTS, row)}
    assert [one["text"] for one in bring("discourse", tmp_path, files).of("comment")] == ["Older."]


def test_quoted_words_are_marked_as_quoted(tmp_path: Path) -> None:
    words = '[quote="bob, post:1, topic:12"]\nBob\'s.\n[/quote]\n\nMine.'
    assert (
        bring("discourse", tmp_path, discourse_files(post(2, words))).of("comment")[0]["text"]
        == "> Bob's.\n\nMine."
    )


def test_a_post_that_was_deleted_is_a_deletion_and_the_others_may_be(tmp_path: Path) -> None:
    gone = "(post deleted by author, will be automatically deleted in 24 hours unless flagged)"
    found = bring("discourse", tmp_path, discourse_files(post(2, gone), post(3, "Here.")))
    one, other = found.of("comment")
    assert (one["deleted_at"], one["text"], one["attr_deleted"]) == (one["created_at"], "", None)
    assert (other["deleted_at"], other["attr_deleted"]) == (None, "?")


def test_a_like_that_was_taken_back_is_a_deletion_with_its_moment(tmp_path: Path) -> None:
    one, other = bring("discourse", tmp_path, discourse_files()).of("reaction")
    assert (one["deleted_at"], one["reply_to"]) == (None, "post-12-3")
    assert (other["deleted_at"], other["reply_to"]) == (parse_moment("2026-09-03T08:00:00Z"), "post-12-4")


def test_whose_archive_it_is_is_told_by_its_files_its_folder_or_its_name(tmp_path: Path) -> None:
    nameless = {
        name: text for name, text in discourse_files(post(1, "x")).items() if name != "preferences.json"
    }
    nested = {f"user_archive-eve-x-260918-060405-12/{name}": text for name, text in nameless.items()}
    assert bring("discourse", tmp_path, discourse_files(), "x.zip").members[0]["member"] == "ada"
    assert bring("discourse", tmp_path, nested, "x.zip").members[0]["member"] == "eve-x"
    assert bring("discourse", tmp_path, nameless).members[0]["member"] == "ada"
    assert refusal("discourse", tmp_path, nameless, "x.zip") == "no-owner"
    assert bring("discourse", tmp_path, nested, "x.zip").records[0]["collected_at"] == parse_moment(
        "2026-09-18T06:04:05Z"
    )


def test_a_forums_birthday_is_not_taken_for_a_birth_day(tmp_path: Path) -> None:
    (ada,) = bring("discourse", tmp_path, discourse_files()).members
    assert (ada["born"], ada["region"], ada["name"]) == (None, "IE", "Ada Example")
