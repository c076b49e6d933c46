"""The withdrawals feed: what it says of each entry, how it is paged, whom it names, and that it means what decisions mean."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sayso.dataset.rows import dataset_key, member_pseudonym, record_pseudonym
from sayso.errors import InputError
from sayso.ledger.events import DatasetPublished
from sayso.policy.question import question_at
from sayso.values.moments import DAY, Moment
from sayso.values.uses import Use
from sayso.wiring import Project
from sayso.workflows.choose import NO_ONLY
from sayso.workflows.delete import close_account, delete_record
from sayso.workflows.erase import erase
from sayso.workflows.feed import Item, Kind, item_fields, withdrawals
from sayso.workflows.logbook import write
from sayso.workflows.notify import Audience, notify
from sayso.workflows.record_names import RecordNames
from sayso.workflows.suspend import Stop, resume, suspend
from shell import SetClock
from workflows.worlds_on_disk import LATE, community, copied, make, opened, say

MADE = community(30)
WRITING = Use("content-generation", "platform")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("feed") / "forum", MADE)


@pytest.fixture
def forum(plain: Path, tmp_path: Path) -> Path:
    return copied(plain, tmp_path / "forum")


def said(project: Project, after: int) -> list[Item]:
    return list(withdrawals(project.yard, after).items)


def last(project: Project) -> int:
    return project.log.size() - 1


def somebody(project: Project) -> tuple[str, str]:
    """A member of the community and a record of theirs."""
    one = next(each for each in MADE.records if each.author is not None and each.deleted_at is None)
    return one.author or "", one.id


def test_a_no_names_the_member_and_all_that_its_control_speaks_of(forum: Path) -> None:
    with opened(forum) as project:
        before, (member, _) = last(project), somebody(project)
        done = say(project, member, yes=False)
        (item,) = said(project, before)
    assert (item.entry, item.kind, item.member, item.everyone) == (
        done.written.number,
        Kind.SAID_NO,
        member,
        False,
    )
    assert item.at == done.event.at
    assert WRITING in item.uses
    assert Use("writing-suggestions", "platform") in item.uses
    assert not [use for use in item.uses if use.recipient != "platform" or use.purpose == "licensing"]


def test_a_yes_speaks_of_what_the_version_shown_covers(forum: Path) -> None:
    with opened(forum) as project:
        before = last(project)
        say(project, somebody(project)[0], yes=True, control="licensing")
        (item,) = said(project, before)
    assert (item.kind, item.uses) == (Kind.SAID_YES, (Use("licensing", "licensee"),))


def test_the_uses_of_a_no_and_a_yes_are_those_of_the_question(forum: Path) -> None:
    with opened(forum) as project:
        now, policy, before = project.clock.now(), project.policy, last(project)
        version = policy.in_force(now)
        assert version is not None
        words = [
            (control.id, yes)
            for control in version.controls
            for yes in (False, True)
            if not (yes and control.kind in NO_ONLY)
        ]
        for control, yes in words:
            say(project, somebody(project)[0], yes, control)
        items = said(project, before)
        for item, (control, yes) in zip(items, words, strict=True):
            expected = [
                Use(purpose, one.id)
                for purpose in policy.purposes.names()
                for one in policy.recipients
                if (asked := question_at(policy, Use(purpose, one.id), now))
                and ((version.id, control) in asked.yeses if yes else control in asked.noes)
            ]
            assert list(item.uses) == expected
            assert expected


def test_a_no_speaks_of_what_a_later_version_will_let_it_cover(forum: Path) -> None:
    with opened(forum) as project:
        policy, now = project.policy, project.clock.now()
        shown = policy.versions[-1]
        wider = replace(shown.controls[0], purposes=(*shown.controls[0].purposes, "licensing"))
        later = replace(
            shown, id="later", effective_at=Moment(now + DAY), controls=(wider, *shown.controls[1:])
        )
        before = last(project)
        say(project, somebody(project)[0], yes=False, control=wider.id)
        project.book.policy = replace(policy, versions=(*policy.versions, later))
        (item,) = said(project, before)
    assert Use("licensing", "platform") in item.uses


def test_a_deletion_names_the_record_and_speaks_of_every_use(forum: Path) -> None:
    with opened(forum) as project:
        before, (member, record) = last(project), somebody(project)
        delete_record(project.book, project.tags, project.sources, record)
        close_account(project.book, project.tags, member)
        deleted, closed = said(project, before)
        everything = {
            Use(purpose, one.id)
            for purpose in project.policy.purposes.names()
            for one in project.policy.recipients
        }
    assert (deleted.kind, deleted.member, deleted.record) == (Kind.RECORD_DELETED, member, record)
    assert (closed.kind, closed.member, closed.record) == (Kind.ACCOUNT_CLOSED, member, None)
    assert set(deleted.uses) == set(closed.uses) == everything


def test_ids_of_deleted_records_are_remembered_until_the_sources_change(forum: Path) -> None:
    with opened(forum) as project:
        before, (member, record) = last(project), somebody(project)
        delete_record(project.book, project.tags, project.sources, record)
        names = RecordNames(project.yard)
        pages = [withdrawals(project.yard, before, names=names) for _ in range(2)]
        assert [page.items[0].record for page in pages] == [record, record]
        project.sources.remove("community", frozenset((member,)))
        assert withdrawals(project.yard, before, names=names).items[0].record is None


def test_an_erased_member_is_nobody_to_name_but_a_data_set_knows_their_rows(forum: Path) -> None:
    with opened(forum) as project:
        before, (member, record) = last(project), somebody(project)
        tag = project.tags.tag_of(member) or ""
        say(project, member, yes=False)
        erase(project.book, project.tags, project.sources, project.yard.snapshots, member)
        items = said(project, before)
        assert {item.kind: item.member for item in items} == {
            Kind.SAID_NO: None,
            Kind.MEMBER_ERASED: None,
            Kind.ACCOUNT_CLOSED: None,
            Kind.RECORDS_IMPORTED: None,
        }
        assert [item.kind for item in items if item.everyone] == [Kind.RECORDS_IMPORTED]
        key = dataset_key(project.keys.secret(), "writers")
        named = withdrawals(project.yard, before, dataset="writers").items
        assert named[0].member == named[1].member == member_pseudonym(key, tag)
        assert record not in repr(named)


def test_a_data_set_names_records_as_its_rows_do(forum: Path) -> None:
    with opened(forum) as project:
        before, (_, record) = last(project), somebody(project)
        delete_record(project.book, project.tags, project.sources, record)
        key = dataset_key(project.keys.secret(), "writers")
        (item,) = withdrawals(project.yard, before, dataset="writers").items
    assert item.record == record_pseudonym(key, record)


def test_a_suspension_says_where_of_what_until_when_and_its_end_says_the_same(forum: Path) -> None:
    with opened(forum) as project:
        before, now = last(project), project.clock.now()
        stop = Stop(
            ("content-generation",), "ICO", regions=("GB",), recipients=("platform",), until=Moment(now + DAY)
        )
        done = suspend(project.book, stop)
        suspend(project.book, Stop(("ai-training",), "the office", starts_at=Moment(now + DAY)))
        resume(project.book, done.id or "")
        first, second, third = said(project, before)
    assert (first.kind, first.everyone, first.regions, first.until) == (
        Kind.SUSPENDED,
        False,
        ("GB",),
        now + DAY,
    )
    assert set(first.uses) == {WRITING, Use("writing-suggestions", "platform")}
    assert (second.everyone, second.regions, second.at) == (True, None, now + DAY)
    assert {use.recipient for use in second.uses} == {"platform", "affiliate", "licensee"}
    assert (third.kind, third.regions, third.uses) == (Kind.RESUMED, first.regions, first.uses)
    assert first.suspension == third.suspension == done.id != second.suspension


def test_a_notice_speaks_of_the_uses_whose_rules_ask_for_one(forum: Path) -> None:
    with opened(forum) as project:
        before, version = last(project), project.policy.versions[-1].id
        notify(project.book, project.tags, version, Audience(regions=("US",)))
        notify(project.book, project.tags, version, Audience(member=somebody(project)[0]))
        some, one = said(project, before)
    assert (some.regions, some.everyone, some.member) == (("US",), False, None)
    assert (one.regions, one.everyone, one.member) == (None, False, somebody(project)[0])
    assert WRITING in some.uses
    assert not [use for use in some.uses if use.recipient == "licensee"]


def test_what_does_not_bear_on_use_is_passed_over_and_not_asked_for_again(forum: Path) -> None:
    with opened(forum) as project:
        before = last(project)
        event = DatasetPublished("w", 1, "sha256:0", "ai-training", "platform", Moment(0), 1, 0)
        write(project.book, [event])
        page = withdrawals(project.yard, before)
    assert (page.items, page.next, page.size) == ((), before + 1, before + 2)


def test_pages_of_any_size_hold_the_same_items(plain: Path) -> None:
    with opened(plain) as project:
        whole = withdrawals(project.yard, -1, 100_000)
        for limit in (1, 7, 50):
            found, after = [], -1
            while after < last(project):
                page = withdrawals(project.yard, after, limit)
                assert len(page.items) <= limit
                assert page.next > after
                found += page.items
                after = page.next
            assert tuple(found) == whole.items
        assert {Kind.POLICY_ADOPTED, Kind.RECORDS_IMPORTED, Kind.SAID_NO} <= {
            item.kind for item in whole.items
        }


@pytest.mark.parametrize("after", [-2, 10**6])
def test_an_entry_that_is_not_there_cannot_be_asked_after(plain: Path, after: int) -> None:
    with opened(plain) as project, pytest.raises(InputError, match="unknown-entry"):
        withdrawals(project.yard, after)


def test_the_fields_are_those_of_the_reference_page(plain: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "feed.md").read_text("utf-8")
    with opened(plain, SetClock(LATE)) as project:
        item = withdrawals(project.yard, -1, 1).items[0]
    for name in item_fields(item):
        assert f"| `{name}` |" in page
    for kind in Kind:
        assert f"| `{kind}` |" in page
