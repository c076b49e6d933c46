"""``sayso audit``: its sentences, its report, its picture and its exit status."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from goldens import check_golden
from sayso.cli.audit_picture import picture
from sayso.models.attacks import attacks_on
from sayso.models.suggestions import SuggestionsKind
from sayso.workflows.trial import Scores, Trial, Tried
from shell import SetClock, Shell, steady
from workflows.worlds_on_disk import LATE, community, make

USE = ("--purpose", "content-generation", "--recipient", "platform")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose model has forgotten ten of forty members."""
    made = community(40, seed=3)
    folder = make(tmp_path_factory.mktemp("trained") / "forum", made)
    file = folder / "sayso.yaml"
    file.write_text(file.read_text("utf-8").replace("mode: light", "mode: structured"), "utf-8")
    shell = Shell(folder, SetClock(LATE))
    shell("build", "writers", *USE)
    shell("train", "suggestions", "writers", "--as", "pen")
    for person in made.people[::4]:
        shell("choose", person.member.id, "ai-training", "no")
    shell("withdraw", "writers")
    shell("forget", "pen")
    return folder


@pytest.fixture
def forum(trained: Path, tmp_path: Path) -> Shell:
    """A copy of it."""
    shutil.copytree(trained, tmp_path / "forum")
    return Shell(tmp_path / "forum", SetClock("2026-11-02T00:00:00Z"))


def without_figures(text: str) -> str:
    """Return a text with what the project's own secret has a say in replaced: digests, areas, rates, prompts."""
    text = re.sub(r"\b[01]\.\d{3}\b", "0.000", steady(text))
    text = re.sub(r"\b\d+\.\d%( *)", "0.0%  ", text)
    text = re.sub(r"Of \d+ prompts", "Of 000 prompts", text)
    text = re.sub(r"given at \d+ of \d+", "given at 00 of 00", text)
    return re.sub(r" +$", "", text, flags=re.MULTILINE)


def test_the_sentences_say_what_was_found(forum: Shell) -> None:
    check_golden("cli/audit.txt", without_figures(forum("audit", "pen", "--canaries", "2").out))


def test_the_report_is_the_same_for_a_seed_and_holds_no_word_and_nobodys_name(forum: Shell) -> None:
    asked = ("audit", "pen", "--seed", "7", "--canaries", "2", "--out")
    found = forum.json(*asked, "one.json")
    forum("-q", *asked, "two.json")
    one, two = ((forum.folder / name).read_bytes() for name in ("one.json", "two.json"))
    assert one == two
    kept = json.loads(one)
    assert {name: value for name, value in found.items() if name != "seconds"} == kept
    assert (kept["format"], kept["holds"], kept["seed"]) == ("sayso-audit/1", True, 7)
    assert kept["membership"]["attacks"][0]["as_it_is"] == kept["membership"]["attacks"][0]["trained_anew"]
    assert kept["canaries"]["recited"]["planted"] == 0
    numbers = set(re.findall(r"\b[0-9a-f]{32}\b", one.decode()))
    assert not numbers  # no pseudonym, no tag


def test_a_model_that_was_tampered_with_ends_with_the_status_of_what_does_not_hold(forum: Shell) -> None:
    models = forum.folder / ".sayso" / "models" / "pen"
    (models / "v0002" / "served.npz").write_bytes((models / "v0001" / "served.npz").read_bytes())
    said = forum("audit", "pen", status=4).out
    assert re.search(r"served\.npz +\S+ +ANOTHER", said)
    assert "It does not hold" in said
    (models / "v0002" / "served.npz").unlink()
    assert "CANNOT BE READ" in forum("audit", "pen", status=4).out
    assert forum.json("audit", "pen", status=4)["membership"] is None


def test_words_taken_back_since_are_told_with_what_to_do(forum: Shell) -> None:
    member = next(str(person.member.id) for person in community(40, seed=3).people[1::4])
    for person in community(40, seed=3).people[1::4]:
        forum("choose", person.member.id, "ai-training", "no")
    assert member
    assert "run `sayso withdraw writers`, then `sayso forget pen`" in forum("audit", "pen").out
    forum("withdraw", "writers")
    assert "has moved on since; `sayso forget pen`" in forum("audit", "pen").out


def test_the_picture_has_four_rows_and_three_curves_within_its_frame(forum: Shell) -> None:
    forum("audit", "pen", "--svg", "audit.svg")
    drawn = (forum.folder / "audit.svg").read_text("utf-8")
    root = ElementTree.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    texts = [one.text for one in root.iter(f"{space}text")]
    for name in ("left: before", "left: as it is", "left: trained anew"):
        assert texts.count(name) == 2  # of its row, and of its curve
    assert "never seen" in texts
    assert len(list(root.iter(f"{space}polyline"))) == 4  # and chance
    _inside(root)


@pytest.mark.parametrize("sizes", [(1, 1, 1), (200, 200, 200), (3, 1, 500)])
@pytest.mark.parametrize("spread", [0.0, 1.0, 1e6])
def test_scores_of_any_range_and_number_are_drawn_inside_the_frame(
    forum: Shell, sizes: tuple[int, int, int], spread: float
) -> None:
    groups = [tuple(spread * at / size - spread / 2 for at in range(size)) for size in sizes]
    scores = Scores(*groups)
    tried = Tried(attacks_on(SuggestionsKind())[0], scores, scores, scores)
    trial = Trial((tried,), *sizes, None, True, "sha256:a", "sha256:a")
    with forum.project() as project:
        from sayso.workflows.shelf import model_of

        manifest = model_of(project.shelf, project.shelf.log(), "pen")
    _inside(ElementTree.fromstring(picture(manifest, trial)))


def _inside(root: ElementTree.Element) -> None:
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for one in root.iter():
        for name, most in (
            ("x", width),
            ("x1", width),
            ("x2", width),
            ("y", height),
            ("y1", height),
            ("y2", height),
        ):
            if name in one.attrib:
                assert 0 <= float(one.attrib[name]) <= most
        for point in one.attrib.get("points", "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height
