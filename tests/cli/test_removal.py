"""``sayso delete`` and ``sayso erase``: what stands, what is gone, and that a killed erasure is finished by the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from sayso.ledger.events import AccountClosed, MemberErased, RecordsImported
from sayso.stores.sources import FileSources
from sayso.workflows.erase import erase
from shell import Shell

PLAN = ("plan", "w", "--purpose", "ai-training", "--recipient", "platform")


def permitted(shell: Shell) -> int:
    """Return how many records would be taken."""
    return int(shell.json(*PLAN)["funnel"]["permitted"])


def test_a_deleted_record_is_not_used_from_its_moment_on(forum: Shell) -> None:
    forum("choose", "ada", "ai-training", "yes", "--at", "2025-01-01")
    forum("delete", "record", "p1", "--at", "2025-03-01")
    assert permitted(forum) == 1
    assert forum.json(*PLAN, "--at", "2025-02-01")["funnel"]["permitted"] == 2


def test_a_closed_account_takes_all_its_records_out(forum: Shell) -> None:
    forum("choose", "ada", "ai-training", "yes")
    assert permitted(forum) == 2
    forum("delete", "account", "ada")
    assert permitted(forum) == 0


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("record", "nothing"), 2, "unknown-record"),
        (("record", "p5"), 3, "no-author"),
        (("record", "p1", "--at", "2025-07-01"), 3, "future"),
        (("account", "nobody"), 2, "unknown-member"),
        (("account", "ada", "--at", "2025-07-01"), 3, "future"),
    ],
)
def test_what_cannot_be_deleted_is_refused(
    forum: Shell, words: tuple[str, ...], status: int, code: str
) -> None:
    assert forum("delete", *words, "--json", status=status).codes == [code]


def test_nothing_of_an_erased_member_is_left_and_everything_still_holds(forum: Shell) -> None:
    forum("choose", "ada", "ai-training", "yes")
    with forum.project() as project:
        tag = project.tags.tag_of("ada")
    said = forum.json("erase", "ada")
    assert (said["members"], said["records"]) == (1, 2)
    for name in ("members.csv", "posts.jsonl", "mapping.yaml"):
        (forum.folder / name).unlink()
    for name, data in forum.snapshot().items():
        assert b"Ada Example" not in data, name
        assert b"ada@example.org" not in data, name
        assert b"\nada" not in data, name
    with forum.project() as project:
        events = [entry.event for entry in project.log.entries()]
        assert project.tags.member_of(tag or "") is None
        assert project.tags.is_erased("ada")
    assert [event.tag for event in events if isinstance(event, MemberErased | AccountClosed)] == [tag, tag]
    assert forum.json("verify")["holds"] is True
    assert permitted(forum) == 0


def test_erasing_names_the_data_sets_that_were_published_before(forum: Shell) -> None:
    forum("choose", "ada", "ai-training", "yes")
    forum("build", "writers", "--purpose", "ai-training", "--recipient", "platform")
    assert forum.json("erase", "ada")["published_before"] == ["writers"]
    assert forum.json("verify")["holds"] is True


def test_a_member_is_erased_once_and_an_unknown_one_never(forum: Shell) -> None:
    assert forum("erase", "nobody", "--json", status=2).codes == ["unknown-member"]
    forum("erase", "ada")
    assert forum("erase", "ada", "--json", status=3).codes == ["erased-member"]


class Killed(BaseException):
    """The process is gone."""


class DyingSources(FileSources):
    """Sources under which the process is killed, before or after the first removal."""

    def __init__(self, sources: FileSources, after: bool) -> None:
        """Stand in for other sources."""
        self.__dict__.update(sources.__dict__)
        self._after = after

    def remove(self, name: str, members: frozenset[str]) -> RecordsImported | None:
        """Be killed."""
        if self._after:
            super().remove(name, members)
        raise Killed


@pytest.mark.parametrize("after", [False, True])
def test_a_killed_erasure_is_finished_by_doing_it_again(forum: Shell, after: bool) -> None:
    with forum.project() as project, pytest.raises(Killed):
        erase(project.book, project.tags, DyingSources(project.sources, after), None, "ada")
    with forum.project() as project:
        assert project.tags.tag_of("ada") is not None
    forum("erase", "ada")
    with forum.project() as project:
        events = [entry.event for entry in project.log.entries()]
        assert sum(isinstance(event, MemberErased) for event in events) == 1
        assert project.sources.member("ada") is None
        assert project.sources.record("p1") is None
    assert forum.json("verify")["holds"] is True


@pytest.mark.parametrize("torn", ["members.parquet", "records.parquet", "source.json"])
def test_a_removal_killed_between_two_files_is_finished_by_the_next(forum: Shell, torn: str) -> None:
    """The files are put in place one after the other: the state before each rename is tried."""
    with forum.project() as project:
        sources = project.sources
        folder = sources.folder("posts")
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        sources.remove("posts", frozenset(("ada",)))
        after = {path.name: path.read_bytes() for path in folder.iterdir()}
        (folder / torn).write_bytes(
            before[torn] if torn != "source.json" else _undigested(before["source.json"])
        )
        if torn != "source.json":
            (folder / "source.json").write_bytes(_undigested(before["source.json"]))
        again = sources.remove("posts", frozenset(("ada",)))
        assert again is not None
        assert {path.name: path.read_bytes() for path in folder.iterdir()}["source.json"] == after[
            "source.json"
        ]
        assert sources.digest("posts") == sources.digest_now("posts")
        assert sources.member("ada") is None


def _undigested(description: bytes) -> bytes:
    start = description.index(b'"digest":"') + len(b'"digest":"')
    return description[:start] + description[description.index(b'"', start) :]


def test_an_import_killed_between_its_two_renames_leaves_the_earlier_source(forum: Shell) -> None:
    state = forum.folder / ".sayso"
    (state / "outgoing").mkdir(exist_ok=True)
    (state / "sources/posts").rename(state / "outgoing/posts")
    with forum.project() as project:
        assert project.sources.names() == ("posts",)
    assert forum.json("verify")["holds"] is True


def test_a_damaged_description_of_a_source_is_named(forum: Shell) -> None:
    (forum.folder / ".sayso/sources/posts/source.json").write_text("{")
    said = forum("build", "w", "--purpose", "ai-training", "--recipient", "platform", "--json", status=4)
    assert said.codes == ["bad-source"]


def test_what_lies_beside_the_tables_of_a_community_forgets_the_member_too(empty: Shell) -> None:
    empty("init", "--policy", "linkedin")
    empty("import", "community", "--members", "40")
    folder = Path(empty.folder / ".sayso/sources/community")
    assert '"m000003"' in (folder / "history.jsonl").read_text() + (folder / "truth.jsonl").read_text()
    empty("erase", "m000003")
    assert '"m000003"' not in (folder / "history.jsonl").read_text() + (folder / "truth.jsonl").read_text()
