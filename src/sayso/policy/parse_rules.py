"""Rules and controls as the file has them, checked against the words that the policy declares."""

from __future__ import annotations

from collections.abc import Iterator

from sayso.policy.model import (
    Condition,
    Control,
    ControlKind,
    Default,
    Kind,
    MemberPredicate,
    Reach,
    RecordPredicate,
    Rule,
    Window,
)
from sayso.policy.parse_block import Block, Many
from sayso.policy.parse_names import Names
from sayso.policy.parse_report import Report, shown
from sayso.policy.specificity import EVERYWHERE
from sayso.policy.yamltext import Word
from sayso.values.members import UNKNOWN
from sayso.values.records import VISIBILITIES


def read_rule(block: Block, names: Names, kind: Kind | None, report: Report) -> Rule | None:
    """Return the rule of a block, ``None`` where something in it is wrong; what is wrong is reported."""
    before = report.count
    default = block.text("default")
    _check_keeps_deleted(block, kind, report)
    _check_unknown(block, kind, report)
    if default in (Default.ON, Default.OFF) and block.get("control") is None:
        what = (
            f"the default is {default!r}, and there is no control to say {'no' if default == 'on' else 'yes'}"
        )
        report.add(
            "no-control", what, block.place_of("default"), "name a `control` that covers the rule's uses"
        )
    purposes = names.check("purpose", block.words("purposes"), report)
    recipients = read_recipients(block, names, report)
    regions = read_regions(block, names, report)
    excepted = names.check_regions(block.words("except"), report)
    categories = names.check("category", block.words("categories"), report)
    evidence = names.check("source", block.words("evidence"), report)
    member, record = _member(block.block("member"), report), _record(block.block("record"), report)
    if report.count > before or not block.whole:
        return None
    notice = block.block("notice")
    return Rule(
        id=block.text("id"),
        purposes=purposes,
        recipients=recipients,
        regions=regions,
        categories=categories,
        visibility=_visibility(block),
        default=Default(default),
        excepted=excepted,
        control=block.text("control") or None,
        notice_days=notice.number("days") if notice else None,
        basis=block.text("basis"),
        disclosed=block.text("disclosed"),
        member=member,
        record=record,
        keeps_deleted=block.text("keeps_deleted") == "yes",
        evidence=evidence,
    )


def _check_keeps_deleted(block: Block, kind: Kind | None, report: Report) -> None:
    if kind is Kind.HOUSE and block.text("keeps_deleted") == "yes":
        what = "a house policy does not use what its authors deleted"
        report.add("keeps-deleted", what, block.place_of("keeps_deleted"), "leave the key out")


def _check_unknown(block: Block, kind: Kind | None, report: Report) -> None:
    if kind is Kind.HOUSE and block.text("default") == Default.UNKNOWN:
        what = "a house policy says what holds"
        report.add("unknown-default", what, block.place_of("default"), "say it, or leave the rule out")


def read_recipients(block: Block, names: Names, report: Report) -> tuple[str, ...]:
    """Return the recipients that a block names; ``all``, and none named, are all of them."""
    if isinstance(block.get("recipients"), Many):
        return names.check("recipient", block.words("recipients"), report)
    return names.known("recipient")


def read_regions(block: Block, names: Names, report: Report) -> tuple[str, ...]:
    """Return the regions and groups that a block names, as written."""
    if isinstance(block.get("regions"), Many):
        return names.check_regions(block.words("regions"), report)
    return (EVERYWHERE,)


def _visibility(block: Block) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(word.text for word in block.words("visibility")))
    return named or VISIBILITIES


def _member(block: Block | None, report: Report) -> MemberPredicate:
    if block is None:
        return MemberPredicate()
    return MemberPredicate(block.number("min_age"), tuple(_conditions(block, report)))


def _record(block: Block | None, report: Report) -> RecordPredicate:
    if block is None:
        return RecordPredicate()
    created, collected, spared = (
        _window(block.block(key), report) for key in ("created", "collected", "not_collected")
    )
    return RecordPredicate(created, collected, tuple(_conditions(block, report)), spared)


def _window(block: Block | None, report: Report) -> Window | None:
    if block is None:
        return None
    start, end = block.moment("from"), block.moment("until")
    if start is not None and end is not None and end <= start:
        report.add(
            "bad-interval", "the window ends before it starts", block.place_of("until"), "swap the two"
        )
    if not block.values:
        report.add("empty", "the window has no end at all", block.place, "give `from`, `until` or both")
    return Window(start, end)


def _conditions(block: Block, report: Report) -> Iterator[Condition]:
    for key in ("not", "only"):
        for name, value in block.pairs(key):
            words = [one for one in value.values if isinstance(one, Word)] if isinstance(value, Many) else []
            for word in words:
                if word.text == UNKNOWN:
                    what = f"{shown(UNKNOWN)} means that the value is unknown"
                    report.add(
                        "reserved-value", what, word.place, "leave it out: what is unknown is never permitted"
                    )
            yield Condition(name.text, frozenset(word.text for word in words), key == "only")


def read_control(block: Block, names: Names, report: Report) -> Control | None:
    """Return the control of a block, ``None`` where something in it is wrong; what is wrong is reported."""
    before = report.count
    covers = block.block("covers")
    purposes = names.check("purpose", covers.words("purposes"), report) if covers else ()
    recipients = read_recipients(covers, names, report) if covers else ()
    evidence = names.check("source", block.words("evidence"), report)
    if report.count > before or not block.whole:
        return None
    return Control(
        id=block.text("id"),
        kind=ControlKind(block.text("kind")),
        label=block.text("label"),
        purposes=purposes,
        recipients=recipients,
        path=block.text("path"),
        reach=Reach(block.text("reach", Reach.PROSPECTIVE)),
        not_covered=block.text("not_covered"),
        evidence=evidence,
    )
