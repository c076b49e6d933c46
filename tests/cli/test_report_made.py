"""``sayso report croissant``, ``openlineage`` and ``ml-bom``: held to their standards, read again by others, and naming nobody."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
import warnings
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cli.test_models import CHOOSING, MAPPING, MEMBERS, TEXTS, WRITING
from goldens import check_golden
from sayso import standards
from sayso.errors import EdgeError, IntegrityError
from sayso.values.moments import parse_moment
from shell import SetClock, Shell, steady

SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "openlineage-facets.schema.json"
REPORTS = (
    ("croissant", "writers"),
    ("croissant", "threads"),
    ("openlineage",),
    ("ml-bom", "writers-suggestions"),
    ("ml-bom", "front-page"),
)
ABOUT = (
    "sayso-about: 1\nname: Bakers Ltd\nlicence: https://example.org/licence\nurl: https://example.org/data\n"
)


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """The bakers, one of whom objected: out of both data sets, of which one's first version is purged, and of both models."""
    shell = Shell(tmp_path_factory.mktemp("bakers") / "forum", SetClock())
    shell.folder.mkdir()
    rows = (
        {"id": record, "by": by, "what": what, "to": to, "at": "2024-03-01T00:00:00Z", "text": text}
        for record, (by, what, to, text) in TEXTS.items()
    )
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    for name, text in (
        ("members.csv", MEMBERS),
        ("posts.jsonl", lines),
        ("mapping.yaml", MAPPING),
        ("about.yaml", ABOUT),
    ):
        shell.write(name, text)
    shell("init", "--policy", "opt-in")
    shell("import", "table", "--members", "members.csv", "--records", "posts.jsonl", "--map", "mapping.yaml")
    for member in ("ada", "bob", "cyd", "dan", "eve"):
        shell("choose", member, "ai-training", "yes")
    shell("build", "writers", *WRITING)
    shell("build", "threads", *CHOOSING)
    shell("train", "suggestions", "writers")
    shell("train", "recommendations", "threads", "--as", "front-page")
    shell("choose", "dan", "objection", "no")
    shell("withdraw", "writers")
    shell("withdraw", "threads", "--now")
    shell("forget", "writers-suggestions")
    shell("forget", "front-page")
    return shell


def even(text: str) -> str:
    """Return a text with what follows from random tags and keys replaced, and files that are alike but for that told as one."""
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<uuid>", steady(text))
    text = re.sub(r"(sayso-directory/\d):[0-9a-f]{16}", r"\1:<start>", text)
    text = re.sub(r"0\d{3}\.parquet", "<n>.parquet", text)
    return re.sub(r'"description": "\d records? of \d members?"', '"description": "<n> records"', text)


@pytest.mark.parametrize("words", REPORTS, ids="-".join)
def test_a_report_is_the_one_that_was_approved_and_the_same_each_time(
    forum: Shell, words: tuple[str, ...]
) -> None:
    one, two = (forum("report", *words, "--json").out for _ in range(2))
    assert one == two
    check_golden(f"reports/{'-'.join(words)}.json", even(one))


@pytest.mark.parametrize("words", REPORTS, ids="-".join)
def test_a_report_names_nobody_and_quotes_nobody(forum: Shell, words: tuple[str, ...]) -> None:
    text = forum("report", *words, "--json").out
    assert not [name for name in ("ada", "bob", "cyd", "dan", "eve") if re.search(rf"\b{name}\b", text, re.I)]
    assert not [words for *_, words in TEXTS.values() if words[:20] in text]
    with forum.project() as project:
        tags = [project.tags.tag_of(name) for name in ("ada", "dan")]
    assert not [tag for tag in tags if tag is None or tag in text]


@pytest.mark.parametrize("words", REPORTS, ids="-".join)
def test_a_report_holds_by_its_standard(forum: Shell, tmp_path: Path, words: tuple[str, ...]) -> None:
    said = forum("report", *words, "--check", "--out", tmp_path / "report").out
    assert " hold" in said
    assert "warns" not in said


@pytest.mark.parametrize("words", REPORTS, ids="-".join)
def test_a_report_changes_nothing_in_the_project(forum: Shell, words: tuple[str, ...]) -> None:
    before = forum.snapshot()
    forum("report", *words)
    assert forum.snapshot() == before


# Croissant


def test_mlcroissant_reads_every_record_from_the_shards(forum: Shell, tmp_path: Path) -> None:
    import mlcroissant

    shutil.copytree(
        forum.folder / ".sayso" / "datasets" / "writers" / "v0002" / "shards", tmp_path / "shards"
    )
    forum("report", "croissant", "writers", "--out", tmp_path / "croissant.json")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = list(mlcroissant.Dataset(str(tmp_path / "croissant.json")).records("records"))
    texts = {one["records/text"].decode() for one in found}
    assert len(found) == 8
    assert TEXTS["a2"][3] in texts
    assert not {text for by, *_, text in TEXTS.values() if by == "dan"} & texts


def test_the_offer_permits_the_use_it_was_decided_for_and_no_other(forum: Shell) -> None:
    offer = forum.json("report", "croissant", "writers")["usageInfo"]
    permitted = offer["odrl:permission"]
    assert permitted["odrl:assignee"]["@id"].endswith(":recipient:platform")
    (purpose,) = permitted["odrl:constraint"][0]["odrl:rightOperand"]
    assert purpose["@id"].endswith(":purpose:content-generation")
    assert permitted["odrl:duty"][0]["odrl:action"] == {"@id": "odrl:delete"}
    refused = [one["odrl:action"]["@id"] for one in offer["odrl:prohibition"]]
    others = offer["odrl:prohibition"][0]["odrl:constraint"][0]
    assert others["odrl:operator"] == {"@id": "odrl:isNoneOf"}
    assert [one["@id"].rpartition(":")[2] for one in others["odrl:rightOperand"]] == [
        "content-generation",
        "writing-suggestions",
    ]
    assert refused == ["odrl:use", "odrl:distribute", "odrl:transfer", "sayso:reidentify"]


def test_what_a_person_knows_of_the_platform_is_told(forum: Shell) -> None:
    found = forum.json("report", "croissant", "writers", "--about", "about.yaml")
    assert (found["license"], found["creator"]["name"]) == ("https://example.org/licence", "Bakers Ltd")


def test_a_purged_version_is_told_without_its_contents(forum: Shell) -> None:
    found = forum.json("report", "croissant", "threads", "--version", "1")
    standards.check_croissant(found)
    assert "rai:dataCollectionTimeframe" not in found
    assert forum("report", "croissant", "threads", "--version", "9", "--json", status=2).codes == [
        "no-version"
    ]


def test_a_croissant_whose_fields_come_from_nowhere_is_found(forum: Shell) -> None:
    found = forum.json("report", "croissant", "writers")
    found["recordSet"][0]["field"][0]["source"]["fileSet"] = {"@id": "nowhere"}
    with pytest.raises(IntegrityError, match="not-croissant"):
        standards.check_croissant(found)


# OpenLineage


def events(forum: Shell, *words: str) -> list[dict[str, Any]]:
    """Return the events of a name, of all where none is given."""
    return [json.loads(line) for line in forum("report", "openlineage", *words).out.splitlines()]


def test_every_run_starts_and_completes_in_the_order_of_the_log(forum: Shell) -> None:
    found = events(forum)
    assert [one["eventType"] for one in found] == ["START", "COMPLETE"] * 8
    assert [one["job"]["name"] for one in found[::2]] == [
        "build/writers",
        "build/threads",
        "train/writers-suggestions",
        "train/front-page",
        "build/writers",
        "build/threads",
        "forget/writers-suggestions",
        "forget/front-page",
    ]
    for start, done in zip(found[::2], found[1::2], strict=True):
        assert start["run"]["runId"] == done["run"]["runId"]
        assert start["eventTime"] <= done["eventTime"]
    runs = [one["run"]["runId"] for one in found[::2]]
    assert runs == sorted(set(runs))
    completed = [one["eventTime"] for one in found[1::2]]
    assert completed == sorted(completed)


def test_a_run_has_the_moment_of_the_log_in_its_id(forum: Shell) -> None:
    for one in events(forum)[1::2]:
        milliseconds = int(one["run"]["runId"].replace("-", "")[:12], 16)
        assert milliseconds == parse_moment(one["eventTime"]) // 1000


def test_own_facets_keep_to_their_schema(forum: Shell) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    seen = set()
    for event in events(forum):
        for name, facet in event["run"]["facets"].items():
            place, _, inner = facet["_schemaURL"].partition("#")
            assert place == schema["$id"]
            jsonschema.validate(facet, {**schema, "$ref": f"#{inner}"})
            seen.add(name)
    assert seen == {"sayso_grounds", "sayso_model", "sayso_forgot"}


def test_a_forgetting_stands_on_the_model_before_and_says_how_many(forum: Shell) -> None:
    done = events(forum, "writers-suggestions")[-1]
    assert [one["name"] for one in done["inputs"]] == ["datasets/writers", "models/writers-suggestions"]
    forgot = done["run"]["facets"]["sayso_forgot"]
    assert (forgot["members"], forgot["membersOut"], forgot["membersChanged"]) == (1, 1, 0)
    assert forum("report", "openlineage", "nothing", "--json", status=2).codes == ["unknown-name"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("eventType",), "DONE"),
        (("run",), {}),
        (("schemaURL",), "https://openlineage.io/spec/1-0-0/OpenLineage.json"),
        (("job", "facets", "jobType", "jobKind"), "x"),
        (("run", "runId"), "not-a-uuid"),
    ],
)
def test_an_event_that_does_not_keep_to_the_specification_is_found(
    forum: Shell, path: tuple[str, ...], value: Any
) -> None:
    event = events(forum, "writers")[0]
    inner = event
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(IntegrityError, match="not-openlineage"):
        standards.check_openlineage([event])


# CycloneDX


def properties(of: Any) -> dict[str, str]:
    """Return the properties of a component by name."""
    return {one["name"].removeprefix("sayso:"): one["value"] for one in of["properties"]}


def test_a_bill_tells_the_lineage_and_what_was_forgotten(forum: Shell) -> None:
    bill = forum.json("report", "ml-bom", "writers-suggestions")
    model = bill["metadata"]["component"]
    known = properties(model)
    assert (model["version"], [one["version"] for one in model["pedigree"]["ancestors"]]) == (
        "v0002",
        ["v0001"],
    )
    assert (known["v0002:forgot:members"], known["v0002:forgot:members-out"]) == ("1", "1")
    refs = {one["bom-ref"] for one in bill["components"]} | {model["bom-ref"]}
    named = {one["ref"] for one in bill["dependencies"]}
    named |= {ref for one in bill["dependencies"] for ref in one.get("dependsOn", ())}
    assert named <= refs
    assert model["modelCard"]["modelParameters"]["datasets"] == [{"ref": bill["components"][0]["bom-ref"]}]


def test_the_digests_of_a_bill_are_those_of_the_files(forum: Shell) -> None:
    bill = forum.json("report", "ml-bom", "front-page")
    folders = {
        "models/front-page/v0002": bill["metadata"]["component"],
        "datasets/threads/v0002": bill["components"][0],
    }
    for folder, component in folders.items():
        for one in component["components"]:
            data = (forum.folder / ".sayso" / folder / one["name"]).read_bytes()
            assert one["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(data).hexdigest()}]


def test_a_bill_that_does_not_keep_to_the_schema_is_found(forum: Shell) -> None:
    bill = forum.json("report", "ml-bom", "front-page")
    bill["metadata"]["component"]["modelCard"]["members"] = ["dan"]
    with pytest.raises(IntegrityError, match="not-ml-bom"):
        standards.check_ml_bom(json.dumps(bill))


# The libraries


@pytest.mark.parametrize(
    ("library", "words"),
    [("mlcroissant", REPORTS[0]), ("openlineage.client.serde", REPORTS[2]), ("cyclonedx.schema", REPORTS[3])],
)
def test_without_a_library_a_report_is_made_and_checking_it_is_one_clear_line(
    forum: Shell, monkeypatch: pytest.MonkeyPatch, library: str, words: tuple[str, ...]
) -> None:
    for name in [name for name in sys.modules if name.startswith(library)]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, library, None)
    forum("report", *words)
    said = forum("report", *words, "--check", status=None)
    assert said.status != 0
    assert 'pip install "sayso[reports]"' in said.err
    assert "Traceback" not in said.err
    assert EdgeError.__name__ not in said.err
