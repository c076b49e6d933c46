"""The fold of the log into standing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_samples import NOW
from sayso.ledger import events as ev
from sayso.ledger.standing import StandingIndex, record_tag, suspension_id
from sayso.values.canonical import keyed
from sayso.values.moments import Moment
from sayso.values.standing import Choice, Notice, Standing, Suspension

AT = [Moment(NOW + hour * 3_600_000_000) for hour in range(6)]
TAGS = ("aa", "bb")


def logged(*happened: ev.Event) -> list[ev.Entry]:
    return [ev.Entry(number, NOW, event) for number, event in enumerate(happened)]


def index_of(*happened: ev.Event) -> StandingIndex:
    return StandingIndex.of(logged(*happened))


def said(tag: str, yes: bool, at: Moment) -> ev.ChoiceMade:
    return ev.ChoiceMade(tag, "genai", yes, at, "v1", "settings")


def test_nobody_said_anything_in_an_empty_log() -> None:
    assert index_of().standing("aa") == index_of().standing(None) == Standing()


def test_choices_stand_in_the_order_of_their_moments_then_of_their_entries() -> None:
    index = index_of(
        said("aa", True, AT[2]), said("aa", False, AT[1]), said("bb", True, AT[0]), said("aa", False, AT[2])
    )
    assert index.standing("aa").choices == (
        Choice("genai", False, AT[1], "v1", 1, "settings"),
        Choice("genai", True, AT[2], "v1", 0, "settings"),
        Choice("genai", False, AT[2], "v1", 3, "settings"),
    )
    assert dict(index.all_choices()) == {tag: index.choices(tag) for tag in TAGS}


def test_a_notice_to_one_member_is_theirs_alone() -> None:
    index = index_of(
        ev.NoticeGiven("v1", AT[0], "e-mail"),
        ev.NoticeGiven("v2", AT[1], "app", regions=("GB", "CH")),
        ev.NoticeGiven("v3", AT[2], "post", tag="aa"),
    )
    everyone = Notice("v1", AT[0], None, False, 0, "e-mail")
    regional = Notice("v2", AT[1], frozenset({"GB", "CH"}), False, 1, "app")
    personal = Notice("v3", AT[2], None, True, 2, "post")
    assert index.standing("aa").notices == (everyone, regional, personal)
    assert (
        index.standing("bb").notices
        == index.standing(None).notices
        == index.notices()
        == (everyone, regional)
    )
    assert dict(index.personal_notices()) == {"aa": (personal,)}


def test_a_suspension_protects_everyone_and_has_its_entry_in_its_id() -> None:
    index = index_of(
        said("aa", True, AT[0]),
        ev.SuspensionSet(("ai-training",), AT[1], "ICO", "case 7", ("GB",), ("linkedin",), AT[4]),
        ev.SuspensionSet(("licensing",), AT[2], "office", ""),
    )
    first = Suspension("S1", frozenset({"ai-training"}), AT[1], AT[1], AT[4], frozenset({"GB"}),
                       frozenset({"linkedin"}), "ICO", "case 7", 1)  # fmt: skip
    second = Suspension("S2", frozenset({"licensing"}), AT[2], AT[2], authority="office", entry=2)
    assert index.standing(None).suspensions == index.suspensions() == (first, second)
    assert suspension_id(1) == first.id


@pytest.mark.parametrize(("until", "lifts", "expected"), [
    (None, [], None),
    (None, [AT[3]], AT[3]),
    (AT[4], [AT[3]], AT[3]),
    (AT[2], [AT[3]], AT[2]),
    (None, [AT[4], AT[3]], AT[3]),
])  # fmt: skip
def test_a_suspension_ends_at_the_earliest_of_its_end_and_its_lifts(
    until: Moment | None, lifts: list[Moment], expected: Moment | None
) -> None:
    index = index_of(
        ev.SuspensionSet(("ai-training",), AT[1], "ICO", "", until=until),
        *(ev.SuspensionLifted(0, at) for at in lifts),
    )
    assert [each.until for each in index.suspensions()] == [expected]


def test_a_lift_of_something_else_lifts_nothing() -> None:
    index = index_of(
        said("aa", True, AT[0]),
        ev.SuspensionLifted(0, AT[1]),
        ev.SuspensionLifted(3, AT[1]),
        ev.SuspensionSet(("ai-training",), AT[0], "ICO", ""),
    )
    assert [each.until for each in index.suspensions()] == [None]


def test_a_deletion_stands_from_its_earliest_moment() -> None:
    index = index_of(
        ev.RecordDeleted("aa", "r2", AT[3]),
        ev.RecordDeleted("aa", "r1", AT[2]),
        ev.RecordDeleted("aa", "r2", AT[1]),
    )
    assert index.standing("aa").deletions == (("r1", AT[2]), ("r2", AT[1]))
    assert set(index.all_deletions()) == {("aa", "r1", AT[2]), ("aa", "r2", AT[1])}
    assert index.standing("bb").deletions == ()


def test_a_closed_account_and_an_erased_member_are_known_by_their_tags() -> None:
    index = index_of(
        ev.AccountClosed("aa", AT[2]), ev.AccountClosed("aa", AT[1]), ev.MemberErased("bb", AT[3]),
        ev.Delivered("d", 1, "linkedin", AT[3]),
    )  # fmt: skip
    assert index.standing("aa").closed_at == AT[1]
    assert index.standing("bb").closed_at is None
    assert (index.closed, index.erased) == ({"aa": AT[1]}, {"bb": AT[3]})
    assert index.size == 4


def test_a_record_tag_is_keyed_to_records() -> None:
    assert record_tag(bytes(32), "post-1") == keyed(bytes(32), "record", b"post-1").hex()
    assert record_tag(bytes(32), "post-1") != record_tag(b"\1" * 32, "post-1")


def test_an_entry_that_does_not_come_later_is_refused() -> None:
    index = index_of(said("aa", True, AT[0]))
    with pytest.raises(ValueError, match="entry 0 does not come after the 1 before it"):
        index.extend(logged(said("aa", False, AT[1])))


tags, moments, records = st.sampled_from(TAGS), st.sampled_from(AT), st.sampled_from(("r1", "r2"))
happenings: st.SearchStrategy[ev.Event] = st.one_of(
    st.builds(said, tags, st.booleans(), moments),
    st.builds(
        ev.NoticeGiven, st.just("v1"), moments, st.just("app"), st.none() | st.just(("GB",)), st.none() | tags
    ),
    st.builds(
        ev.SuspensionSet, st.just(("p",)), moments, st.just("a"), st.just("r"), until=st.none() | moments
    ),
    st.builds(ev.SuspensionLifted, st.integers(0, 8), moments),
    st.builds(ev.RecordDeleted, tags, records, moments),
    st.builds(ev.AccountClosed, tags, moments),
    st.builds(ev.MemberErased, tags, moments),
)


@given(st.lists(happenings, max_size=12), st.data())
def test_a_prefix_with_its_tail_folded_in_is_the_whole(drawn: list[ev.Event], data: st.DataObject) -> None:
    entries = logged(*drawn)
    cut = data.draw(st.integers(0, len(entries)))
    whole, grown = StandingIndex.of(entries), StandingIndex.of(entries[:cut])
    grown.extend(entries[cut:])
    for tag in (*TAGS, None):
        assert whole.standing(tag) == grown.standing(tag)


@given(st.lists(happenings, max_size=12), tags)
def test_one_tags_entries_and_the_wide_ones_are_enough_for_that_tag(drawn: list[ev.Event], tag: str) -> None:
    entries = logged(*drawn)
    few = [
        entry for entry in entries
        if ev.tag_of(entry.event) == tag or (isinstance(entry.event, ev.WIDE) and ev.tag_of(entry.event) is None)
    ]  # fmt: skip
    assert StandingIndex.of(few).standing(tag) == StandingIndex.of(entries).standing(tag)
