"""Policy versions as the file has them: what each takes over from another, and what has to hold across rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from sayso.policy.model import Control, Default, Forgetting, Kind, Policy, PolicyVersion, Rule
from sayso.policy.parse_block import Block
from sayso.policy.parse_names import Names, report_twice
from sayso.policy.parse_report import Report, shown, suggest
from sayso.policy.parse_rules import read_control, read_rule
from sayso.policy.specificity import LEVEL_NAMES, Clash, clashes
from sayso.policy.yamltext import Word
from sayso.values.moments import Moment
from sayso.values.uses import Use

T = TypeVar("T", Rule, Control)


@dataclass(frozen=True, slots=True)
class Written(Generic[T]):
    """A rule or control with the block that it was read from; ``value`` is ``None`` where the block was wrong."""

    id: str
    block: Block
    value: T | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A version as far as it could be read, with what it took over from another."""

    id: str
    block: Block
    rules: tuple[Written[Rule], ...] = ()
    controls: tuple[Written[Control], ...] = ()
    evidence: tuple[str, ...] = ()
    forgetting: Forgetting | None = None

    def version(self) -> PolicyVersion | None:
        """Return the version with those of its rules and controls that are right, ``None`` without its moments."""
        published, effective = self.block.moment("published_at"), self.block.moment("effective_at")
        if published is None or effective is None:
            return None
        return PolicyVersion(
            id=self.id,
            published_at=published,
            effective_at=effective,
            rules=tuple(one.value for one in self.rules if one.value),
            controls=tuple(one.value for one in self.controls if one.value),
            until=self.block.moment("until"),
            title=self.block.text("title"),
            summary=self.block.text("summary"),
            evidence=self.evidence,
            forgetting=self.forgetting,
        )


def read_drafts(
    blocks: Iterable[Block], names: Names, kind: Kind | None, report: Report
) -> tuple[Draft, ...]:
    """Return the versions of a policy file in its order; what is wrong within each is reported."""
    drafts: list[Draft] = []
    for block in blocks:
        drafts.append(_read_draft(block, drafts, names, kind, report))
    report_twice((word for one in drafts if (word := one.block.word("version"))), "version", report)
    _report_same_moments(drafts, report)
    return tuple(drafts)


def _read_draft(block: Block, above: list[Draft], names: Names, kind: Kind | None, report: Report) -> Draft:
    base = _base(block, above, report)
    dropped = _dropped(block, base, report)
    rules = _written(block.blocks("rules"), lambda one: read_rule(one, names, kind, report))
    controls = _written(block.blocks("controls"), lambda one: read_control(one, names, report))
    report_twice(_id_words(rules), "rule", report)
    report_twice(_id_words(controls), "control", report)
    start, end = block.moment("effective_at"), block.moment("until")
    if start is not None and end is not None and end <= start:
        report.add(
            "bad-interval", "the version ends before it starts", block.place_of("until"), "leave `until` out"
        )
    return Draft(
        id=block.text("version"),
        block=block,
        rules=_merged(base.rules, rules, dropped),
        controls=_merged(base.controls, controls, dropped),
        evidence=names.check("source", block.words("evidence"), report),
        forgetting=_forgetting(block, base, report),
    )


def _base(block: Block, above: list[Draft], report: Report) -> Draft:
    """Return the version that a block starts from, an empty one where it names none."""
    word = block.word("based_on")
    if word:
        for draft in above:
            if draft.id == word.text:
                return draft
        report.unknown("version", word.text, word.place, [one.id for one in above], "list it above this one")
    return Draft("", block)


def _dropped(block: Block, base: Draft, report: Report) -> frozenset[str]:
    known = [*(one.id for one in base.rules), *(one.id for one in base.controls)]
    for word in block.words("drop"):
        if word.text not in known:
            report.unknown("id", word.text, word.place, known, "`drop` takes away what `based_on` brought")
    return frozenset(word.text for word in block.words("drop"))


def _forgetting(block: Block, base: Draft, report: Report) -> Forgetting | None:
    """Return what a version says of forgetting; the base's where it says nothing, so that no promise is lost by silence."""
    if block.get("forgetting") is None:
        return base.forgetting
    own = block.block("forgetting")
    within = own.number("within_days") if own else None
    if own is None or within is None:
        return None
    keep = own.number("keep_days") or 0
    if keep > within:
        what = f"`keep_days` ({keep}) would keep old bytes beyond the deadline, `within_days` ({within})"
        advice = "the deadline is for old bytes, too: keep them for a shorter time, or set a later one"
        report.add("keeps-beyond", what, own.place_of("keep_days"), advice)
    return Forgetting(within, keep)


def _written(blocks: Iterable[Block], read: Callable[[Block], T | None]) -> tuple[Written[T], ...]:
    return tuple(Written(block.text("id"), block, read(block)) for block in blocks)


def _id_words(written: Iterable[Written[T]]) -> Iterator[Word]:
    return (word for one in written if (word := one.block.word("id")))


def _merged(
    base: tuple[Written[T], ...], own: tuple[Written[T], ...], dropped: frozenset[str]
) -> tuple[Written[T], ...]:
    """Return the base's without the dropped, each replaced by the own one of the same id, then the other own ones."""
    merged = {one.id: one for one in base if one.id not in dropped}
    merged.update((one.id, one) for one in own)
    return tuple(merged.values())


def _report_same_moments(drafts: Iterable[Draft], report: Report) -> None:
    first: dict[Moment, str] = {}
    for draft in drafts:
        moment = draft.block.moment("effective_at")
        if moment is None:
            continue
        if moment in first:
            what = f"version {shown(draft.id)} takes effect at the same moment as {shown(first[moment])}"
            report.add("same-moment", what, draft.block.place_of("effective_at"), "only one can be in force")
        first.setdefault(moment, draft.id)


def check_controls(draft: Draft, names: Names, report: Report) -> None:
    """Report each rule of a version whose control is not there, or does not cover all the rule's uses."""
    known = {one.id: one.value for one in draft.controls}
    for written in draft.rules:
        control, place = written.block.text("control"), written.block.place_of("control")
        if (
            control and control not in known and "" not in known
        ):  # "": a control whose id was refused may be it
            what = f"version {shown(draft.id)} has no control {shown(control)}"
            report.add("unknown-control", what, place, suggest(control, known, "list it under `controls`"))
        elif control:
            _check_coverage(written, known.get(control), names, report)


def _check_coverage(written: Written[Rule], control: Control | None, names: Names, report: Report) -> None:
    rule = written.value
    if rule is None or control is None or rule.default not in (Default.ON, Default.OFF):
        return
    uses = [Use(purpose, recipient) for purpose in rule.purposes for recipient in rule.recipients]
    open_uses = [str(use) for use in uses if not control.covers(use, names.purposes)]
    if open_uses:
        more = f" and {len(open_uses) - 3} more uses" if len(open_uses) > 3 else ""
        what = f"the control {shown(control.id)} does not cover {', '.join(open_uses[:3])}{more}"
        advice = "members could not say no: widen its `covers`, or give this rule a control of its own"
        report.add("not-covered", what, written.block.place_of("control"), advice)


def check_clashes(draft: Draft, policy: Policy, report: Report) -> None:
    """Report each pair of rules of a version that clash, at the later of the two, once for all versions."""
    version = draft.version()
    places = {one.id: one.block.place for one in draft.rules}
    for clash in clashes(version, policy) if version else ():
        later = max(
            places[clash.first], places[clash.second], key=lambda place: (place.line or 0, place.column or 0)
        )
        report.add(
            "clash", _clash_text(clash), later, "let one be more specific, or take the overlap out of one"
        )


def _clash_text(clash: Clash) -> str:
    where = clash.region or "everywhere"
    level = f" (both by {LEVEL_NAMES[clash.level]})" if clash.level else ""
    return (
        f"the rules {shown(clash.first)} and {shown(clash.second)} both speak of {clash.purpose} for "
        f"{clash.recipient}, {clash.visibility} {clash.category}, {where}{level}"
    )
