"""What visitors are shown of a platform: its public posts, and nothing that its author took down."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sayso.wiring import Project
from sayso.workflows.delete import close_account, delete_record
from sayso.workflows.facts import RECORDS_FILE
from sayso.workflows.shown import newest, shown
from workflows.worlds_on_disk import SOURCE, community, copied, make, opened


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("made") / "forum", community(40))


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Iterator[Project]:
    with opened(copied(made, tmp_path / "forum")) as found:
        yield found


def public_posts(project: Project) -> list[str]:
    """Return the ids of the public posts that the source has, the newest first."""
    rows = pq.read_table(project.sources.folder(SOURCE) / RECORDS_FILE).to_pylist()
    posts = [
        row
        for row in rows
        if (row["category"], row["visibility"]) == ("post", "public")
        and row["deleted_at"] is None
        and row["author"] is not None
    ]
    return [
        row["record"] for row in sorted(posts, key=lambda row: (-(row["created_at"] or 0), row["record"]))
    ]


def test_the_newest_are_the_latest_public_posts_in_order(project: Project) -> None:
    posts = public_posts(project)
    found = [one.record for one in newest(project.yard, 8)]
    assert found == [one for one in posts if one in set(found)]
    assert found == [one.record for one in shown(project.yard, posts)][:8]


def test_a_post_that_the_log_says_is_deleted_is_shown_to_nobody(project: Project) -> None:
    first, second, *_ = (one.record for one in newest(project.yard, 3))
    delete_record(project.book, project.tags, project.sources, first)
    assert first not in [one.record for one in newest(project.yard, 100)]
    assert [one.record for one in shown(project.yard, (first, second))] == [second]


def test_nothing_of_whoever_closed_the_account_is_shown(project: Project) -> None:
    (first,) = newest(project.yard, 1)
    record = project.sources.record(first.record)
    assert record is not None
    assert record.author is not None
    close_account(project.book, project.tags, record.author)
    left = [project.sources.record(one.record) for one in newest(project.yard, 100)]
    assert left
    assert record.author not in {one.author for one in left if one}


def test_where_nothing_was_brought_in_there_is_nothing_to_show(project: Project) -> None:
    shutil.rmtree(project.sources.folder(SOURCE))
    assert newest(project.yard, 8) == ()
    assert shown(project.yard, ["anything"]) == ()
