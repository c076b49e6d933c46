"""``sayso report consent`` and ``sayso receipt jsonld``: in the terms of ISO/IEC TS 27560 and DPV, held to shapes of their fields."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from goldens import check_golden
from sayso import standards
from sayso.errors import EdgeError, IntegrityError
from sayso.reports.terms import KNOWN
from shell import SetClock, Shell, steady
from small_tables import MAPPING, MEMBERS, RECORDS, import_words

ABOUT = """\
sayso-about: 1
name: Forum Example Ltd
address: 1 Main Street, Dublin
contact: privacy@example.org
storage: IE, DE
language: en
"""
AT = "2025-07-01"
PREFIXES = tuple({term.partition(":")[0] + ":" for term in KNOWN})


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A community that is told first in one part of the world and asked first in the other; nothing here changes it."""
    shell = Shell(tmp_path_factory.mktemp("told") / "forum", SetClock())
    shell.folder.mkdir()
    for name, text in (
        ("members.csv", MEMBERS),
        ("posts.jsonl", RECORDS),
        ("mapping.yaml", MAPPING),
        ("about.yaml", ABOUT),
    ):
        shell.write(name, text)
    shell("init", "--policy", "opt-out-with-notice")
    shell(*import_words())
    shell("notice", "give", "2024-02-01", "--to", "region:US", "--at", "2025-01-10")
    shell("choose", "ada", "ai-training", "yes", "--out", "yes.json")
    shell("choose", "ada", "ai-training", "no", "--out", "no.json")
    shell("choose", "cyd", "objection", "no", "--out", "objection.json")
    shell("choose", "cyd", "ai-training", "yes")
    return shell


def records(forum: Shell, member: str) -> dict[tuple[str, str], Any]:
    """Return a member's records by purpose and recipient."""
    found = forum.json("report", "consent", member, "--at", AT)["dpv:hasRecordOfActivity"]
    return {tuple(one["dpv:hasIdentifier"] and _use(one)): one for one in found}  # type: ignore[misc]


def _use(record: Any) -> tuple[str, str]:
    process = record["dpv:hasProcess"]
    return process["dpv:hasPurpose"]["@id"].rpartition(":")[2], process["dpv:hasRecipient"]["@id"].rpartition(
        ":"
    )[2]


def statuses(record: Any) -> list[str]:
    """Return the statuses of a record, oldest first."""
    process = record["dpv:hasProcess"]
    found = process.get("dpv:hasConsentStatus") or process["dpv:hasStatus"]
    return [one["@type"][0] for one in found]


def terms(value: Any) -> Iterator[str]:
    """Yield every DPV term that a document names, by its prefix."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key not in ("@context", "sayso:receipt"):
                yield key
                yield from terms(each)
    elif isinstance(value, list):
        for each in value:
            yield from terms(each)
    elif isinstance(value, str) and value.startswith(PREFIXES):
        yield value


def test_a_record_is_the_one_that_was_approved_and_the_same_each_time(forum: Shell) -> None:
    one, two = (forum("report", "consent", "ada", "--at", AT, "--about", "about.yaml").out for _ in range(2))
    assert one == two
    check_golden("reports/consent.jsonld", steady_ids(one))


def steady_ids(text: str) -> str:
    """Return a text with the names that follow from random tags replaced."""
    return re.sub(r"urn:uuid:[0-9a-f-]{36}", "urn:uuid:<uuid>", steady(text))


def test_a_yes_that_is_taken_back_is_consent_given_and_withdrawn(forum: Shell) -> None:
    found = records(forum, "ada")["ai-training", "platform"]
    assert found["@type"] == "dpv:ConsentRecord"
    assert found["dpv:hasProcess"]["dpv:hasLegalBasis"] == {"@id": "eu-gdpr:A6-1-a"}
    assert statuses(found) == ["dpv:ConsentGiven", "dpv:ConsentWithdrawn"]
    involved = [
        one["dpv:hasEntityInvolvement"]["@id"] for one in found["dpv:hasProcess"]["dpv:hasConsentStatus"]
    ]
    assert involved == ["dpv:OptingInToProcess", "dpv:OptingOutFromProcess"]


def test_an_objection_to_a_legitimate_interest_is_told_as_one(forum: Shell) -> None:
    found = records(forum, "cyd")["ai-training", "platform"]
    assert found["@type"] == "dpv:DataProcessingRecord"
    assert found["dpv:hasProcess"]["dpv:hasLegalBasis"] == {
        "@id": "dpv:LegitimateInterest"
    }  # no GDPR in California
    assert statuses(found) == [
        "dpv:LegitimateInterestInformed",
        "dpv:LegitimateInterestObjected",
        "dpv:LegitimateInterestNotObjected",
    ]
    states = found["dpv:hasProcess"]["dpv:hasStatus"]
    assert states[1]["dpv:hasEntityInvolvement"] == {"@id": "dpv:ObjectingToProcess"}


def test_what_was_said_later_is_not_in_a_record_of_before(forum: Shell) -> None:
    found = forum.json("report", "consent", "ada", "--at", "2025-05-01")["dpv:hasRecordOfActivity"]
    assert {status for one in found for status in statuses(one)} == {"dpv:ConsentUnknown"}


@pytest.mark.parametrize("member", ["ada", "bob", "cyd", "dan"])
def test_everybodys_records_hold_by_the_shapes_and_speak_dpvs_words(forum: Shell, member: str) -> None:
    found = forum.json("report", "consent", member, "--at", AT)
    standards.check_consent(found)
    spoken = {one for one in terms(found) if one.startswith(PREFIXES)}
    assert spoken
    assert spoken <= KNOWN


def test_a_member_is_named_in_their_own_record_and_nobody_else(forum: Shell) -> None:
    text = forum("report", "consent", "ada", "--at", AT).out
    assert '"dct:identifier": "ada"' in text
    assert not [name for name in ("bob", "cyd", "dan", "Ada Example") if f'"{name}"' in text]


def test_what_nobody_gave_is_asked_for_and_what_was_given_is_told(forum: Shell, tmp_path: Path) -> None:
    bare = forum("report", "consent", "ada", "--check", "--out", tmp_path / "one.jsonld").out
    assert "Not given yet: name, address, contact, storage, language;" in bare
    whole = forum(
        "report", "consent", "ada", "--check", "--about", "about.yaml", "--out", tmp_path / "two.jsonld"
    ).out
    assert "Not given yet" not in whole
    assert '"dpv:NotAvailable"' not in (tmp_path / "two.jsonld").read_text("utf-8")


def without(document: Any, path: tuple[str | int, ...]) -> Any:
    """Return a copy of a document without what is at a path."""
    copy = deepcopy(document)
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return copy


PROCESS = ("dpv:hasRecordOfActivity", 0, "dpv:hasProcess")


@pytest.mark.parametrize(
    "path",
    [
        ("dpv:hasRecordOfActivity", 0, "dct:conformsTo"),
        ("dpv:hasRecordOfActivity", 0, "dpv:hasIdentifier"),
        ("dpv:hasRecordOfActivity", 0, "dpv:hasDataSubject"),
        ("dpv:hasRecordOfActivity", 0, "dpv:hasNotice"),
        ("dpv:hasRecordOfActivity", 0, "dpv:hasJurisdiction"),
        (*PROCESS, "dpv:hasPurpose"),
        (*PROCESS, "dpv:hasLegalBasis"),
        (*PROCESS, "dpv:hasPersonalData"),
        (*PROCESS, "dpv:hasRecipient"),
        (*PROCESS, "dpv:hasStorageCondition", 0),
        (*PROCESS, "dpv:hasConsentStatus"),
        (*PROCESS, "dpv:hasConsentControl"),
        (*PROCESS, "dpv:hasConsentStatus", 0, "dpv:isIndicatedAtTime"),
        ("dpv:hasEntity", 0, "dpv:hasName"),
    ],
)
def test_the_shapes_find_what_is_missing(forum: Shell, path: tuple[str | int, ...]) -> None:
    found = forum.json("report", "consent", "ada", "--at", AT)
    with pytest.raises(IntegrityError, match="not-consent"):
        standards.check_consent(without(found, path))


def test_a_word_that_dpv_does_not_have_is_found(forum: Shell) -> None:
    text = json.dumps(forum.json("report", "consent", "ada", "--at", AT))
    with pytest.raises(IntegrityError, match="ConsentTaken"):
        standards.check_consent(json.loads(text.replace("dpv:ConsentWithdrawn", "dpv:ConsentTaken")))


# Receipts


@pytest.mark.parametrize("name", ["yes", "no", "objection"])
def test_a_receipt_in_other_words_holds_by_the_shapes_and_names_nobody(forum: Shell, name: str) -> None:
    found = forum.json("receipt", "jsonld", f"{name}.json")
    standards.check_consent(found)
    assert {one for one in terms(found) if one.startswith(PREFIXES)} <= KNOWN
    assert not [member for member in ("ada", "bob", "cyd", "dan") if f'"{member}"' in json.dumps(found)]


def test_the_signed_receipt_is_inside_as_it_was_handed_out(forum: Shell, tmp_path: Path) -> None:
    found = forum.json("receipt", "jsonld", "no.json")
    inner = json.loads((forum.folder / "no.json").read_text("utf-8"))
    assert found["sayso:receipt"] == inner
    (tmp_path / "no.jsonld").write_text(json.dumps(found), "utf-8")
    said = [forum("receipt", "verify", file).out for file in (tmp_path / "no.jsonld", "no.json")]
    assert said[0] == said[1]
    withdrawn = found["dpv:hasRecordOfActivity"][0]
    assert statuses(withdrawn) == ["dpv:ConsentWithdrawn"]


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("dpv:ConsentWithdrawn", "dpv:ConsentGiven"),
        ("dpv:OptingOutFromProcess", "dpv:OptingInToProcess"),
        ('"sayso:control": "ai-training"', '"sayso:control": "licensing"'),
        ('"dpv:isIndicatedAtTime": "2025', '"dpv:isIndicatedAtTime": "2024'),
        ('"dct:created": "2025', '"dct:created": "2024'),
    ],
)
def test_words_that_say_otherwise_than_the_signed_receipt_are_found(
    forum: Shell, tmp_path: Path, said: str, instead: str
) -> None:
    text = json.dumps(forum.json("receipt", "jsonld", "no.json"))
    assert said in text
    file = tmp_path / "forged.jsonld"
    file.write_text(text.replace(said, instead), "utf-8")
    assert set(forum("receipt", "verify", file, "--json", status=4).codes) == {"receipt-words"}


def test_a_receipt_whose_signed_part_was_changed_is_refused(forum: Shell, tmp_path: Path) -> None:
    found = forum.json("receipt", "jsonld", "no.json")
    found["sayso:receipt"] = json.loads((forum.folder / "yes.json").read_text("utf-8"))
    file = tmp_path / "swapped.jsonld"
    file.write_text(json.dumps(found), "utf-8")
    assert "receipt-words" in forum("receipt", "verify", file, "--json", status=4).codes


# The libraries


def test_a_missing_library_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    with pytest.raises(EdgeError, match=r'pip install "sayso\[reports\]"'):
        standards.check_consent({})


def test_no_command_loads_the_libraries_unless_it_checks(forum: Shell) -> None:
    code = (
        "import sys; from sayso.cli.main import main; main(['--help']); main(['report', 'consent', 'ada']); "
        "libraries = ('rdflib', 'pyshacl', 'mlcroissant', 'cyclonedx', 'openlineage'); "
        "print([name for name in libraries if name in sys.modules])"
    )
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, cwd=forum.folder, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
