"""The outline of the log: what is kept and the tail of it say what the whole log says, of everybody and of some members."""

from __future__ import annotations

from pathlib import Path

import pytest

from sayso.ledger.events import AccountClosed, tag_of
from sayso.values.moments import Moment
from sayso.wiring import Project
from sayso.workflows.keeping import kept
from sayso.workflows.logstate import TAIL
from sayso.workflows.outline import OUTLINE, Outline, index_of, outlined
from workflows.worlds_on_disk import NAME, community, copied, folded, opened, published, say

MADE = community(30, seed=5)
AUTHORS = sorted({record.author for record in MADE.records if record.author})


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a published data set, that redacts without a model."""
    return published(tmp_path_factory.mktemp("prepared") / "forum", MADE)


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared project."""
    return copied(prepared, tmp_path / "forum")


def holds(project: Project, outline: Outline) -> None:
    """Hold an outline to the whole log, entry by entry."""
    state = folded(project)
    assert (outline.size, outline.latest) == (state.size, state.latest)
    assert outline.wide == tuple(one for one in project.log.entries() if tag_of(one.event) is None)
    assert outline.published(NAME) == state.published[NAME]
    assert outline.published("nothing") is None
    assert Outline.from_bytes(outline.size, outline.to_bytes()) == outline


def test_the_outline_from_what_is_kept_and_the_tail_is_that_of_the_whole_log(folder: Path) -> None:
    with opened(folder) as project:
        holds(project, outlined(project.yard))
        first = kept(project.book, project.yard.snapshots, OUTLINE)
        say(project, AUTHORS[0], False)
        holds(project, outlined(project.yard))
        assert kept(project.book, project.yard.snapshots, OUTLINE) == first  # so short a tail is read again
        project.log.append([AccountClosed("nobody", Moment(0))] * (TAIL + 1), project.clock.now())
        holds(project, outlined(project.yard))
        assert kept(project.book, project.yard.snapshots, OUTLINE) != first


def test_what_the_log_says_of_some_members_is_what_it_says_of_them_among_all(folder: Path) -> None:
    with opened(folder) as project:
        say(project, AUTHORS[0], False)
        tags = {tag for one in AUTHORS[:5] if (tag := project.tags.tag_of(one)) is not None}
        some, whole = index_of(project.yard, outlined(project.yard), tags), folded(project).index
        for name in ("words", "personal", "deletions", "closings", "erasures"):
            told = [row for row in getattr(whole, name).to_pylist() if row["tag"] in tags]
            assert getattr(some, name).to_pylist() == told
        assert some.words.num_rows > 0
        assert (some.notices(), some.suspensions()) == (whole.notices(), whole.suspensions())


def test_a_damaged_outline_is_made_again(folder: Path) -> None:
    with opened(folder) as project:
        outlined(project.yard)
        path = project.paths.kept / OUTLINE
        data = path.read_bytes()
        for lie in (data[:50] + bytes([data[50] ^ 1]) + data[51:], data[:-9], data[:20], b""):
            path.write_bytes(lie)
            holds(project, outlined(project.yard))
            assert kept(project.book, project.yard.snapshots, OUTLINE) is not None
