"""``sayso import linkedin|mastodon|discourse``: from a member's archive to what is decided, planned and built of it."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cli.test_tutorial import BLOCK, calls, is_as_told
from goldens import check_golden
from intake.exports import (
    boost,
    discourse_files,
    linkedin_files,
    mastodon_files,
    note,
    post,
    tarred,
    zipped,
)
from sayso.values.moments import parse_moment
from shell import Shell

MASTODON = "archive-20260918060405-0123456789abcdef0123456789abcdef.tar.gz"
DISCOURSE = "user_archive-ada-260918-060405-12.zip"
USE = ("--purpose", "ai-training", "--recipient", "platform")
SECRET = "Nobody's business at all"


@pytest.fixture
def house(empty: Shell) -> Shell:
    """A project under the opt-in pack, in October 2026."""
    empty.clock.at = parse_moment("2026-10-01T12:00:00Z")
    empty("init", "--policy", "opt-in")
    return empty


def test_a_mastodon_archive_goes_from_a_yes_to_a_training_set(house: Shell) -> None:
    direct = note(4, to=["https://other.example/users/bob"], cc=[], content=f"<p>{SECRET}</p>")
    files = mastodon_files(
        note(1), boost(2), note(3, inReplyTo="https://other.example/users/bob/statuses/9"), direct
    )
    said = house("import", "mastodon", tarred(house.folder / MASTODON, files), "--region", "IE")
    check_golden("cli/import_mastodon.txt", said.out)
    assert house.json("plan", "w", *USE)["funnel"]["permitted"] == 0
    house("choose", "ada@social.example", "ai-training", "yes")
    record = house.json("decide", "--record", "https://social.example/users/ada/statuses/1", *USE)
    assert (record["verdict"], record["reason"]) == ("permit", "opted-in")
    message = house.json("decide", "--record", "https://social.example/users/ada/statuses/4", *USE)
    assert (message["verdict"], message["reason"]) == ("deny", "never")
    assert house.json("build", "w", *USE)["records"] == 2
    assert house.json("verify")["holds"] is True


def test_a_linkedin_archive_under_linkedins_own_terms_and_nothing_of_others_ever(empty: Shell) -> None:
    empty.clock.at = parse_moment("2026-10-01T12:00:00Z")
    empty("init", "--policy", "linkedin")
    path = zipped(empty.folder / "Complete_LinkedInDataExport_09-18-2026.zip", linkedin_files("_123456"))
    check_golden("cli/import_linkedin.txt", empty("import", "linkedin", path).out)
    funnel = empty.json("plan", "w", "--purpose", "content-generation", "--recipient", "linkedin")["funnel"]
    # Three posts, an article, a comment and two parts of the profile: default on for an adult in Ireland. Nothing else.
    assert (funnel["considered"], funnel["permitted"]) == (16, 7)
    empty("choose", "123456", "genai-training", "no")
    funnel = empty.json("plan", "w", "--purpose", "content-generation", "--recipient", "linkedin")["funnel"]
    assert funnel["permitted"] == 0


def test_what_others_wrote_is_unusable_whatever_the_archives_member_says(empty: Shell) -> None:
    empty.clock.at = parse_moment("2026-10-01T12:00:00Z")
    empty("init", "--policy", "linkedin")
    empty("import", "linkedin", zipped(empty.folder / "x.zip", linkedin_files("_123456")))
    empty("choose", "123456", "genai-training", "yes")
    rows = pq.read_table(empty.folder / ".sayso/sources/linkedin/records.parquet").to_pylist()
    others = [row["record"] for row in rows if row["author"] != "123456"]
    assert len(others) == 6
    for record in others:
        found = empty.json(
            "decide", "--record", record, "--purpose", "post-recommendations", "--recipient", "linkedin"
        )
        assert found["verdict"] != "permit"


def test_a_discourse_archive_is_used_only_as_far_as_somebody_says_who_could_read_it(house: Shell) -> None:
    path = zipped(house.folder / DISCOURSE, discourse_files(post(1, "First."), post(2, SECRET, is_pm="Yes")))
    check_golden("cli/import_discourse.txt", house("import", "discourse", path).out)
    house("choose", "ada", "ai-training", "yes")
    assert house.json("plan", "w", *USE)["funnel"]["permitted"] == 0
    said = house.json("import", "discourse", path, "--unstated", "public", "--replace")
    assert (said["deletions"], said["categories"]["message"]) == (0, 1)
    assert house.json("plan", "w", *USE)["funnel"]["permitted"] == 1


def test_archives_come_one_after_another_as_sources_or_together_as_one(house: Shell) -> None:
    ada = zipped(house.folder / "a.zip", mastodon_files(note(1)))
    bob = zipped(
        house.folder / "b.zip",
        {
            name: text.replace("users/ada", "users/bob").replace('"ada"', '"bob"')
            for name, text in mastodon_files(note(1)).items()
        },
    )
    house("import", "mastodon", ada, "--name", "ada")
    house("import", "mastodon", bob, "--name", "bob")
    assert house("import", "mastodon", ada, bob, "--json", status=2).codes == ["same-ids", "same-ids"]
    both = house.json("import", "mastodon", ada, bob, "--prefix", "again-")
    assert (both["source"], both["members"]) == ("mastodon", 2)
    assert house("import", "mastodon", ada, "--json", status=3).codes == ["source-exists"]


def test_an_erased_member_is_not_brought_back_by_their_archive(house: Shell) -> None:
    path = zipped(house.folder / "a.zip", mastodon_files(note(1)))
    house("import", "mastodon", path)
    house("erase", "ada@social.example")
    again = house.json("import", "mastodon", path, "--replace")
    assert (again["members"], again["records"], again["erased"]) == (0, 0, 5)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (("--region", "Ireland"), ["unknown-country"]),
        (("--born", "1-2-3", "--unstated", "everybody"), ["unknown-visibility", "bad-age"]),
        (("--collected-at", "soon"), ["bad-moment"]),
        (("--name", "Two Words"), ["bad-id"]),
        (("second.zip", "--member", "ada"), ["one-member"]),
        (("nowhere.zip",), ["no-file"]),
    ],
)
def test_options_that_make_no_sense_leave_no_source(
    house: Shell, words: tuple[str, ...], codes: list[str]
) -> None:
    zipped(house.folder / "first.zip", mastodon_files(note(1)))
    zipped(house.folder / "second.zip", mastodon_files(note(1)))
    before = set(house.snapshot())
    platform = "discourse" if "--unstated" in words else "mastodon"
    assert house("import", platform, "first.zip", *words, "--json", status=2).codes == codes
    assert set(house.snapshot()) == before


def test_no_error_and_no_file_beside_the_tables_holds_a_members_name_or_words(house: Shell) -> None:
    files = linkedin_files("_987654321")
    files["Shares_987654321.csv"] += f'2026-99-01 08:00:00,x,"{SECRET}",,,\r\n1,"{SECRET}"\r\n'
    files[f"Articles/Articles/{SECRET}.html"] = f"<h1>{SECRET}</h1>"
    path = zipped(house.folder / f"{SECRET}.zip", files)
    said = house("import", "linkedin", path)
    place = house.folder / ".sayso/sources/linkedin"
    aside = (place / "refused.jsonl").read_text()
    assert [json.loads(line)["code"] for line in aside.splitlines()] == [
        "bad-moment",
        "row-too-short",
        "missing-created-at",
    ]
    for text in (said.out, said.err, aside, (place / "source.json").read_text()):
        assert SECRET not in text
        assert "987654321" not in text
        assert "Ada" not in text


def test_a_bomb_and_a_path_trick_are_refused_in_a_sentence(house: Shell) -> None:
    zipped(house.folder / "bomb.zip", {"Shares.csv": "0" * (8 << 20)})
    zipped(house.folder / "trick.zip", {**linkedin_files(), "../../.bashrc": "x"})
    errors = [house("import", "linkedin", name, status=2).err for name in ("bomb.zip", "trick.zip")]
    check_golden("cli/import_archive_errors.txt", "".join(errors))
    assert not (house.folder.parent.parent / ".bashrc").exists()


def test_a_dry_run_leaves_nothing(house: Shell, tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", mastodon_files(note(1)))
    before = house.snapshot()
    assert house.json("import", "mastodon", path, "--dry-run")["members"] == 1
    assert set(house.snapshot()) == set(before)


def test_every_command_of_the_how_to_prints_what_the_page_says(house: Shell) -> None:
    page = Path(__file__).resolve().parents[2] / "docs/how-to/import-archives.md"
    zipped(house.folder / "Complete_LinkedInDataExport_09-18-2026.zip", linkedin_files("_123456"))
    direct = note(4, to=[], cc=[])
    reply = note(3, inReplyTo="https://other.example/users/bob/statuses/9")
    zipped(
        house.folder / MASTODON.replace(".tar.gz", ".zip"), mastodon_files(note(1), boost(2), reply, direct)
    )
    consoles = [
        text for kind, _, text in BLOCK.findall(page.read_text(encoding="utf-8")) if kind == "console"
    ]
    ran = [call for text in consoles for call in calls(text)]
    assert len(ran) == 4
    for call in ran:
        said = house(*call.command.split()[1:])
        assert is_as_told(said.out, call.output), f"$ {call.command}\n{said.out}"
