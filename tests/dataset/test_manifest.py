"""The manifest: written, signed, read back, and refused where anything in it is not as it should be."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from dataset.makings import PUBLIC, SIGNER, funnel, manifest
from goldens import check_golden
from sayso.dataset.digest import FIRST, LOGICAL
from sayso.dataset.funnel import tally
from sayso.dataset.manifest import (
    Manifest,
    PolicyUsed,
    Shard,
    changed_shards,
    manifest_bytes,
    manifest_digest,
    statement,
)
from sayso.dataset.reading import open_manifest, parse_manifest, seal_manifest
from sayso.errors import InputError, IntegrityError
from sayso.values.canonical import canonical
from sayso.values.decisions import Outcome, Reason, Verdict

EMPTY = Shard("shards/00.parquet", "01" * 32, "02" * 32, 0, 0)


def test_the_statement_is_what_was_approved() -> None:
    check_golden("dataset/manifest.json", json.dumps(statement(manifest()), indent=1) + "\n")


@pytest.mark.parametrize(
    "made",
    [
        manifest(),
        manifest(version=1, previous=None),
        manifest(policy=PolicyUsed("house", "sha256:" + "0" * 64, None), sources=()),
        manifest(shards=(EMPTY,), funnel=tally([], [])),
        manifest(logical=FIRST),
    ],
)
def test_a_manifest_comes_back_as_it_was_written(made: Manifest) -> None:
    assert parse_manifest(manifest_bytes(made)) == made
    assert open_manifest(seal_manifest(made, PUBLIC, SIGNER.sign), PUBLIC) == made


def test_the_digest_does_not_depend_on_the_signature() -> None:
    assert manifest_digest(manifest()) == manifest_digest(parse_manifest(manifest_bytes(manifest())))
    assert manifest_digest(manifest()) != manifest_digest(manifest(code="sayso 0.1.1"))


def test_it_counts_rows_and_members() -> None:
    assert (manifest().rows, manifest().members) == (1245, 121)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"shards": ()}, "manifest-shards"),
        ({"shards": manifest().shards[::-1]}, "manifest-shards"),
        ({"shards": (EMPTY, *manifest().shards)}, "manifest-shards"),
        ({"shards": manifest().shards[:1]}, "manifest-rows"),
        ({"funnel": tally(funnel().outcomes)}, "manifest-rows"),
        ({"shards": (Shard("s", "01" * 32, "02" * 32, 1245, 1246),)}, "manifest-members"),
        ({"shards": (Shard("s", "01" * 32, "02" * 32, 1245, 0),)}, "manifest-members"),
        ({"version": 1}, "manifest-version"),
        ({"previous": None}, "manifest-version"),
        ({"version": 0, "previous": None}, "manifest-version"),
    ],
)
def test_parts_that_contradict_one_another_are_refused(parts: dict[str, Any], code: str) -> None:
    with pytest.raises(IntegrityError) as refusal:
        manifest(**parts)
    assert code in [problem.code for problem in refusal.value.problems]


def altered(change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return canonical bytes of the statement after a change to its JSON."""
    raw = json.loads(manifest_bytes(manifest()))
    change(raw)
    return canonical(raw)


def put(path: str, value: object) -> Callable[[dict[str, Any]], object]:
    """Return a change that puts a value at a path such as ``predicate.log.size``."""

    def change(raw: Any) -> None:
        *steps, last = path.split(".")
        for step in steps:
            raw = raw[int(step)] if step.isdigit() else raw[step]
        raw[int(last) if last.isdigit() else last] = value

    return change


WRONG: list[tuple[str, object]] = [
    ("_type", "https://in-toto.io/Statement/v0.1"),
    ("predicateType", 7),
    ("subject", {}),
    ("subject", []),
    ("subject.0", "shard"),
    ("subject.0.name", ""),
    ("subject.0.name", "line\nbreak"),
    ("subject.0.digest.sha256", "AB" * 32),
    ("subject.0.digest.md5", "00"),
    ("predicate", None),
    ("predicate.more", 1),
    ("predicate.version", True),
    ("predicate.version", -1),
    ("predicate.version", "2"),
    ("predicate.use", "writing"),
    ("predicate.use.purpose", ["x"]),
    ("predicate.policy.digest", "md5:00"),
    ("predicate.decidedAt", "yesterday"),
    ("predicate.decidedAt", "2025-12-01T13:30:00+01:00"),
    ("predicate.log.root", "00"),
    ("predicate.sources", [[]]),
    ("predicate.shards", []),
    ("predicate.funnel.considered", 1),
    ("predicate.funnel.permitted", 1),
    ("predicate.funnel.published", None),
    ("predicate.funnel.outcomes.0.verdict", "maybe"),
    ("predicate.funnel.outcomes.0.reason", "because"),
    ("predicate.funnel.withheld.0.reason", "because"),
    ("predicate.keyId", "xyz"),
    ("predicate.previous", None),
    ("predicate.previous", "sha256:00"),
]


def test_every_wrong_part_is_named_with_its_place() -> None:
    told = []
    for path, value in WRONG:
        with pytest.raises(InputError) as refusal:
            parse_manifest(altered(put(path, value)), "manifest.json")
        told.append(
            f"{path} = {value!r}\n" + "".join(f"    {problem}\n" for problem in refusal.value.problems)
        )
    check_golden("dataset/manifest-problems.txt", "".join(told))


def test_all_that_is_wrong_is_told_at_once() -> None:
    def change(raw: dict[str, Any]) -> None:
        put("predicate.keyId", 1)(raw)
        put("predicate.log.size", "big")(raw)
        del raw["predicate"]["use"]

    with pytest.raises(InputError) as refusal:
        parse_manifest(altered(change))
    assert len(refusal.value.problems) == 3


def test_every_missing_part_is_told() -> None:
    with pytest.raises(InputError) as refusal:
        parse_manifest(b'{"predicate":{}}')
    assert {
        "manifest: $.subject: it is missing [bad-manifest]",
        "manifest: $.predicate.log: it is missing [bad-manifest]",
    } <= {str(problem) for problem in refusal.value.problems}
    assert all("missing" in problem.what for problem in refusal.value.problems)


@pytest.mark.parametrize("data", [b"", b"\xff", b"{", b'{"a":NaN}', b"[" * 100_000, b"1" * 5000])
def test_what_is_no_json_is_told_so(data: bytes) -> None:
    with pytest.raises(InputError, match="not JSON"):
        parse_manifest(data)


@pytest.mark.parametrize("data", [b"null", b"[]", b"7", b'"x"'])
def test_json_of_another_kind_is_told_so(data: bytes) -> None:
    with pytest.raises(InputError, match="an object should stand here"):
        parse_manifest(data)


def test_bytes_that_mean_the_same_are_not_the_same() -> None:
    spaced = json.dumps(statement(manifest())).encode()
    twice = manifest_bytes(manifest()).replace(b'{"_type":', b'{"_type":"x","_type":', 1)
    for data in (spaced, twice):
        with pytest.raises(InputError, match="not the canonical ones"):
            parse_manifest(data)


def test_shards_with_digests_of_two_names_are_refused() -> None:
    for mine, other in ((LOGICAL, FIRST), (FIRST, LOGICAL)):
        data = manifest_bytes(manifest(logical=mine))
        head, _, tail = data.rpartition(mine.encode())
        with pytest.raises(InputError, match=f"digest.{mine}: it is missing"):
            parse_manifest(head + other.encode() + tail)


def test_a_shard_changed_when_its_rows_did() -> None:
    old = manifest()
    first, second = old.shards
    same_rows = Shard(first.name, "99" * 32, first.logical, first.rows, first.members)
    other_rows = Shard(second.name, second.file_sha256, "98" * 32, second.rows, second.members)
    assert changed_shards(None, old) == (first.name, second.name)
    assert changed_shards(old, manifest(shards=(same_rows, second))) == ()
    assert changed_shards(old, manifest(shards=(first, other_rows))) == (second.name,)
    assert changed_shards(manifest(shards=(Shard("z", "0" * 64, "0" * 64, 1245, 9),)), old) == (
        first.name,
        second.name,
        "z",
    )


def test_no_permit_and_no_ground_hide_in_a_funnel_read_back() -> None:
    outcome = {"verdict": "permit", "reason": "said-no", "count": 7}
    with pytest.raises(InputError, match="a permit for a check's reason"):
        parse_manifest(altered(put("predicate.funnel.outcomes.2", outcome)))
    assert Outcome(Verdict.DENY, Reason.SAID_NO) in dict(funnel().outcomes)
