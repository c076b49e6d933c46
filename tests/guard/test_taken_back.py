"""What was taken back: the last word stands, in whatever order the items come; what names nobody is a doubt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from sayso.client.answers import Item
from sayso.guard.taken_back import TakenBack
from sayso.values.uses import Use

USE, OTHER = Use("writing", "platform"), Use("licensing", "licensee")
NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


def item(kind: str, entry: int = 0, member: str | None = "ada", hours: int = 0, **more: object) -> Item:
    values = {"uses": (USE,), "member": member, **more}
    return Item(entry, NOON + timedelta(hours=hours), kind, **values)  # type: ignore[arg-type]


def taken(*items: Item, by_record: bool = True, let_pass: tuple[str, ...] = ()) -> TakenBack:
    found = TakenBack(USE, by_record, let_pass)
    found.fold(items)
    return found


words = st.lists(
    st.tuples(
        st.sampled_from(["said-no", "said-yes"]),
        st.sampled_from("ab"),
        st.integers(0, 3),
        st.sampled_from([USE, OTHER]),
    ),
    max_size=12,
)


@given(words, st.randoms(use_true_random=False))
def test_the_last_word_on_the_use_stands_whatever_the_order_of_the_items(
    drawn: list[tuple[str, str, int, Use]], dice: object
) -> None:
    items = [
        item(kind, entry, member, hours, uses=(use,))
        for entry, (kind, member, hours, use) in enumerate(drawn)
    ]
    shuffled = list(items)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    found = taken(*shuffled, *shuffled[:3])
    for member in "ab":
        own = [one for one in items if one.member == member and USE in one.uses]
        last = max(own, key=lambda one: (one.at, one.entry), default=None)
        assert found.is_out([member]) == (last is not None and last.kind == "said-no")


def test_a_closed_account_an_erasure_and_a_deletion_are_for_good() -> None:
    for kind in ("account-closed", "member-erased"):
        assert taken(item(kind), item("said-yes", 1, hours=1)).is_out(["ada"])
    deleted = taken(item("record-deleted", record="p1"), item("said-yes", 1, hours=1))
    assert deleted.is_out(["ada"], "p1")
    assert not deleted.is_out(["ada"], "p2")


def test_where_records_cannot_be_told_apart_a_deletion_takes_all_of_its_author_out() -> None:
    assert taken(item("record-deleted", record="p1"), by_record=False).is_out(["ada"])
    assert taken(item("record-deleted", record=None)).is_out(["ada"], "p2")


def test_one_of_several_who_said_no_is_enough_and_a_row_of_nobody_is_out() -> None:
    found = taken(item("said-no"))
    assert found.is_out(["bob", "ada"])
    assert not found.is_out(["bob"])
    assert found.is_out([])


def test_what_speaks_of_other_uses_changes_nothing() -> None:
    kinds = ("said-no", "account-closed", "suspended", "policy-adopted", "record-deleted")
    found = taken(*(item(kind, everyone=True, uses=(OTHER,)) for kind in kinds))
    assert not found.is_out(["ada"], "p1")
    assert found.stop(NOON) is None
    assert found.doubt(NOON) is None


def test_a_suspension_holds_from_its_moment_until_its_end_or_its_lift() -> None:
    later = NOON + timedelta(hours=1)
    stop = item("suspended", 1, None, 1, everyone=True, suspension="S1", until=NOON + timedelta(hours=3))
    lift = item("resumed", 2, None, 2, everyone=True, suspension="S1")
    other = item("suspended", 3, None, 1, everyone=True, suspension="S3")
    assert taken(stop).stop(NOON) is None
    assert taken(stop).stop(later) == stop
    assert taken(stop).stop(NOON + timedelta(hours=3)) is None
    for order in permutations((stop, lift, other)):
        assert taken(*order).stop(later) == other
    assert taken(stop, lift).stop(later) is None


def test_a_suspension_in_some_regions_is_a_doubt_for_as_long_as_it_lasts() -> None:
    stop = item("suspended", 1, None, regions=("GB",), suspension="S1")
    assert taken(stop).stop(NOON) is None
    assert taken(stop).doubt(NOON) == stop
    assert taken(stop, item("resumed", 2, None, regions=("GB",), suspension="S1")).doubt(NOON) is None


def test_what_names_nobody_is_a_doubt_unless_it_may_pass() -> None:
    for kind in ("policy-adopted", "records-imported"):
        assert taken(item(kind, 3, None, everyone=True)).doubt(NOON) is not None
        assert taken(item(kind, 3, None, everyone=True), let_pass=(kind,)).doubt(NOON) is None
    for kind in ("said-no", "member-erased", "account-closed", "record-deleted"):
        assert taken(item(kind, member=None)).doubt(NOON) is not None
    for kind in ("said-yes", "notice", "resumed", "something-new"):
        assert taken(item(kind, member=None, everyone=True)).doubt(NOON) is None
