"""What a record replies to, from the source to the published row; and sources and versions of before records said it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sayso.dataset.digest import FIRST, LOGICAL, row_bytes
from sayso.dataset.manifest import Manifest
from sayso.dataset.rows import (
    dataset_key,
    from_table,
    in_order,
    member_pseudonym,
    record_pseudonym,
    with_places,
)
from sayso.intake.community import Community
from sayso.ledger.merkle import leaf_hash
from sayso.workflows import build as building
from sayso.workflows import slices
from sayso.workflows.seen import seen
from workflows.worlds_on_disk import (
    NAME,
    SOURCE,
    built,
    community,
    copied,
    last_words,
    make,
    opened,
    rows_of,
    say,
    verified,
)

MADE = community(40)
PARENTS = {record.id: record.reply_to for record in MADE.records}


def light(root: Path, made: Community) -> Path:
    """Make a project that redacts without a model."""
    file = make(root, made) / "sayso.yaml"
    file.write_text(file.read_text("utf-8").replace("mode: light", "mode: structured"), "utf-8")
    return root


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a community in it, nothing built yet."""
    return light(tmp_path_factory.mktemp("prepared") / "forum", MADE)


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared project."""
    return copied(prepared, tmp_path / "forum")


def test_a_published_comment_names_its_post_by_pseudonym_whether_that_is_published_or_not(
    folder: Path,
) -> None:
    with opened(folder) as project:
        rows = {row["record"]: row["reply_to"] for row in rows_of(project, built(project))}
        key = dataset_key(project.keys.secret(), NAME)
        record = project.sources.record(next(one for one in PARENTS if PARENTS[one]))
    expected = {record_pseudonym(key, one): parent for one, parent in PARENTS.items()}
    named = {one: parent and record_pseudonym(key, parent) for one, parent in expected.items()}
    assert rows.items() <= named.items()
    answered = {parent for parent in rows.values() if parent}
    assert answered & rows.keys()
    assert answered - rows.keys()
    assert record is not None
    assert record.reply_to == PARENTS[record.id]


def test_a_no_leaves_the_replies_to_what_left_as_they_are(folder: Path) -> None:
    with opened(folder) as project:
        before = rows_of(project, built(project))
        threads = {row["reply_to"] for row in before}
        whose = next(row["member"] for row in before if row["record"] in threads)
        key = dataset_key(project.keys.secret(), NAME)
        tags = project.tags.table().to_pylist()
        person = next(one["member"] for one in tags if member_pseudonym(key, one["tag"]) == whose)
        say(project, person, yes=False)
        after = {row["record"]: row["reply_to"] for row in rows_of(project, built(project))}
        assert after.items() < {row["record"]: row["reply_to"] for row in before}.items()
        assert {parent for parent in after.values() if parent} & {
            row["record"] for row in before if row["member"] == whose
        }
        assert verified(project).problems == ()


def test_a_source_without_the_column_is_built_from_and_verified(tmp_path: Path) -> None:
    silent = tuple(replace(record, reply_to=None) for record in MADE.records)
    with opened(light(tmp_path / "forum", replace(MADE, records=silent))) as project:
        source = project.sources.folder(SOURCE)
        file = source / "records.parquet"
        pq.write_table(pq.read_table(file).drop_columns(["reply_to"]), file)
        (source / "SHA256SUMS").unlink()
        one = built(project)
        assert {row["reply_to"] for row in rows_of(project, one)} == {None}
        report = verified(project)
        assert (report.problems, report.versions[0].recomputed) == ((), True)
        found = project.sources.record(silent[0].id)
        assert found is not None
        assert found.reply_to is None


def older_table(tables: Iterable[pa.Table]) -> pa.Table:
    """Return the rows of a shard as they were written before they said what they reply to."""
    return in_order(tables).drop_columns(["reply_to"])


def older_places(tables: Iterable[pa.Table]) -> tuple[pa.Table, pa.Array]:
    """Return the rows of a shard as they were written then, with the places that they had."""
    rows, places = with_places(tables)
    return rows.drop_columns(["reply_to"]), places


def older_hashes(table: pa.Table) -> bytes:
    """Return the leaf hashes that the rows of a shard had then."""
    return b"".join(leaf_hash(row_bytes(row, FIRST)) for row in from_table(table))


def test_a_version_of_before_rows_said_it_holds_and_nothing_is_taken_over_from_it(folder: Path) -> None:
    with opened(folder) as project, pytest.MonkeyPatch.context() as patch:
        patch.setattr(slices, "in_order", older_table)
        patch.setattr(slices, "with_places", older_places)
        patch.setattr(slices, "row_hashes", older_hashes)
        patch.setattr(building, "Manifest", partial(Manifest, logical=FIRST))
        first = built(project)
        assert "reply_to" not in rows_of(project, first)[0]
    with opened(folder) as project:
        (report,) = verified(project).versions
        assert (report.problems, report.recomputed) == ((), False)
        assert "what they reply to" in report.not_recomputed
        person = next(iter(last_words(project, "ai-training", project.log.size())))
        seen(project.yard, project.datasets, NAME, project.tags.member_of(person) or "")
        second = built(project)
        assert (second.before, second.carried, second.unchanged) == (first.manifest, 0, False)
        assert (second.manifest.logical, len(second.manifest.shards)) == (LOGICAL, len(first.manifest.shards))
        assert any(row["reply_to"] for row in rows_of(project, second))
        assert built(project).carried == second.manifest.rows
        assert verified(project).problems == ()
