"""``sayso demo``: what it tells, and that what it tells is so."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.main import get_command

from goldens import check_golden
from sayso.cli.demo import CONTROL, DAMAGED, HOUSE, MARK, NAME, OBSERVED
from sayso.cli.demo_forgetting import Forgetting
from sayso.cli.main import app
from sayso.cli.stage import Stage
from sayso.workflows import story_words
from sayso.workflows.story import published, records_left
from shell import Said, SetClock, Shell, steady

LATER = "2026-11-01T12:00:00Z"
"""After the last moment of the made-up history, so that all of it is in."""

CHANCE = (
    (re.compile(r"shards/\d{4}"), "shards/<n>"),
    (re.compile(r"[□■]( [□■])+"), "<squares>"),
    (re.compile(r"from \d+ to \d+ rows"), "from <rows> to <rows> rows"),
    (re.compile(r"as [0-9a-f]{8}…"), "as <start>…"),
    (re.compile(r"\d\d:\d\d:\d\d"), "<time>"),
    (re.compile(r"in \d+\.\d s"), "in <seconds> s"),
)
"""What tags and keys, which are random, decide: in which shard a member's records are, under which pseudonym; and times."""

CHANGED = re.compile(r"\d+ files? of 16 changed:.*?again\.", re.DOTALL)
"""The paragraph whose line ends fall where random numbers let them."""


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A folder with a demo of a small community in it."""
    return Shell(tmp_path_factory.mktemp("stand"), SetClock(LATER))


@pytest.fixture(scope="module")
def told(stand: Shell) -> Said:
    """What the demo told."""
    return stand("demo", "--members", "120")


def project(stand: Shell, name: str) -> Shell:
    """A shell in one of the demo's projects."""
    return Shell(stand.folder / "demo-community" / name, stand.clock)


def test_the_story_is_the_one_that_was_approved(told: Said) -> None:
    text = CHANGED.sub(lambda found: " ".join(found[0].split()), steady(told.out))
    for pattern, name in CHANCE:
        text = pattern.sub(name, text)
    check_golden("cli/demo.txt", text)


def test_no_line_is_wider_than_a_piped_page(told: Said) -> None:
    assert max(map(len, told.out.splitlines())) <= 100
    assert "\x1b" not in told.out


def test_the_member_who_said_no_is_gone_and_only_their_shard_changed(stand: Shell, told: Said) -> None:
    member = re.search(r"written by (\S+):", told.out)
    assert member is not None
    with project(stand, HOUSE).project() as house:
        assert records_left(house.yard, house.datasets, NAME, member[1]) == 0
        first, second = (house.datasets.shards(NAME, version) for version in (1, 2))
        assert published(house.yard, house.datasets, NAME).version == 3
        files = [name for name in first.names() if name.startswith("shards/")]
        changed = [name for name in files if first.digest(name) != second.digest(name)]
        gone = sum(first.read(name).num_rows - second.read(name).num_rows for name in changed)
    assert len(files) == 16
    assert len(changed) == 1
    assert changed[0] in told.out
    assert f"{member[1]} has {gone} record" in told.out


def test_the_model_shows_no_more_what_one_of_its_writers_took_back(stand: Shell, told: Said) -> None:
    prompt, shown = re.findall(r"\$ sayso suggest \S+ '(.+)' -k 1\n\s+\S+  … ?(\S+)", told.out)[0]
    member = re.search(r"and (m\d+) is one\s+of\s+them", told.out)
    assert member is not None
    house = project(stand, HOUSE)
    left = house.json("suggest", f"{NAME}-suggestions", prompt, "-k", "20")["suggestions"]
    assert not [one["text"] for one in left if one["text"].strip().startswith(shown)]
    audited = house.json("audit", f"{NAME}-suggestions", "--members", "5")
    assert (audited["holds"], audited["model"]["version"], audited["dataset"]["version"]) == (True, 2, 3)
    with house.project() as open_house:
        assert records_left(open_house.yard, open_house.datasets, NAME, member[1]) == 0


def test_forgetting_is_told_without_a_suggestion_where_none_leans_on_few(
    stand: Shell, told: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(stand.folder / "demo-community", tmp_path / "copy")
    monkeypatch.setattr(story_words, "LARGE", 0)
    stage = Stage(get_command(app), stand.clock, tmp_path / "copy", silent=True)
    facts = Forgetting(stage, HOUSE, NAME, CONTROL, "m000001").tell()
    assert facts["suggested"] is None
    with Shell(tmp_path / "copy" / HOUSE, stand.clock).project() as house:
        assert records_left(house.yard, house.datasets, NAME, str(facts["forgot"])) == 0


def test_verify_names_the_shard_in_which_a_bit_was_flipped(stand: Shell, told: Said) -> None:
    assert project(stand, HOUSE)("verify").status == 0
    found = project(stand, DAMAGED).json("verify", status=4)
    assert [problem["code"] for problem in found["problems"]] == ["changed-shard"]
    assert found["problems"][0]["place"]["file"].rsplit("/", 1)[1] in told.out


def test_the_commands_that_were_shown_answer_the_same_again(stand: Shell, told: Said) -> None:
    asked = re.findall(r"\$ sayso (plan .*)", told.out)
    assert len(asked) == 3
    for words in asked:
        permitted = project(stand, OBSERVED).json(*words.split())["funnel"]["permitted"]
        assert re.search(rf"^    permitted .*\b{permitted:,}\b", told.out, re.M)


def test_places_add_up_to_what_was_permitted(told: Said) -> None:
    permitted = [int(count.replace(",", "")) for count in re.findall(r"[\d,]+", _line("permitted", told))]
    places = ("EU, EEA, Switzerland", "United Kingdom", "Hong Kong", "Canada", "everywhere else")
    counts = [re.findall(r"[\d,]*\d", _line(place, told).removeprefix(place)) for place in places]
    assert [
        sum(int(count.replace(",", "")) for count in day) for day in zip(*counts, strict=True)
    ] == permitted


def _line(start: str, told: Said) -> str:
    return next(line.strip() for line in told.out.splitlines() if line.strip().startswith(start))


def test_an_earlier_demo_is_replaced_only_when_asked(tmp_path: Path) -> None:
    shell = Shell(tmp_path, SetClock(LATER))
    old = tmp_path / "here"
    old.mkdir()
    (old / MARK).write_text("an interrupted demo")
    assert shell("demo", "here", "--json", status=3).codes == ["folder-exists"]
    facts = shell.json("demo", "here", "--fresh", "--members", "60", "--seed", "3")
    assert facts["published_then"] < facts["published"] < facts["considered"]
    assert (facts["before"].split()[0], facts["after"]) == ("Permitted", "Denied (said-no)")
    assert facts["flipped"] in facts["changed"]


def test_a_folder_that_is_no_demo_is_never_removed(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    mine = shell.write("photos/cat.txt", "mine")
    assert shell("demo", "photos", "--fresh", "--json", status=3).codes == ["folder-exists"]
    assert mine.read_text() == "mine"


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    assert "nothing is written" in Shell(tmp_path)("demo", "--dry-run").out
    assert not list(tmp_path.iterdir())
