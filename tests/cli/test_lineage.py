"""``sayso lineage``: a tree of what was made of what, in lines, as JSON and as a picture."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from goldens import check_golden
from shell import Shell, steady

USE = ("--purpose", "ai-training", "--recipient", "platform")


@pytest.fixture
def built(forum: Shell) -> Shell:
    """A project with two versions of a data set; the bytes of the first are gone."""
    forum("choose", "ada", "ai-training", "yes")
    forum("choose", "bob", "ai-training", "yes")
    forum("build", "writers", *USE)
    forum("choose", "bob", "ai-training", "no")
    forum("withdraw", "writers", "--now")
    return forum


def test_a_data_set_shows_its_sources_and_versions_and_what_was_deleted(built: Shell) -> None:
    found = built.json("lineage", "writers")
    first, second = found["children"]
    assert (found["kind"], found["name"]) == ("data set", "writers")
    assert [child["kind"] for child in first["children"]] == ["source", "event"]
    assert first["children"][1]["name"] == "purged"
    assert [child["kind"] for child in second["children"]] == ["source"]
    check_golden("cli/lineage.txt", steady(built("lineage", "writers").out))


def test_a_member_shows_what_they_said_and_where_their_records_are(built: Shell) -> None:
    ada, bob = (built.json("lineage", member) for member in ("ada", "bob"))
    assert [one["name"] for one in bob["children"]] == ["yes to ai-training", "no to ai-training", "writers"]
    assert [one["facts"][0] for one in bob["children"][-1]["children"]] == [
        "its bytes are deleted",
        "nothing of theirs",
    ]
    assert ada["children"][-1]["children"][1]["facts"] == ["2 records of theirs"]


def test_the_picture_is_a_whole_svg_with_a_line_for_each_node(built: Shell) -> None:
    built("lineage", "writers", "--svg", "tree.svg")
    root = ElementTree.fromstring((built.folder / "tree.svg").read_text("utf-8"))
    texts = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]
    lines = built("lineage", "writers").out.splitlines()
    assert len(texts) == len(lines)
    assert all(line.endswith(text) for line, text in zip(lines, texts, strict=True))


def test_a_name_that_nothing_and_nobody_has_is_refused(built: Shell) -> None:
    assert built("lineage", "nobody", "--json", status=2).codes == ["unknown-name"]
