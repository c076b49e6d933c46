"""Every report of an imported Stack Exchange site: what somebody else's data leaves unknown is said to be unknown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from sayso.reports.schema import report_schema
from shared_data import need_shared
from shell import Shell

pytestmark = [pytest.mark.needs_shared, pytest.mark.deep]

USE = ("--purpose", "content-generation", "--recipient", "platform")
MEMBER = "19"
REPORTS = (
    ("art53", "writers-suggestions"),
    ("ab2013", "writers"),
    ("art30",),
    ("objections",),
    ("art15", MEMBER),
    ("proof", MEMBER),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    dump = need_shared("stackexchange/french_meta_2021")
    folder = tmp_path_factory.mktemp("imported") / "site"
    folder.mkdir()
    shell = Shell(folder)
    shell("init", "--policy", "opt-in")
    policy = next((folder / "policy").glob("*.yaml"))
    policy.write_text(policy.read_text("utf-8").replace("default: off", "default: on"), "utf-8")
    shell("import", "stackexchange", dump, "--name", "site")
    shell("build", "writers", *USE)
    shell("train", "suggestions", "writers")
    shell("choose", MEMBER, "ai-training", "no")
    return shell


@pytest.mark.parametrize("words", REPORTS, ids=lambda words: words[0])
def test_every_report_comes_out_and_keeps_to_the_schema(site: Shell, words: tuple[str, ...]) -> None:
    found = json.loads(site("report", *words, "--format", "json").out)
    Draft202012Validator(report_schema()).validate(found)
    for form in ("md", "html"):
        assert site("report", *words, "--format", form).out


def test_licences_are_told_and_languages_that_nobody_knows_are_not_made_up(site: Shell) -> None:
    found = {
        part["id"]: part
        for one in site.json("report", "ab2013", "writers")["sections"]
        for part in one["parts"]
        if part["type"] == "field"
    }
    assert any("CC BY-SA" in one for one in found["intellectual_property"]["findings"])
    assert found["languages"]["answer"][0].startswith("not known: 100.0 %")


def test_an_opt_out_waits_and_reaches_once_it_is_followed(site: Shell, tmp_path: Path) -> None:
    before = site.json("report", "proof", MEMBER, "--out", tmp_path / "before.json")
    site("withdraw", "writers")
    site("forget", "writers-suggestions")
    after = site.json("report", "proof", MEMBER, "--out", tmp_path / "after.json")
    assert (before["complete"], after["complete"]) == (False, True)
    checked = site.json("report", "check", tmp_path / "after.json", "--key", ".sayso/keys/log.pub")
    assert len(checked["reached"]) == 2
