"""Builds redact by the project's plan: members' names go, a mention index is kept, and a member can see what the model saw."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sayso.dataset.rows import dataset_key, record_pseudonym
from sayso.engines.revise import LocalReviser, Making, OpenRevisers
from sayso.errors import InputError
from sayso.intake.gazetteer import country_of
from sayso.redact.operators import written_over
from sayso.redact.owners import Roll
from sayso.redact.plan import Mode, Plan
from sayso.redaction_ports import Acquaintance
from sayso.wiring import Project
from sayso.workflows.build import Built
from sayso.workflows.grounds import MENTION_INDEX
from sayso.workflows.seen import Seen, seen
from workflows.worlds_on_disk import NAME, built, community, copied, make, opened, rows_of, say, verified

MADE = community(120, seed=5)
TEXTS = {record.id: record.text for record in MADE.records}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a community in it, mentions of everybody removed."""
    return make(tmp_path_factory.mktemp("prepared") / "forum", MADE)


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared project."""
    return copied(prepared, tmp_path / "forum")


def only_objectors(folder: Path) -> Path:
    """Let the project remove the mentions of objectors alone: no model, which would take out any name."""
    file = folder / "sayso.yaml"
    text = file.read_text("utf-8").replace("mentions: everybody", "mentions: objectors")
    file.write_text(text.replace("mode: light", "mode: structured"), "utf-8")
    return folder


def published(project: Project, one: Built) -> dict[str, str]:
    """Return the published texts by record id."""
    key = dataset_key(project.keys.secret(), NAME)
    rows = {row["record"]: row["text"] for row in rows_of(project, one)}
    named = {record: record_pseudonym(key, record) for record in TEXTS}
    return {record: rows[pseudonym] for record, pseudonym in named.items() if pseudonym in rows}


def mentions(project: Project, one: Built) -> pa.Table:
    return pq.read_table(project.datasets.folder(NAME, one.manifest.version) / MENTION_INDEX)


def named_in(texts: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return record, member and words of the names planted in published records that stand in no quote."""
    quoted = [mark for mark in MADE.truth if mark.kind == "QUOTE"]
    return [
        (mark.record, mark.member or "", TEXTS[mark.record][mark.start : mark.end])
        for mark in MADE.truth
        if mark.kind == "NAME"
        and mark.member
        and mark.record in texts
        and not any(q.record == mark.record and q.start <= mark.start < q.end for q in quoted)
    ]


def test_no_planted_name_of_a_member_is_published(folder: Path) -> None:
    with opened(folder) as project:
        texts = published(project, built(project))
    planted = named_in(texts)
    assert len(planted) > 10
    assert [one for one in planted if one[2] in texts[one[0]]] == []


def test_the_mention_index_names_who_is_mentioned_in_which_record_and_no_shard_does(folder: Path) -> None:
    with opened(folder) as project:
        one = built(project)
        index = {(row["tag"], row["record"]) for row in mentions(project, one).to_pylist()}
        key = dataset_key(project.keys.secret(), NAME)
        for record, member, _ in named_in(published(project, one)):
            assert (project.tags.tag_of(member), record_pseudonym(key, record)) in index
        shards = " ".join(str(row) for row in rows_of(project, one))
        assert not any(tag in shards for tag, _ in index)


def test_a_changed_mention_index_is_named(folder: Path) -> None:
    with opened(folder) as project:
        one = built(project)
        file = project.datasets.folder(NAME, one.manifest.version) / MENTION_INDEX
        file.write_bytes(file.read_bytes()[:-1] + b"?")
        assert "other-mentions" in {problem.code for problem in verified(project).problems}


def test_the_manifest_counts_what_was_taken_out_and_verification_recomputes_it(folder: Path) -> None:
    with opened(folder) as project:
        one = built(project)
        taken = {label: (spans, records) for label, spans, records in one.manifest.redaction.taken}
        labels = [
            part.split(":") for row in rows_of(project, one) for part in (row["redacted"] or "").split()
        ]
        assert taken["MEMBER"][0] == sum(int(count) for label, count in labels if label == "MEMBER") > 0
        assert taken["EMAIL"][1] == sum(label == "EMAIL" for label, _ in labels) > 0
        assert verified(project).problems == ()


def test_where_only_objectors_go_a_no_takes_out_the_mentions_in_the_words_of_others(folder: Path) -> None:
    with opened(only_objectors(folder)) as project:
        before = published(project, built(project))
        still = [one for one in named_in(before) if one[2] in before[one[0]]]
        authors = {record.id: record.author for record in MADE.records}
        record, member, name = next(one for one in still if authors[one[0]] != one[1])
        say(project, member, False)
        after = published(project, built(project))
        assert name in before[record]
        assert name not in after[record]
        assert any(one[2] in after.get(one[0], "") for one in still if one[1] != member)
        assert verified(project).problems == ()


def test_a_member_sees_each_record_as_the_model_saw_it_with_the_places_of_what_was_taken_out(
    folder: Path,
) -> None:
    with opened(folder) as project:
        texts = published(project, built(project))
        author = next(r.author for r in MADE.records if r.id in texts and "[" in texts[r.id]) or ""
        found = seen(project.yard, project.datasets, NAME, author)
        assert [one.record for one in found] == sorted(
            r.id for r in MADE.records if r.author == author and r.id in texts
        )
        for one in found:
            assert (one.original, one.text) == (TEXTS[one.record], texts[one.record])
            assert one.removals is not None
            assert written_over(one.original, one.removals) == one.text
        assert any(one.removals for one in found)
        pages, after = list[Seen](), None
        while page := seen(project.yard, project.datasets, NAME, author, after, 2):
            assert len(page) <= 2
            pages += page
            after = page[-1].record
        assert tuple(pages) == found


def test_what_a_model_saw_of_nobody_and_of_nothing_is_refused(folder: Path) -> None:
    with opened(folder) as project:
        with pytest.raises(InputError, match="published"):
            seen(project.yard, project.datasets, NAME, "m1")
        built(project)
        with pytest.raises(InputError, match="unknown-member"):
            seen(project.yard, project.datasets, NAME, "nobody-of-that-id")


def test_several_processes_give_what_one_gives_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sayso.engines.revise.WORTH_A_PROCESS", 1)
    plan = Plan(Mode.STRUCTURED)
    known = Acquaintance(Roll.of([("t1", ("Ada Lovelace",), ("adal",))]), frozenset({"t1"}))
    batches = [list(TEXTS.values())[:150], ["ask Ada Lovelace", "a@example.org"], []]
    local = LocalReviser(Making(plan, known, b"k" * 32, country_of))
    with OpenRevisers(plan, country_of, workers=2)(known, b"k" * 32, 300) as pooled:
        assert pooled.version == local.version
        assert list(pooled.revise(batches)) == list(local.revise(batches))
