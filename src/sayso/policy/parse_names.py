"""The words that a policy declares (purposes, recipients, categories, groups, sources), and checks against them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sayso.policy.model import Category, Policy, Recipient, Source
from sayso.policy.parse_block import Block, Many, Value
from sayso.policy.parse_report import Report, shown, suggest
from sayso.policy.specificity import BUILT_IN_GROUPS, EVERYWHERE
from sayso.policy.yamltext import Word
from sayso.values.regions import COUNTRIES, is_region
from sayso.values.uses import PurposeTree

# What people write for a country, and its ISO code.
_MISNAMED = {
    "UK": "GB",
    "EL": "GR",
    "USA": "US",
    "ENGLAND": "GB-ENG",
    "SCOTLAND": "GB-SCT",
    "WALES": "GB-WLS",
}


@dataclass(frozen=True, slots=True)
class Names:
    """What a policy declares, each name once."""

    purposes: PurposeTree
    purpose_labels: tuple[tuple[str, str], ...]
    recipients: tuple[Recipient, ...]
    categories: tuple[Category, ...]
    groups: tuple[tuple[str, frozenset[str]], ...]
    sources: tuple[Source, ...]

    @classmethod
    def of(cls, policy: Policy) -> Names:
        """Return what a policy declares."""
        return cls(
            policy.purposes,
            policy.purpose_labels,
            policy.recipients,
            policy.categories,
            policy.groups,
            policy.sources,
        )

    def known(self, noun: str) -> tuple[str, ...]:
        """Return the declared names of a noun: purpose, recipient, category or source."""
        match noun:
            case "purpose":
                return self.purposes.names()
            case "recipient":
                return tuple(one.id for one in self.recipients)
            case "category":
                return tuple(one.id for one in self.categories)
            case _:
                return tuple(one.id for one in self.sources)

    def check(self, noun: str, words: Iterable[Word], report: Report) -> tuple[str, ...]:
        """Return those of the words that are declared, each once; report the others."""
        known = self.known(noun)
        advice = f"declare it under `{'categories' if noun == 'category' else noun + 's'}`"
        found: dict[str, None] = {}
        for word in words:
            if word.text in known:
                found[word.text] = None
            else:
                report.unknown(
                    noun, word.text, word.place, known, advice if not known or len(known) > 15 else ""
                )
        return tuple(found)

    def check_regions(self, words: Iterable[Word], report: Report) -> tuple[str, ...]:
        """Return those of the words that are regions or groups, each once; report the others."""
        groups = tuple(name for name, _ in self.groups)
        return tuple(dict.fromkeys(word.text for word in words if _is_place(word, groups, report)))


def _is_place(word: Word, groups: Sequence[str], report: Report) -> bool:
    if word.text in groups or is_region(word.text):
        return True
    if word.text == EVERYWHERE:
        what, advice = "'everywhere' is not one of a list", "it stands alone: `regions: everywhere`"
    else:
        what, advice = f"{shown(word.text)} is not a region or a group", _region_advice(word.text, groups)
    report.add("bad-region", what, word.place, advice)
    return False


def _region_advice(text: str, groups: Sequence[str]) -> str:
    upper = text.upper()
    if upper in _MISNAMED:
        return f"its ISO 3166 code is {_MISNAMED[upper]}"
    if is_region(upper):
        return f"write {upper!r}"
    near = suggest(text, groups, "none")
    return near if near.startswith("did") else "use ISO 3166 codes (GB, US-CA), or declare a group"


def read_names(block: Block, report: Report) -> Names:
    """Return what a policy file declares; what is declared twice, or badly, is reported."""
    tree = _purposes(block, report)
    names = Names(
        purposes=tree,
        purpose_labels=(),
        recipients=tuple(_recipients(block)),
        categories=tuple(_categories(block, report)),
        groups=_groups(block, report),
        sources=tuple(_sources(block)),
    )
    labels = [(word, value) for word, value in block.pairs("purpose_labels") if isinstance(value, Word)]
    kept = names.check("purpose", (word for word, _ in labels), report)
    return Names(
        tree,
        tuple((word.text, " ".join(value.text.split())) for word, value in labels if word.text in kept),
        names.recipients,
        names.categories,
        names.groups,
        names.sources,
    )


def report_twice(words: Iterable[Word], noun: str, report: Report) -> None:
    """Report each word that was there before."""
    first: dict[str, Word] = {}
    for word in words:
        if word.text in first:
            where = f"the first is in line {first[word.text].place.line}"
            report.add("duplicate-id", f"the {noun} {shown(word.text)} is here twice", word.place, where)
        first.setdefault(word.text, word)


def _purposes(block: Block, report: Report) -> PurposeTree:
    pairs = [(word, value) for word, value in block.pairs("purposes") if isinstance(value, Word)]
    report_twice((word for word, _ in pairs), "purpose", report)
    once: dict[str, str | None] = {}
    for word, parent in pairs:
        once.setdefault(word.text, parent.text or None)
    return PurposeTree(tuple(once.items()))


def _recipients(block: Block) -> Iterator[Recipient]:
    for word, value in block.pairs("recipients"):
        if isinstance(value, Block):
            yield Recipient(word.text, value.text("kind"), value.text("name", word.text))


def _categories(block: Block, report: Report) -> Iterator[Category]:
    if isinstance(block.get("categories"), Many):
        words = block.words("categories")
        report_twice(words, "category", report)
        yield from (Category(name) for name in dict.fromkeys(word.text for word in words))
    for word, value in block.pairs("categories"):
        if isinstance(value, Word):
            yield Category(word.text, " ".join(value.text.split()))


def _sources(block: Block) -> Iterator[Source]:
    for word, value in block.pairs("sources"):
        if isinstance(value, Block):
            fields = (value.text(key) for key in ("title", "reference", "date", "confidence", "document"))
            yield Source(word.text, *fields)


def _groups(block: Block, report: Report) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the built-in groups and the declared ones as ISO codes."""
    built_in = dict(BUILT_IN_GROUPS)
    declared = {word.text: value for word, value in block.pairs("groups") if _may_name(word, report)}
    names = (*built_in, *declared)
    members = {name: tuple(_members(value, names, report)) for name, value in declared.items()}
    for word, _ in block.pairs("groups"):
        if word.text in members and _holds_itself(word.text, members):
            what = f"the group {shown(word.text)} holds itself"
            report.add("bad-group", what, word.place, "name its regions instead")
    resolved = [(name, _codes(name, members, built_in)) for name in members]
    return (*BUILT_IN_GROUPS, *resolved)


def _may_name(word: Word, report: Report) -> bool:
    name = word.text
    if (
        name not in dict(BUILT_IN_GROUPS)
        and name != EVERYWHERE
        and not is_region(name)
        and name not in COUNTRIES
    ):
        return True
    report.add(
        "bad-group", f"{shown(name)} already means something", word.place, "give the group another name"
    )
    return False


def _members(value: Value, names: Sequence[str], report: Report) -> Iterator[str]:
    if isinstance(value, Many):
        words = (word for word in value.values if isinstance(word, Word))
        yield from (word.text for word in words if _is_place(word, names, report))


def _reached(name: str, members: dict[str, tuple[str, ...]]) -> set[str]:
    """Return everything that a group holds, directly or through groups."""
    found: set[str] = set()
    waiting = list(members.get(name, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(members.get(one, ()))
    return found


def _holds_itself(name: str, members: dict[str, tuple[str, ...]]) -> bool:
    return name in _reached(name, members)


def _codes(
    name: str, members: dict[str, tuple[str, ...]], built_in: dict[str, frozenset[str]]
) -> frozenset[str]:
    reached = _reached(name, members)
    direct = frozenset(one for one in reached if one not in members and one not in built_in)
    return direct.union(*(built_in[one] for one in reached if one in built_in))
