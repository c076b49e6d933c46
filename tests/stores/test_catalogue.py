"""The catalogue finds what the sources' files hold, and takes over what they hold next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Thread

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.errors import IntegrityError
from sayso.stores.catalogue import FileCatalogue
from sayso.stores.idindex import IdIndex
from sayso.stores.sources import RECORDS, FileSources
from sayso.values.members import Member
from sayso.values.moments import Moment
from sayso.values.records import Record
from sayso.workflows.facts import state_of
from stores.drawn_sources import write_source

ADA = Member(
    "ada", "IE", 19800501, None, None, (("plan", "free"), ("region-source", "location")), Moment(5), None
)
BOB = Member("bob", None, None, 18, 24, (), None, Moment(9))
CYD = Member("cyd", "US-CA", attributes=(("plan", "?"),))


def made(name: str, author: str | None, at: int | None, **more: object) -> Record:
    """Return a record with a text of its own."""
    moment = None if at is None else Moment(at)
    return Record(name, author, "post", "public", moment, text=f"words of {name}", **more)  # type: ignore[arg-type]


RECORDS_OF_A = (
    made("a1", "ada", 10, contributors=("bob", "?"), language="en"),
    made("a2", "ada", 30, reply_to="a1"),
    made("a3", None, 20, deleted_at=Moment(25)),
    made("a4", "ada", None, attributes=(("sensitive-group", "yes"),)),
    made("a5", "stranger", 40, collected_at=Moment(41)),
    made("a6", "ada", 20),
    made("a7", "ada", 20),
)
RECORDS_OF_B = (made("b1", "bob", 1), made("b2", "ada", 25), made("b3", "cyd", 2, contributors=("ada",)))


class Shop:
    """Sources in a folder, and a catalogue of them."""

    def __init__(self, folder: Path) -> None:
        self.sources = FileSources(folder, lambda _: "sha256:0")
        self.catalogue = FileCatalogue(self.sources, state_of)

    def bring(self, name: str, members: Iterable[Member], records: Iterable[Record]) -> None:
        write_source(self.sources.arrive(name), members, records)
        self.sources.settle(name)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Two sources; one record of the second is by a member of the first, and one has their hand in it."""
    found = Shop(tmp_path)
    found.bring("a", (ADA, BOB), RECORDS_OF_A)
    found.bring("b", (CYD,), RECORDS_OF_B)
    return found


def test_every_member_and_record_is_found_as_the_sources_find_them(shop: Shop) -> None:
    for name in ("ada", "bob", "cyd", "stranger", "?", ""):
        assert shop.catalogue.member(name) == shop.sources.member(name)
    for record in (*RECORDS_OF_A, *RECORDS_OF_B):
        assert shop.catalogue.record(record.id) == shop.sources.record(record.id)
        assert shop.catalogue.text(record.id) == record.text
    assert shop.catalogue.record("nowhere") is None
    assert (shop.catalogue.members, shop.catalogue.records) == (3, 10)


def test_texts_come_in_the_order_in_which_they_are_asked_for(shop: Shop) -> None:
    asked = ("b2", "a7", "nowhere", "a1", "a7")
    texts = ("words of b2", "words of a7", None, "words of a1", "words of a7")
    assert shop.catalogue.texts(asked) == texts
    assert shop.catalogue.text("nowhere") is None


def test_records_of_a_member_come_the_newest_first_from_all_sources_page_by_page(shop: Shop) -> None:
    newest = ("a2", "b2", "a6", "a7", "a1", "a4")
    assert shop.catalogue.records_of("ada") == newest
    assert [shop.catalogue.records_of("ada", start, 2) for start in (0, 2, 4, 6)] == [
        newest[:2],
        newest[2:4],
        newest[4:],
        (),
    ]
    assert shop.catalogue.records_of("stranger") == ("a5",)
    assert shop.catalogue.records_of("nobody") == ()
    assert [shop.catalogue.count(name) for name in ("ada", "bob", "nobody", "?")] == [6, 1, 0, 0]


def test_columns_of_people_and_records_say_what_single_ones_say(shop: Shop) -> None:
    held = shop.catalogue.now()
    rows = held.rows(["b3", "a1", "a5"])
    columns = held.of_records(rows)
    assert [held.person(number) for number in columns.author.tolist()] == ["cyd", "ada", "stranger"]
    pairs = zip(columns.hand_places.tolist(), columns.hands.tolist(), strict=True)
    assert sorted((place, held.person(number)) for place, number in pairs) == [
        (0, "ada"),
        (1, "?"),
        (1, "bob"),
    ]
    people = held.of_people(held.people(["cyd", "stranger", "nobody", "ada"]))
    assert people.known.tolist() == [True, False, False, True]
    assert [people.region.values[code] for code in people.region.codes] == ["US-CA", None, None, "IE"]
    plans = held.member_attribute("plan", held.people(["ada", "cyd", "bob"]))
    assert [plans.values[code] for code in plans.codes] == ["free", "?", None]
    assert held.person(held.nobody) is None


def test_what_did_not_change_is_not_read_again(shop: Shop) -> None:
    before = shop.catalogue.now()
    assert shop.catalogue.now() is before
    shop.bring("b", (CYD,), RECORDS_OF_B[:1])
    after = shop.catalogue.now()
    assert after is not before
    assert after.volumes[0] is before.volumes[0]
    assert shop.catalogue.record("b2") is None


def test_a_member_who_is_erased_is_gone_with_the_next_look_up(shop: Shop) -> None:
    assert shop.catalogue.count("ada") == 6
    for name in ("a", "b"):
        shop.sources.remove(name, frozenset({"ada"}))
    assert shop.catalogue.member("ada") is None
    assert shop.catalogue.record("a1") is None
    assert shop.catalogue.texts(("a1", "a3")) == (None, "words of a3")
    assert shop.catalogue.records_of("ada") == ()
    left = shop.catalogue.record("b3")
    assert left is not None
    assert left.contributors == ("?",)
    assert shop.catalogue.now().people(["ada"]).tolist() == [shop.catalogue.now().nobody]


def test_a_source_between_its_two_renames_is_still_answered_from(shop: Shop, tmp_path: Path) -> None:
    before = shop.catalogue.record("a1")
    (tmp_path / "outgoing").mkdir(exist_ok=True)
    (tmp_path / "sources" / "a").rename(tmp_path / "outgoing" / "a")
    assert shop.catalogue.record("a1") == before
    (tmp_path / "outgoing" / "a").rename(tmp_path / "sources" / "a")
    assert shop.catalogue.text("a1") == "words of a1"


def test_a_source_that_is_gone_is_gone_here_and_none_is_none(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "sources" / "a").rename(tmp_path / "elsewhere")
    assert shop.catalogue.record("a1") is None
    assert shop.catalogue.record("b1") is not None
    empty = Shop(tmp_path / "empty").catalogue
    assert (empty.members, empty.records, empty.member("ada"), empty.records_of("ada")) == (0, 0, None, ())
    assert empty.texts(("a1",)) == (None,)


def test_a_damaged_source_is_an_integrity_error_that_names_it(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "sources" / "a" / RECORDS
    fresh = file.with_name("fresh")
    fresh.write_bytes(b"PAR1" + bytes(200))
    fresh.replace(file)
    with pytest.raises(IntegrityError, match="sources/a"):
        shop.catalogue.record("a1")


def test_threads_that_read_while_a_source_is_replaced_see_the_old_or_the_new_and_never_half(
    tmp_path: Path,
) -> None:
    shop, wrong, done = Shop(tmp_path), list[tuple[object, object]](), list[bool]()

    def bring(turn: int) -> None:
        member = Member("ada", ("IE", "GB")[turn % 2])
        shop.bring(
            "a",
            (member,),
            [
                made(f"r{n}", "ada", 1, attributes=(("region", member.region or ""),))
                for n in range(turn % 2 + 1)
            ],
        )

    def read() -> None:
        while not done:
            held = shop.catalogue.now()
            member, record = held.member("ada"), held.record("r0")
            text = shop.catalogue.text("r0")
            if (
                member is None
                or record is None
                or record.attributes != (("region", member.region),)
                or text != "words of r0"
            ):
                wrong.append((member, record))

    bring(0)
    readers = [Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(1, 12):
        bring(turn)
    done.append(True)
    for reader in readers:
        reader.join()
    assert wrong == []


names = st.lists(st.text(max_size=3), unique=True, max_size=40)


@given(names, st.lists(st.text(max_size=3), max_size=20), st.sampled_from((hash, len, lambda _: 7)))
def test_ids_are_found_however_many_share_a_hash(
    ids: list[str], others: list[str], hashed: Callable[[str], int]
) -> None:
    ids = [each for each in ids if each.isascii()]
    others = [each for each in others if each.isascii()] + ids
    index = IdIndex(pa.array(ids, pa.string()), hashed)
    wanted = [ids.index(each) if each in ids else -1 for each in others]
    assert index.find(others).tolist() == wanted
    assert [index.one(each) for each in others] == wanted
