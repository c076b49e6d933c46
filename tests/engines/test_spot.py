"""Spotting: a text that comes out otherwise because of what members have said since is spotted, and that by them alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.engines.revise import LocalReviser, Making
from sayso.engines.spot import DirectorySpotter, OpenSpotters
from sayso.intake.gazetteer import country_of
from sayso.redact.directory import Directory, Mentions
from sayso.redact.name_parts import FEW, HARDLY_ANY, INITIALS
from sayso.redact.operators import Operator, Rules
from sayso.redact.owners import Roll
from sayso.redact.plan import Mode, Plan
from sayso.redaction_ports import Acquaintance, Known, Revised

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


CALLED = st.none() | NAMES
CROWDS = st.sampled_from((0, 1, HARDLY_ANY - 1, HARDLY_ANY, INITIALS - 1, INITIALS, FEW - 1, FEW))


@given(
    people=st.lists(st.tuples(CALLED, CALLED, st.booleans(), st.booleans()), min_size=1, max_size=5),
    words=st.lists(WORDS, max_size=12),
    everybody=st.booleans(),
    crowds=st.dictionaries(
        st.sampled_from(("Ada", "Lovelace", "Will", "Rose", "Marketa", "Page")), CROWDS, max_size=3
    ),
    refusing=st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_a_text_that_comes_out_otherwise_because_somebody_is_called_otherwise_is_spotted(
    people: list[tuple[str | None, str | None, bool, bool]],
    words: list[str],
    everybody: bool,
    crowds: dict[str, int],
    refusing: bool,
) -> None:
    """Somebody comes, goes, or has another name, and with it more or fewer bear its parts; others change their word."""
    crowd = [
        Known(f"o{part}{n}", (f"{part} L{'aeiou'[n % 5]}x{n:c>3}",), ())
        for part in crowds
        for n in range(crowds[part])
    ]
    text = " ".join(words)

    def known(which: int) -> list[Known]:
        named = ((f"t{n}", one[which]) for n, one in enumerate(people))
        return [
            Known(tag, (name,), (f"{name.split()[0].lower()}_l",)) for tag, name in named if name is not None
        ]

    def always(which: int) -> frozenset[str]:
        theirs = {one.tag for one in crowd[:1]} if refusing else set()
        return frozenset(theirs | {f"t{n}" for n, one in enumerate(people) if one[2 + which]})

    def found(which: int) -> tuple[object, object]:
        directory = Directory.of_roll(Roll.of([*known(which), *crowd]), always(which), b"k")
        told = {tag for mention in directory.mentions([text])[0] for tag in mention.told}
        return Mentions(directory, everybody).find([text]), told

    before, after = ({one.tag: one for one in known(which)} for which in (0, 1))
    tags = sorted(before.keys() | after.keys())
    renamed = [
        _both(tag, before.get(tag), after.get(tag)) for tag in tags if before.get(tag) != after.get(tag)
    ]
    words_changed = always(0) ^ always(1)
    leavers = [after[tag] for tag in tags if before.get(tag) == after.get(tag) and tag in words_changed]
    if found(0) != found(1):
        spotter = DirectorySpotter(leavers, Roll.of([*known(1), *crowd]), always(0) & always(1), renamed)
        assert spotter.spotted([text]) == [True]


@pytest.mark.parametrize("text", ["Ada L. said", "ada l. said"])
def test_who_shares_a_part_of_a_name_with_one_too_many_is_looked_for_as_well(text: str) -> None:
    """An initial tells whom it means as long as few bear the part before it: not the one who came, but whoever was told."""
    crowd = [Known(f"o{n}", (f"Ada {'bxdfg'[n % 5]}x{n:c>3}",), ()) for n in range(FEW - 1)]
    ada, byron = Known("t0", ("Ada Lovelace",), ()), Known("t1", ("Ada Byron",), ())
    rolls = Roll.of([ada, *crowd]), Roll.of([ada, byron, *crowd])
    told = [Directory.of_roll(roll, frozenset({"t0"}), b"").mentions([text])[0][0].told for roll in rolls]
    assert told == [("t0",), ()]
    assert DirectorySpotter([], rolls[1], frozenset({"t0"}), [byron]).spotted([text]) == [True]


def _both(tag: str, one: Known | None, other: Known | None) -> Known:
    some = [each for each in (one, other) if each is not None]
    names = tuple(name for each in some for name in each.names)
    return Known(tag, names, tuple(handle for each in some for handle in each.handles))


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
    names: list[str],
    before: set[int],
    after: set[int],
    texts: list[str],
    everybody: bool,
    crowded: set[str],
    rules: Rules,
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
        plan = Plan(Mode.STRUCTURED, everybody, rules)
        return LocalReviser(Making(plan, knows, b"k" * 32, country_of)).revised(texts)

    changed = [one for n, one in enumerate(known) if (n in before) != (n in after)]
    if changed:
        always = theirs | {f"t{n}" for n in before & after if n < len(names)}
        spotted = OpenSpotters(rules)(changed, roll, always).sighted(texts)
        rows = zip(texts, revised(before), revised(after), spotted, strict=True)
        assert [text for text, one, other, seen in rows if one != other and not seen] == []


DRAWN = {
    "names": st.lists(NAMES, min_size=1, max_size=4),
    "before": st.sets(st.integers(0, 3)),
    "after": st.sets(st.integers(0, 3)),
    "texts": st.lists(TEXTS, min_size=20, max_size=20),
    "everybody": st.booleans(),
    "crowded": st.sets(st.sampled_from(("Ada", "Will"))),
    "rules": st.sampled_from(Operator).map(Rules),
}


@given(**DRAWN)
@settings(max_examples=25, deadline=None)
def test_a_text_that_is_redacted_otherwise_is_spotted(
    names: list[str],
    before: set[int],
    after: set[int],
    texts: list[str],
    everybody: bool,
    crowded: set[str],
    rules: Rules,
) -> None:
    redacted_otherwise_is_spotted(names, before, after, texts, everybody, crowded, rules)


@pytest.mark.parametrize("operator", Operator)
@pytest.mark.parametrize("everybody", [True, False])
def test_words_that_come_to_stand_together_are_sighted(operator: Operator, everybody: bool) -> None:
    texts = [
        "met Ada ada@example.org Lovelace there",
        "by Ada 10.0.0.1 L. once",
        "山田 ada@example.org 太郎",
        "met Ida there",
    ]
    known = [Known("t0", ("Ada Lovelace",), ()), Known("t1", ("山田 太郎",), ())]
    crowd = [
        Known(f"{part}{n}", (f"{part} Qx{n:c>3}",), ()) for part in ("Ada", "Lovelace") for n in range(FEW)
    ]
    roll, rules = Roll.of([*known, *crowd]), Rules(operator)

    def revised(*objectors: str) -> list[Revised]:
        plan = Plan(Mode.STRUCTURED, everybody, rules)
        knows = Acquaintance(roll, frozenset(objectors))
        return LocalReviser(Making(plan, knows, b"k" * 32, country_of)).revised(texts)

    sighted = OpenSpotters(rules)(known, roll).sighted(texts)
    differ = [one != other for one, other in zip(revised(), revised("t0", "t1"), strict=True)]
    assert any(differ) == rules.bring_together
    assert not [place for place, other in enumerate(differ) if other and not sighted[place]]
    assert not sighted[3]


@pytest.mark.deep
@given(**DRAWN)
@settings(max_examples=1_000, deadline=None)
def test_twenty_thousand_texts_that_are_redacted_otherwise_are_spotted(
    names: list[str],
    before: set[int],
    after: set[int],
    texts: list[str],
    everybody: bool,
    crowded: set[str],
    rules: Rules,
) -> None:
    redacted_otherwise_is_spotted(names, before, after, texts, everybody, crowded, rules)
