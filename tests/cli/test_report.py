"""``sayso report``: every report of a made-up community, what a proof proves, and that nobody is named in what is not theirs."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator

from sayso.dataset.rows import dataset_key, member_pseudonym
from sayso.errors import InputError
from sayso.reports.proof_check import ProofCheck, check_proof
from sayso.reports.schema import report_schema
from shell import SetClock, Shell

NOW = "2026-06-01T12:00:00Z"
USE = ("--purpose", "content-generation", "--recipient", "platform")
ABOUT = {
    "art53": ("writers-suggestions",),
    "ab2013": ("writers",),
    "art30": (),
    "objections": (),
    "art15": None,
    "proof": None,
}
"""Each report and what it is asked about; ``None`` stands for the member who left."""


@dataclass(frozen=True)
class Made:
    """A project, with who left it and was forgotten, who objected and waits, and somebody who never said a word."""

    shell: Shell
    gone: str
    objector: str
    silent: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A made-up community with a data set and a model that somebody left, and an objection."""
    folder = tmp_path_factory.mktemp("report") / "forum"
    folder.mkdir()
    shell = Shell(folder, SetClock(NOW))
    shell("init", "--policy", "opt-out-with-notice")
    shell("import", "community", "--members", "40", "--seed", "3")
    shell("build", "writers", *USE)
    shell("train", "suggestions", "writers")
    gone, objector, silent = people(shell)
    shell("choose", gone, "ai-training", "no", "--out", "receipt.json")
    shell("withdraw", "writers")
    shell("forget", "writers-suggestions")
    shell("choose", objector, "objection", "no")
    return Made(shell, gone, objector, silent)


def people(shell: Shell) -> tuple[str, str, str]:
    """Return the two members with most records in the data set, and one whom the log does not know."""
    with shell.project() as project:
        tags = dict(zip(*(column.to_pylist() for column in project.tags.table().columns), strict=True))
        key = dataset_key(project.keys.secret(), "writers")
        of = {member_pseudonym(key, tag): member for member, tag in tags.items()}
        shards = Path(project.datasets.address("writers", 1), "shards")
        rows = pq.read_table(shards, columns=["member"]).column("member").to_pylist()
        most = [of[name] for name, _ in Counter(rows).most_common(2)]
        silent = next(one for one, tag in sorted(tags.items()) if not project.log.entries_of(tag))
    return most[0], most[1], silent


@pytest.fixture(scope="module")
def forum(made: Made) -> Shell:
    return made.shell


@pytest.fixture(scope="module")
def gone(made: Made) -> str:
    return made.gone


def asked(report: str, gone: str) -> tuple[str, ...]:
    return (report, *((gone,) if ABOUT[report] is None else ABOUT[report] or ()))


@pytest.fixture(scope="module")
def written(forum: Shell, gone: str) -> dict[str, dict[str, str]]:
    """Every report in every form."""
    return {
        report: {
            form: forum("report", *asked(report, gone), "--format", form).out
            for form in ("md", "html", "json")
        }
        for report in ABOUT
    }


@pytest.mark.parametrize("report", ABOUT)
def test_every_report_keeps_to_the_schema(written: dict[str, dict[str, str]], report: str) -> None:
    found = json.loads(written[report]["json"])
    Draft202012Validator(report_schema()).validate(found)
    assert found["kind"] == report


@pytest.mark.parametrize("report", ABOUT)
def test_nobody_is_named_in_a_report_but_a_member_in_their_own(
    forum: Shell, written: dict[str, dict[str, str]], gone: str, report: str
) -> None:
    own = gone if report == "art15" else None
    source = forum.folder / ".sayso" / "sources" / "community"
    people = pq.read_table(source / "members.parquet", columns=["member", "name", "handle"]).to_pylist()
    called = {
        one[key] for one in people if one["member"] != own for key in ("member", "name", "handle") if one[key]
    }
    texts = pq.read_table(source / "records.parquet", columns=["author", "text"]).to_pylist()
    mine = " ".join(one["text"] for one in texts if one["author"] == own)
    words = {one["text"] for one in texts if one["author"] != own and len(one["text"]) > 30}
    for form, text in written[report].items():
        tokens = set(re.findall(r"[\w-]+", text))
        there = {one for one in called if (one in text if " " in one else one in tokens)}
        there |= {one for one in words if one in text and one not in mine}
        assert not there, f"{len(there)} in the {form} of {report}"


def test_a_member_gets_their_own_account_records_words_and_uses(
    forum: Shell, written: dict[str, dict[str, str]], gone: str
) -> None:
    found = json.loads(written["art15"]["json"])
    tables = {
        part["id"]: part["rows"] for one in found["sections"] for part in one["parts"] if "rows" in part
    }
    source = forum.folder / ".sayso" / "sources" / "community" / "records.parquet"
    own = [one for one in pq.read_table(source).to_pylist() if one["author"] == gone]
    assert found["personal"] is True
    assert {row[0] for row in tables["record_data"]} == {one["record"] for one in own}
    assert ["id", gone, "community"] in tables["account_data"]
    assert any(row[1] == "You said no" for row in tables["said"])
    assert [row[0].split(" ")[:2] for row in tables["data_sets"]] == [
        ["writers", "v0002"],
        ["writers", "v0001"],
    ]
    assert next(row[3] for row in tables["data_sets"]) == "0"
    assert tables["may_be"]


def test_texts_are_redacted_unless_somebody_asks_for_them_as_they_are_or_not_at_all(
    forum: Shell, gone: str
) -> None:
    def texts(how: str) -> list[list[str]]:
        found = forum.json("report", "art15", gone, "--texts", how)
        return next(
            part["rows"] for part in found["sections"][-1]["parts"] if part.get("id") == "record_data"
        )

    plain, redacted, none = (texts(how) for how in ("as-written", "redacted", "none"))
    assert [row[:6] for row in plain] == [row[:6] for row in redacted] == none
    assert sum(a[6] != b[6] for a, b in zip(plain, redacted, strict=True)) > 0


def test_objections_are_named_by_entry_and_have_their_clock(
    forum: Shell, written: dict[str, dict[str, str]]
) -> None:
    found = json.loads(written["objections"]["json"])
    rows = {
        part["id"]: part["rows"]
        for one in found["sections"]
        for part in one["parts"]
        if part["type"] == "table"
    }
    filed = [row for key, rows in rows.items() if key.endswith("_objections") for row in rows]
    with forum.project() as project:
        entries = [
            one.number for one in project.log.entries() if getattr(one.event, "control", "") == "objection"
        ]
    assert {int(row[0]) for row in filed} <= set(entries)
    assert filed[0][4] == "2026-07-01"
    assert rows["still_in"] == [[filed[0][0], "writers v0002"]]


# The proof of an opt-out


@pytest.fixture
def proof(forum: Shell, gone: str, tmp_path: Path) -> Path:
    file = tmp_path / "proof.json"
    forum("report", "proof", gone, "--with-pseudonyms", "--out", file)
    return file


@pytest.fixture
def key(forum: Shell, tmp_path: Path) -> Path:
    """The log's public key, where there is no project."""
    return Path(shutil.copy(forum.folder / ".sayso" / "keys" / "log.pub", tmp_path / "log.pub"))


def test_a_proof_holds_far_from_the_project_and_offline(proof: Path, key: Path, tmp_path: Path) -> None:
    found = Shell(tmp_path).json("report", "check", proof, "--key", key)
    assert (found["holds"], found["pinned"]) == (True, True)
    assert found["reached"] == ["data set writers v0002", "model writers-suggestions v0002"]
    assert found["not_reached"] == []


def test_an_auditor_with_the_shards_looks_for_the_member_in_them(
    forum: Shell, proof: Path, tmp_path: Path
) -> None:
    shards = forum.folder / ".sayso" / "datasets"
    found = Shell(tmp_path).json("report", "check", proof, "--shards", shards)
    assert len(found["shards_without"]) == 1
    nowhere = Shell(tmp_path)("report", "check", proof, "--shards", tmp_path, "--json", status=4)
    assert nowhere.codes == ["no-shard"]


def test_the_same_proof_comes_of_the_receipt_and_of_the_tag(forum: Shell, gone: str) -> None:
    by_member, by_receipt = (
        forum.json("report", "proof", *words)["evidence"]
        for words in ((gone,), ("--receipt", "receipt.json"))
    )
    by_tag = forum.json("report", "proof", "--tag", by_member["tag"])["evidence"]
    assert by_member["datasets"] == by_receipt["datasets"] == by_tag["datasets"]
    assert all(one["pseudonym"] is None for one in by_member["datasets"])


@pytest.mark.parametrize(
    ("place", "value", "what"),
    [
        (("datasets", 0, "version"), 1, "does not name this manifest"),
        (("datasets", 0, "word"), 0, "is not shown that the log"),
        (("datasets", 0, "inclusion"), [], "is not shown that the log"),
        (("datasets", 0, "rows"), 3, "to hold rows"),
        (("datasets", 0, "shard"), "shards/9999.parquet", "no shard of the name"),
        (("datasets", 0, "manifest"), "{}", "is not signed by the log's key"),
        (("datasets", 0, "state"), "waiting", "is not shown that the model"),
        (("models", 0, "version"), 1, "does not name this manifest"),
        (("models", 0, "manifest"), "{}", "is not signed by the log's key"),
        (("words",), [0], "not a word of this member"),
        (("tag",), "ff" * 16, "not a word of this member"),
    ],
)
def test_whatever_is_changed_in_a_proof_is_named(
    proof: Path, place: tuple[Any, ...], value: Any, what: str
) -> None:
    found = json.loads(proof.read_text("utf-8"))
    spot = found["evidence"]
    for step in place[:-1]:
        spot = spot[step]
    spot[place[-1]] = value
    if place == ("datasets", 0, "state"):
        found["evidence"]["models"][0]["forgot"] = None
    proof.write_text(json.dumps(found), "utf-8")
    said = Shell(proof.parent)("report", "check", proof, "--json", status=4)
    assert any(what in one["what"] for one in said.fields["error"]["problems"]), said.fields


def test_a_changed_receipt_in_a_proof_is_found_and_another_key_is_refused(proof: Path, forum: Shell) -> None:
    found = json.loads(proof.read_text("utf-8"))
    found["evidence"]["proofs"][0]["proof"]["inclusion"] = []
    proof.write_text(json.dumps(found), "utf-8")
    assert Shell(proof.parent)("report", "check", proof, "--json", status=4).codes
    other = "other+" + (forum.folder / ".sayso" / "keys" / "log.pub").read_text().strip().partition("+")[2]
    assert Shell(proof.parent)("report", "check", proof, "--key", other, "--json", status=2).codes


def test_an_opt_out_that_nothing_followed_yet_is_said_to_wait(made: Made) -> None:
    forum = made.shell
    found = forum.json("report", "proof", made.objector, "--out", "waits.json")
    assert found["complete"] is False
    assert found["data_sets"] == {"writers v0002": "waiting"}
    assert found["models"] == {"writers-suggestions v0002": "waiting"}
    checked = forum.json("report", "check", "waits.json")
    assert (checked["reached"], len(checked["not_reached"])) == ([], 2)


def test_junk_anywhere_in_a_proof_is_an_error_with_advice_and_never_a_fault(made: Made) -> None:
    text = made.shell("report", "proof", made.gone, "--format", "json").out
    chance = Random(7)
    for _ in range(150):
        found = json.loads(text)
        spot, key = chance.choice(list(_spots(found["evidence"])))
        spot[key] = chance.choice(JUNK)
        try:
            check = check_proof(json.dumps(found), None)
        except InputError:
            continue
        assert isinstance(check, ProofCheck)


JUNK: list[Any] = [None, True, -1, 3.5, 10**30, "", "x", "\ud800", [], {}, [1], {"a": 1}, ["AA=="]]


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place in a JSON value: what holds it, and its key or number."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, below in pairs:
        yield value, key
        if isinstance(below, dict | list):
            yield from _spots(below)


def test_the_tag_of_an_erased_member_still_proves(made: Made, tmp_path: Path) -> None:
    copy = Shell(Path(shutil.copytree(made.shell.folder, tmp_path / "forum")), SetClock(NOW))
    with copy.project() as project:
        tag = project.tags.tag_of(made.gone) or ""
    copy("erase", made.gone)
    found = copy.json("report", "proof", "--tag", tag)
    words = next(
        part["rows"] for one in found["sections"] for part in one["parts"] if part.get("id") == "opt_outs"
    )
    assert {"the account was closed", "the member was erased"} <= {row[3] for row in words}
    assert copy("report", "proof", made.gone, "--json", status=3).codes == ["erased-member"]


def test_who_said_nothing_has_nothing_to_prove_and_who_is_not_there_is_refused(made: Made) -> None:
    forum = made.shell
    assert "there is no opt-out to prove" in forum("report", "proof", made.silent).out
    assert forum("report", "proof", "nobody", "--json", status=2).codes == ["unknown-member"]
    assert forum("report", "proof", "--tag", "00", "--json", status=2).codes == ["unknown-tag"]
    assert forum("report", "proof", "--json", status=2).codes == ["usage"]
    assert forum("report", "check", "receipt.json", "--json", status=2).codes == ["bad-proof-file"]


# What comes out


def test_a_file_gets_the_form_of_its_ending_and_the_terminal_a_summary(forum: Shell) -> None:
    said = forum("report", "art53", "writers", "--out", "summary.html").out
    assert (forum.folder / "summary.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert "missing" in said
    assert "sayso report questions art53" in said
    forum("report", "art53", "writers", "--out", "summary.txt", "--format", "json")
    assert json.loads((forum.folder / "summary.txt").read_text("utf-8"))["kind"] == "art53"


def test_answers_fill_the_gaps_and_the_next_update_is_told(forum: Shell) -> None:
    answers = forum("report", "questions", "art53").out
    forum.write("answers.yaml", re.sub(r"^#(\w+: )", r"\1", answers, flags=re.M))
    found = forum.json(
        "report", "art53", "writers-suggestions", "--answers", "answers.yaml", "--out", "summary.md"
    )
    assert (found["missing"], found["next_update"], found["outdated"]) == ([], "2026-09-01", True)


def test_questions_come_as_json_too(forum: Shell) -> None:
    found = forum.json("report", "questions", "art15")["questions"]
    assert {"provider_name", "supervisory_authority"} <= {one["key"] for one in found}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("art53", "nothing"), "unknown-name"),
        (("art53", "writers-suggestions", "writers"), "usage"),
        (("art15", "nobody"), "unknown-member"),
        (("art53", "writers", "--answers", "none.yaml"), "unreadable"),
    ],
)
def test_what_is_not_there_is_refused(forum: Shell, words: tuple[str, ...], code: str) -> None:
    assert forum("report", *words, "--json", status=2).codes == [code]
