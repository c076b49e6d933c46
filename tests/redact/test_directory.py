"""What the directory takes for a mention of a member and what it leaves, and what holds of it for every text."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sayso.redact.directory import Directory, Entry, Mentions
from sayso.redact.name_parts import FEW
from sayso.redact.spans import Label

ENTRIES = [
    Entry("ada", ("Ada Lovelace", "Ada King"), ("adal", "countess_ada")),
    Entry("will", ("Will Page",), ("the",)),
    Entry("mai", ("Mai Nguyễn",), ("dev",)),
    Entry("grace", ("Grace Hopper",), ("grace_h",)),
    Entry("brien", ("Miles O'Brien",), ()),
    Entry("paul", ("Paul von der Heide",), ("p42",)),
    Entry("yamada", ("山田太郎",), ()),
    Entry("olga", ("Ольга Кузнецова",), ()),
    *(Entry(f"anna{number}", (f"Anna Nr{number}berg",), ()) for number in range(60)),
]
ALWAYS = frozenset({"ada", "will", "mai", "anna7", "yamada"})
DIRECTORY = Directory.of(ENTRIES, ALWAYS, b"key")
REFUSED = Mentions(DIRECTORY, everybody=False)
EVERYBODY = Mentions(DIRECTORY, everybody=True)


def taken(text: str, finder: Mentions = REFUSED) -> list[str]:
    return [text[start:end] for start, end, _ in finder.find([text])[0]]


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("ask ada lovelace", "ada lovelace"),
        ("(LOVELACE, Ada)", "LOVELACE, Ada"),
        ("Ada B. Lovelace's notes", "Ada B. Lovelace"),
        ("A. Lovelace wrote", "A. Lovelace"),
        ("so Ada L. said", "Ada L"),
        ("Lovelace wrote", "Lovelace"),
        ("read lovelace again", "lovelace"),
        ("s Adou Lovelacovou", "Lovelacovou"),
        ("#AdaLovelace rules", "AdaLovelace"),
        ("adalovelace1815", "adalovelace1815"),
        ("AdaLovelaceFans", "AdaLovelace"),
        ("@adal", "adal"),
        ("ADAL did it", "ADAL"),
        ("Countess-Ada?", "Countess-Ada"),
        ("@the", "the"),
        ("https://example.org/users/the", "the"),
        ("thanks will!", "will"),
        ("I think Will has it", "Will"),
        ("Mr. Page", "Page"),
        ("will page", "will page"),
        ("mai nguyen", "mai nguyen"),
        ("ｍａｉ Ｎguyễn", "ｍａｉ Ｎguyễn"),
        ("Hallo Anna!", "Anna"),
        ("anna nr7berg", "anna nr7berg"),
        ("太郎は山田太郎です", "山田太郎"),
    ],
)
def test_mentions_of_members_who_said_no_are_taken(text: str, mention: str) -> None:
    assert taken(text) == [mention]


@pytest.mark.parametrize(
    "text",
    [
        "it will work in may",
        "the page of the dev",
        "Will it work?",
        "turn the page, please",
        "Ada. The king left",
        "Annapurna and Adam",
        "Anna is a name of many",
        "grace hopper is not on the list",
        "lovelaceville",
        "a daily ovation",
        "[MEMBER] [PERSON 2] [LOC Ada Lovelace]",
        "",
    ],
)
def test_what_names_no_member_who_said_no_stays(text: str) -> None:
    assert taken(text) == []


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("grace hopper", "grace hopper"),
        ("as Miles OBrien said", "Miles OBrien"),
        ("Paul Heide", "Paul Heide"),
        ("Heide, Paul", "Heide, Paul"),
        ("paul_von_der_heide", "paul_von_der_heide"),
        ("@p42", "p42"),
        ("с ОЛЬГОЙ КУЗНЕЦОВОЙ", "ОЛЬГОЙ КУЗНЕЦОВОЙ"),
    ],
)
def test_mentions_of_anybody_are_taken_by_policy_alone(text: str, mention: str) -> None:
    assert taken(text, EVERYBODY) == [mention]
    assert taken(text, REFUSED) == []


def test_all_members_of_one_name_are_listed() -> None:
    directory = Directory.of([Entry("b", ("Ada King",)), Entry("a", ("ADA KING",))], frozenset(), b"")
    (mention,) = directory.mentions(["ada king"])[0]
    assert mention.members == ("a", "b")
    assert mention.certain


def test_a_name_that_many_bear_is_taken_for_one_who_said_no_and_tells_of_nobody() -> None:
    many = [Entry(f"m{number}", (f"Marta Xq{number:c>3}",)) for number in range(FEW + 1)]
    directory = Directory.of(many, frozenset({"m7"}), b"")
    (greeted,) = directory.mentions(["thanks Marta!"])[0]
    assert (greeted.members, greeted.told) == (("m7",), ())
    (named,) = directory.mentions(["thanks Marta Xqcc7!"])[0]
    assert (named.members, named.told) == (("m7",), ("m7",))
    (initial,) = directory.mentions(["thanks Marta X.!"])[0]
    assert (initial.members, initial.told) == (("m7",), ())


def test_a_name_that_few_bear_tells_of_those_who_said_no() -> None:
    few = [Entry(f"m{number}", (f"Marta Xq{number:c>3}",)) for number in range(FEW)]
    directory = Directory.of(few, frozenset({"m7"}), b"")
    (greeted,) = directory.mentions(["thanks Marta!"])[0]
    assert (greeted.members, greeted.told) == (("m7",), ("m7",))


def test_a_member_who_said_no_is_not_hidden_by_a_longer_name() -> None:
    directory = Directory.of(
        [Entry("a", ("Anna Maria",)), Entry("b", ("Maria Ostrowska",))], frozenset("a"), b""
    )
    assert taken("Anna Maria Ostrowska", Mentions(directory, everybody=False)) == ["Anna Maria"]


def test_names_of_two_who_said_no_that_share_a_word_leave_none_of_it() -> None:
    directory = Directory.of(
        [Entry("a", ("Anna Maria",)), Entry("b", ("Maria Ostrowska",))], frozenset("ab"), b""
    )
    (mention,) = directory.mentions(["Anna Maria Ostrowska"])[0]
    assert (mention.start, mention.end, mention.members) == (0, 20, ("a", "b"))


def test_the_version_names_the_content_under_the_key_and_not_its_order() -> None:
    version = DIRECTORY.version
    assert Directory.of(reversed(ENTRIES), ALWAYS, b"key").version == version
    assert Directory.of(ENTRIES, ALWAYS, b"other").version != version
    assert Directory.of(ENTRIES[1:], ALWAYS, b"key").version != version
    assert Directory.of(ENTRIES, ALWAYS - {"ada"}, b"key").version != version
    assert REFUSED.version != EVERYBODY.version


def test_a_directory_of_nobody_finds_nothing() -> None:
    for entries in ([], [Entry("a")], [Entry("a", ("",), ("", "_")), Entry("b", ("😀", "\ud800"), ("@",))]):
        assert Directory.of(entries, frozenset("ab"), b"").mentions(["Ada @ _ 😀", ""]) == [[], []]


PIECES = [
    *(
        "Ada",
        "Lovelace",
        "LOVELACE",
        "will",
        "Will",
        "Page",
        "the",
        "dev",
        "Anna",
        "Nr7berg",
        "Mai",
        "Nguyễn",
        "山田太郎",
        "山田",
    ),
    *(
        "Ольга",
        "Кузнецовой",
        "A.",
        "adal",
        "countess",
        "O",
        "Brien",
        "von",
        "der",
        "Heide",
        "Paul",
        "s",
        "hi",
        "said",
    ),
    *(
        " ",
        "  ",
        "\n",
        ",",
        ", ",
        ".",
        "@",
        "/",
        "_",
        "-",
        "'",
        "[",
        "]",
        "[MEMBER]",
        "\u200b",
        "\u0301",
        "😀",
        "\ud800",
        "\0",
        "ß",
        "½",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=14).map("".join)


@given(TEXTS)
def test_spans_lie_inside_the_text_and_touch_no_label(text: str) -> None:
    spans = EVERYBODY.find([text])[0]
    assert all(0 <= start < end <= len(text) and label is Label.MEMBER for start, end, label in spans)
    assert all(one.end <= other.start for one, other in pairwise(sorted(spans)))
    if "[MEMBER]" in text:
        inside = range(text.index("[MEMBER]"), text.index("[MEMBER]") + 8)
        assert not any(start in inside or end - 1 in inside for start, end, _ in spans)


@given(st.lists(TEXTS, max_size=6))
def test_a_text_is_judged_alone(texts: list[str]) -> None:
    together = DIRECTORY.mentions(texts)
    assert together == [DIRECTORY.mentions([text])[0] for text in texts]
    assert together[::-1] == DIRECTORY.mentions(texts[::-1])


@given(st.lists(st.sampled_from(ENTRIES), unique=True, min_size=1, max_size=8), TEXTS, st.randoms())
def test_the_order_of_the_entries_changes_nothing(entries: list[Entry], text: str, chance: object) -> None:
    shuffled = sorted(entries, key=lambda entry: chance.random())  # type: ignore[attr-defined]
    one, other = (Directory.of(some, ALWAYS, b"") for some in (entries, shuffled))
    assert one.version == other.version
    assert one.mentions([text]) == other.mentions([text])


@given(st.lists(st.text(max_size=12), max_size=4), st.lists(st.text(max_size=8), max_size=4), TEXTS)
def test_any_names_and_handles_will_do(names: list[str], handles: list[str], text: str) -> None:
    directory = Directory.of([Entry("m", tuple(names), tuple(handles))], frozenset("m"), b"")
    text = f"{text} {' '.join(names)} {text} @{' @'.join(handles)}"
    assert all(0 <= one.start < one.end <= len(text) for one in directory.mentions([text])[0])


@given(st.text(st.characters(codec="ascii", categories=["Lu", "Ll"]), min_size=2, max_size=9), TEXTS)
@example("II", "")
@example("Jr", "")
@example("Dr", "")
def test_a_full_name_is_found_whatever_stands_around_it(surname: str, text: str) -> None:
    finder = Mentions(
        Directory.of([Entry("m", (f"Qintaz {surname}",))], frozenset("m"), b""), everybody=False
    )
    whole = f"{text} Qintaz {surname}, {text}"
    start = whole.index("Qintaz", len(text))
    assert any(one.start <= start and start + 7 + len(surname) <= one.end for one in finder.find([whole])[0])


REPEATED = [
    "Ada Lovelace ",
    "adalovelace",
    "Ada ",
    "a",
    "山田太郎",
    "山",
    "@the ",
    "A. ",
    "Will, ",
    "_",
    " ",
    "é",
    "\u0301",
    "[",
    "lovelace-",
    "Anna N. ",
]


@pytest.mark.parametrize("piece", REPEATED)
def test_time_grows_with_the_length_of_a_text_and_no_faster(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        before = time.process_time()
        DIRECTORY.mentions([text])
        return time.process_time() - before

    seconds(10_000)
    # Linear is 16; quadratic would be 256. A busy machine may slow one measurement, and does not slow three alike.
    assert any(seconds(320_000) < 40 * max(seconds(20_000), 0.01) for _ in range(3))
