"""The directory's tables find what a plain telling finds, also when they come from files, and whatever the names are."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sayso.redact.directory import Directory, Entry
from sayso.redact.word_hashes import Letters
from sayso.redact.word_memo import LONGEST, WORTH, WordMemo, codes_of
from spec import directory_spec

GIVEN = "Ada Grace Will Rose Mai Mark Anna Anna-Maria Petra Li Bo Søren Jürgen Ольга 山田 Marketa Æva Josefine".split()
SURNAMES = """
Lovelace Hopper Page Young Müller Mueller O'Hara Lovelac Novák Nováková Bell Stone Кузнецова 太郎 Mi Millers Berline Li Da-Silva
""".split()
HANDLES = (
    "adal countess_ada the dev will 42 a_b x1.y anna_maria_x ada_lovelace page-young 山田a lovelace".split()
)
SAID = """
Ada ada ADA Lovelace lovelaces Lovelacovi Lovelac A. L. Æ Will will Page pages Young Rose rose adalovelace LovelaceAda AdaL
lovelaceada99 Petra petrami Petrou Marketa Marketou Müller mueller Mueller's Ольга Кузнецовой ольга О. 山田太郎 山田 太郎 von der
Anna anna-maria AnnaMaria Novák Novákovi Dr. Hi said thanks countess ada_lovelace @the /users/dev the dev O'Hara ohara Li Bo Mi 3
Berline berlines Millers Josefine josefinestone Silva dasilva x1.y a_b countess-ada
""".split()
PIECES = [*SAID, *" \t\n,.@/_-'", ", ", " ", " ", " ", "é", "\u0301", "½", "\ud800", "\0"]
NAMES = st.one_of(
    st.builds("{} {}".format, st.sampled_from(GIVEN), st.sampled_from(SURNAMES)),
    st.builds("{} {} {}".format, st.sampled_from(GIVEN), st.sampled_from(GIVEN), st.sampled_from(SURNAMES)),
    st.sampled_from(GIVEN + SURNAMES),
    st.text(max_size=6),
)
ENTRIES = st.lists(
    st.tuples(st.lists(NAMES, max_size=2), st.lists(st.sampled_from(HANDLES), max_size=1), st.booleans()),
    min_size=1,
    max_size=6,
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=12).map("".join)


def directory_of(rows: list[tuple[list[str], list[str], bool]]) -> Directory:
    entries = [Entry(f"m{at}", tuple(names), tuple(handles)) for at, (names, handles, _) in enumerate(rows)]
    always = frozenset(f"m{at}" for at, (_, _, flagged) in enumerate(rows) if flagged)
    return Directory.of(entries, always, b"key")


@given(ENTRIES, st.lists(TEXTS, min_size=1, max_size=4))
def test_the_tables_find_what_the_plain_telling_finds(
    rows: list[tuple[list[str], list[str], bool]], texts: list[str]
) -> None:
    directory = directory_of(rows)
    told = [text.replace("[", "") for text in texts]
    assert directory.mentions(told) == [directory_spec.mentions(directory, text) for text in told]


def test_a_directory_of_arrays_mapped_from_files_is_the_same(tmp_path: Path) -> None:
    directory = directory_of([(["Ada Lovelace"], ["countess_ada"], True), (["Will Page"], ["the"], False)])
    for name, array in directory.arrays.items():
        np.save(tmp_path / f"{name}.npy", array)
    mapped = Directory({path.stem: np.load(path, mmap_mode="r") for path in tmp_path.iterdir()})
    texts = ["Ask LovelaceAda, Will Page and @the.", "nobody", ""]
    assert mapped.mentions(texts) == directory.mentions(texts)
    assert (mapped.version, mapped.always) == (directory.version, directory.always)


def test_a_surname_that_thousands_share_takes_no_longer_per_text() -> None:
    def seconds(count: int) -> float:
        entries = [Entry(f"m{number}", (f"Anna{number:06d} Lovelace",)) for number in range(count)]
        directory = Directory.of(entries, frozenset({"m7"}), b"")
        text = "Annaxy Lovelace met A. Lovelace, Lovelace and Anna000007 Lovelace; " * 50
        before = time.process_time()
        directory.mentions([text])
        return time.process_time() - before

    seconds(100)
    assert seconds(16_000) < 12 * max(seconds(1_000), 0.02)


WORDS = st.text("ab", min_size=1, max_size=3).map(lambda end: "lovelacelovel" + end)
"""Of 14 to 16 letters, and alike: what a memo holds of them is all but the same."""


@given(st.lists(WORDS, min_size=1, max_size=20), st.lists(WORDS, max_size=20))
def test_what_is_found_does_not_depend_on_what_was_read_before(some: list[str], others: list[str]) -> None:
    fresh, used = (directory_of([([some[0]], [some[-1] + "x"], True)]) for _ in range(2))
    used.mentions([" ".join(others * WORTH), " ".join(f"{one}xs" for one in others * WORTH)])
    texts = [" ".join(some), f"@{some[0]} {some[-1]}x", " ".join(others), f"{some[-1]}xy {some[0]}s"]
    assert used.mentions(texts) == [found for text in texts for found in fresh.mentions([text])]


def test_a_memo_knows_its_words_and_no_other() -> None:
    rng = np.random.default_rng(1)
    words = sorted({bytes(rng.integers(97, 100, size).tolist()) for size in rng.integers(1, 20, 3000)})
    ends = np.cumsum([len(word) + 1 for word in words])
    sizes = np.array([len(word) for word in words])
    codes, memo = codes_of(Letters(b" ".join(words)), ends - sizes - 1, sizes), WordMemo()
    held = np.arange(0, len(words), 3)
    memo.add(codes.at(held))
    known = np.setdiff1d(np.arange(len(words)), memo.unknown(codes))
    assert set(known) <= set(held[sizes[held] <= LONGEST])
    assert len(known) > 0.9 * np.count_nonzero(sizes[held] <= LONGEST)
