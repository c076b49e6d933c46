"""Spotting: a text that comes out otherwise because of what members have said since is spotted, and that by them alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.engines.revise import LocalReviser, Making
from sayso.engines.spot import DirectorySpotter
from sayso.intake.gazetteer import country_of
from sayso.ports import Acquaintance, Known, Revised
from sayso.redact.directory import Directory, Mentions
from sayso.redact.name_parts import FEW, HARDLY_ANY, INITIALS
from sayso.redact.owners import Roll
from sayso.redact.plan import Mode, Plan

NAMES = st.sampled_from(
    """
    Ada Lovelace,Will Rose,Mai Li,Ada Byron,Jo Will,Grace Hopper,Rose,Marketa Page,Will Page,Marketa Lovelace,Millers Rose,Berline Will
    """.strip().split(",")
)
WORDS = st.sampled_from(
    """
    Ada Lovelace lovelace Will will Wills Rose rose roses Mai Li Byron dear thanks said Mr. @ada_l ada_l A. L. met and in Page Pages
    Marketa Marketou markets Millers Miller Berline LovelaceAda RoseWill WillPage MarketaPage
    """.split()
)


@given(
    names=st.lists(NAMES, min_size=1, max_size=5),
    before=st.sets(st.integers(0, 4)),
    after=st.sets(st.integers(0, 4)),
    words=st.lists(WORDS, max_size=12),
    everybody=st.booleans(),
    crowded=st.sets(st.sampled_from(("Ada", "Lovelace", "Will", "Rose", "Marketa"))),
    refusing=st.sets(st.sampled_from(("Ada", "Lovelace", "Will", "Rose", "Marketa"))),
    crowd=st.sampled_from((3, HARDLY_ANY + 1, INITIALS + 1, FEW + 1)),
)
@settings(max_examples=300, deadline=None)
def test_a_text_that_comes_out_otherwise_is_spotted(
    names: list[str],
    before: set[int],
    after: set[int],
    words: list[str],
    everybody: bool,
    crowded: set[str],
    refusing: set[str],
    crowd: int,
) -> None:
    known = [Known(f"t{n}", (name,), (f"{name.split()[0].lower()}_l",)) for n, name in enumerate(names)]
    others = [
        Known(f"o{part}{n}", (f"{part} L{'aeiou'[n % 5]}x{n:c>3}",), ())
        for part in crowded
        for n in range(crowd)
    ]
    roll = Roll.of([*known, *others])
    text = " ".join(words)

    theirs = frozenset(f"o{part}0" for part in refusing)

    def found(objectors: set[int]) -> tuple[object, object]:
        always = theirs | {f"t{n}" for n in objectors if n < len(names)}
        directory = Directory.of_roll(roll, always, b"k")
        told = {tag for mention in directory.mentions([text])[0] for tag in mention.told}
        return Mentions(directory, everybody).find([text]), told

    changed = [one for n, one in enumerate(known) if (n in before) != (n in after)]
    always = theirs | {f"t{n}" for n in before & after if n < len(names)}
    if changed and found(before) != found(after):
        assert DirectorySpotter(changed, roll, always).spotted([text]) == [True]


PIECES = st.sampled_from(
    """
    Ada ada Lovelace Will will Rose rose Mai Li dear thanks said Mr. @ada_l A. L. met in Page Marketa ada@example.org https://x.org/Ada
    https://x.org/u/ada_l 10.0.0.1 ada_l.will@x.org Ada-10.0.0.1 will@x.org,Ada Ada@ @will +1-415-555-0198Ada DE44500105175407324931
    , . : - / born 1990-01-01 "Ada" [EMAIL] x.org Will@10.0.0.1
    """.split()
)
JOINS = st.sampled_from([" ", " ", " ", "", ", ", ". ", "\n", "/", "-", "@"])
TEXTS = st.lists(st.tuples(PIECES, JOINS), max_size=9).map(lambda some: "".join(map("".join, some)))


def redacted_otherwise_is_spotted(
    names: list[str], before: set[int], after: set[int], texts: list[str], everybody: bool, crowded: set[str]
) -> None:
    """Whole redaction, in which something new may show once something else is out; the first of a crowd said no."""
    known = [Known(f"t{n}", (name,), (f"{name.split()[0].lower()}_l",)) for n, name in enumerate(names)]
    others = [
        Known(f"o{part}{n}", (f"{part} L{'aeiou'[n % 5]}x{n:c>3}",), ())
        for part in sorted(crowded)
        for n in range(FEW + 1)
    ]
    roll = Roll.of([*known, *others])
    theirs = frozenset(f"o{part}0" for part in crowded)

    def revised(objectors: set[int]) -> list[Revised]:
        knows = Acquaintance(roll, theirs | {f"t{n}" for n in objectors if n < len(names)})
        return LocalReviser(Making(Plan(Mode.STRUCTURED, everybody), knows, b"k" * 32, country_of)).revised(
            texts
        )

    changed = [one for n, one in enumerate(known) if (n in before) != (n in after)]
    if changed:
        always = theirs | {f"t{n}" for n in before & after if n < len(names)}
        spotted = DirectorySpotter(changed, roll, always).spotted(texts)
        rows = zip(texts, revised(before), revised(after), spotted, strict=True)
        assert [text for text, one, other, seen in rows if one != other and not seen] == []


DRAWN = {
    "names": st.lists(NAMES, min_size=1, max_size=4),
    "before": st.sets(st.integers(0, 3)),
    "after": st.sets(st.integers(0, 3)),
    "texts": st.lists(TEXTS, min_size=20, max_size=20),
    "everybody": st.booleans(),
    "crowded": st.sets(st.sampled_from(("Ada", "Will"))),
}


@given(**DRAWN)
@settings(max_examples=25, deadline=None)
def test_a_text_that_is_redacted_otherwise_is_spotted(
    names: list[str], before: set[int], after: set[int], texts: list[str], everybody: bool, crowded: set[str]
) -> None:
    redacted_otherwise_is_spotted(names, before, after, texts, everybody, crowded)


@pytest.mark.deep
@given(**DRAWN)
@settings(max_examples=1_000, deadline=None)
def test_twenty_thousand_texts_that_are_redacted_otherwise_are_spotted(
    names: list[str], before: set[int], after: set[int], texts: list[str], everybody: bool, crowded: set[str]
) -> None:
    redacted_otherwise_is_spotted(names, before, after, texts, everybody, crowded)
