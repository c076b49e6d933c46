"""Case files of `sayso policy test`: text in, frozen cases out, their names resolved against a policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sayso.errors import Place, Problem
from sayso.policy.case_fields import CASE_MEMBER, CASE_RECORD, CASES
from sayso.policy.fieldtypes import Table
from sayso.policy.model import Policy
from sayso.policy.parse_block import Block, read_block
from sayso.policy.parse_names import Names
from sayso.policy.parse_report import Report, shown, suggest
from sayso.policy.parse_stops import read_suspension
from sayso.policy.specificity import expand_regions
from sayso.policy.yamltext import Word, read_yaml
from sayso.values.decisions import GROUNDS, Reason, Verdict
from sayso.values.members import Attributes, Member
from sayso.values.moments import Moment, day_number, format_day
from sayso.values.records import Record
from sayso.values.regions import is_region
from sayso.values.standing import NO_ENTRY, Choice, Notice, Standing, Suspension
from sayso.values.uses import Use

# Whoever the case is about; their id never matters.
_MEMBER, _RECORD = "member", "record"
_AGE = re.compile(r"(\d{1,3})(?:-(\d{1,3})|(\+))?")


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case file as read: the policy that it names (a pack id, or a path that the caller resolves) and its rows."""

    file: str
    policy: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """Given a member, a record, a standing, a use and a moment: the verdict that should come, and the reason if it matters.

    ``member`` is ``None`` where nobody knows the author; ``reason`` is ``None`` where any will do. ``cites`` are the ids of
    the policy's sources that the answer rests on.
    """

    name: str
    place: Place
    use: Use
    member: Member | None
    record: Record
    standing: Standing
    at: Moment
    verdict: Verdict
    reason: Reason | None = None
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseTable:
    """The cases of a file, their names resolved against a policy."""

    cases: tuple[Case, ...]


def parse_cases(text: str, file: str) -> CaseFile | tuple[Problem, ...]:
    """Return the case file that a YAML text says, or every problem of its form, in the file's order.

    ``file`` is the name that places carry. Nothing is read but the text.
    """
    report = Report(file)
    tree = read_yaml(text, report)
    block = None if tree is None else read_block(CASES, tree, report)
    problems = report.problems()
    if problems or block is None:
        return problems
    return CaseFile(file, block.text("policy"), block.blocks("cases"))


def bind_cases(found: CaseFile, policy: Policy) -> CaseTable | tuple[Problem, ...]:
    """Return the cases with their names resolved against the policy, or everything in them that does not fit it.

    A choice without ``version`` was shown the version in force at its moment; where none was, that is a problem.
    """
    binder = _Binder(policy, Report(found.file))
    cases = tuple(binder.case(block) for block in found.blocks)
    return binder.report.problems() or CaseTable(cases)


class _Binder:
    """Resolves the names of cases against one policy."""

    def __init__(self, policy: Policy, report: Report) -> None:
        self.policy = policy
        self.report = report
        self.names = Names.of(policy)

    def case(self, block: Block) -> Case:
        use, expect = block.block("use"), block.block("expect")
        verdict, reason = self._expected(expect) if expect else (Verdict.DENY, None)
        return Case(
            name=block.text("name"),
            place=block.place,
            use=self._use(use) if use else Use("", ""),
            member=self._member(block),
            record=self._record(block.block("record") or block),
            standing=Standing(
                choices=tuple(self._choices(block)),
                notices=tuple(self._notices(block)),
                suspensions=tuple(self._suspensions(block)),
            ),
            at=block.moment("at") or Moment(0),
            verdict=verdict,
            reason=reason,
            cites=self.names.check("source", block.words("cites"), self.report),
        )

    def _expected(self, expect: Block) -> tuple[Verdict, Reason | None]:
        verdict, reason = Verdict(expect.text("verdict")), expect.text("reason")
        if reason and (Reason(reason) in GROUNDS) is not (verdict is Verdict.PERMIT):
            what = f"{shown(reason)} is never the reason of {verdict.value}"
            grounds = ", ".join(GROUNDS)
            self.report.add("bad-value", what, expect.place_of("reason"), f"a permit's reasons are {grounds}")
        return verdict, Reason(reason) if reason else None

    def _use(self, block: Block) -> Use:
        for noun in ("purpose", "recipient"):
            if word := block.word(noun):
                self.names.check(noun, [word], self.report)
        return Use(block.text("purpose"), block.text("recipient"))

    def _member(self, case: Block) -> Member | None:
        if case.word("member"):
            return None
        block = case.block("member")
        if block is None:
            return Member(_MEMBER)
        age_min, age_max = self._age(block)
        return Member(
            id=_MEMBER,
            region=self._region(block),
            born=self._born(block),
            age_min=age_min,
            age_max=age_max,
            attributes=_attributes(block, CASE_MEMBER),
            joined_at=block.moment("joined_at"),
            closed_at=block.moment("closed_at"),
        )

    def _region(self, block: Block) -> str | None:
        word = block.word("region")
        if word is None:
            return None
        if not is_region(word.text) and self.names.check_regions([word], self.report):
            what = f"{shown(word.text)} is a group, and a member lives in one region"
            self.report.add("bad-region", what, word.place, "use an ISO 3166 code")
        return word.text

    def _born(self, block: Block) -> int | None:
        word = block.word("birth_date")
        try:
            return day_number(date.fromisoformat(word.text)) if word else None
        except ValueError:
            what = f"{shown(block.text('birth_date'))} is not a day"
            self.report.add(
                "bad-date", what, block.place_of("birth_date"), "write 1980-05-01 (year-month-day)"
            )
            return None

    def _age(self, block: Block) -> tuple[int | None, int | None]:
        text = block.text("age")
        if not text:
            return None, None
        found = _AGE.fullmatch(text)
        if found is None or (found[2] and int(found[2]) < int(found[1])):
            what = f"{shown(text)} is not an age band"
            self.report.add("bad-age", what, block.place_of("age"), "write 18-24, 65+ or 30")
            return None, None
        lowest = int(found[1])
        return lowest, None if found[3] else int(found[2] or lowest)

    def _record(self, block: Block) -> Record:
        if word := block.word("category"):
            self.names.check("category", [word], self.report)
        return Record(
            id=_RECORD,
            author=_MEMBER,
            category=block.text("category"),
            visibility=block.text("visibility", "public"),
            created_at=block.moment("created_at"),
            collected_at=block.moment("collected_at"),
            deleted_at=block.moment("deleted_at"),
            attributes=_attributes(block, CASE_RECORD),
        )

    def _choices(self, case: Block) -> Iterator[Choice]:
        controls = {control.id for version in self.policy.versions for control in version.controls}
        for entry, block in enumerate(case.blocks("choices")):
            at, word = block.moment("at") or Moment(0), block.word("control")
            if word and word.text not in controls:
                self.report.unknown("control", word.text, word.place, sorted(controls))
            yield Choice(
                block.text("control"), block.text("value") == "yes", at, self._shown(block, at), entry
            )

    def _shown(self, block: Block, at: Moment) -> str:
        """Return the version that a choice names, else the one in force at its moment."""
        word = block.word("version")
        if word:
            return self._version(word)
        version = self.policy.in_force(at)
        if version is None:
            what = f"no version was in force at {format_day(at)}, so none was shown"
            self.report.add(
                "not-in-force", what, block.place_of("at"), "name the `version`, or another moment"
            )
        return version.id if version else ""

    def _version(self, word: Word) -> str:
        known = [version.id for version in self.policy.versions]
        if word.text not in known:
            self.report.unknown("version", word.text, word.place, known)
        return word.text

    def _notices(self, case: Block) -> Iterator[Notice]:
        for block in case.blocks("notices"):
            word, to = block.word("version"), block.text("to", "everyone")
            regions = self._audience(block, to)
            version = self._version(word) if word else ""
            yield Notice(version, block.moment("at") or Moment(0), regions, to == "member")

    def _audience(self, block: Block, to: str) -> frozenset[str] | None:
        kind, _, region = to.partition(":")
        if kind == "region" and region:
            word = Word(region, block.place_of("to"))
            return expand_regions(self.policy, self.names.check_regions([word], self.report)).codes
        if to not in ("everyone", "member"):
            what = f"{shown(to)} is not an audience"
            advice = suggest(to, ("everyone", "member"), "write everyone, member or region:GB")
            self.report.add("bad-value", what, block.place_of("to"), advice)
        return None

    def _suspensions(self, case: Block) -> Iterator[Suspension]:
        for number, block in enumerate(case.blocks("suspensions"), 1):
            yield self._suspension(block, f"case-suspension-{number}")

    def _suspension(self, block: Block, name: str) -> Suspension:
        read = read_suspension(block, name, self.names, self.policy, self.report)
        purpose = block.get("use")
        if isinstance(purpose, Word):
            return replace(
                read, purposes=read.purposes | set(self.names.check("purpose", [purpose], self.report))
            )
        wanted = block.block("use")
        if wanted is None:
            if not read.purposes:
                self.report.add("missing-key", "the suspension needs `use` or `purposes`", block.place)
            return read
        use = self._use(wanted)
        return _for_use(read, use)


def _for_use(read: Suspension, use: Use) -> Suspension:
    return Suspension(
        id=read.id,
        purposes=read.purposes | {use.purpose},
        starts_earliest=read.starts_earliest,
        starts_latest=read.starts_latest,
        until=read.until,
        regions=read.regions,
        recipients=(read.recipients or frozenset()) | {use.recipient},
        authority=read.authority,
        reference=read.reference,
        entry=NO_ENTRY,
    )


def _attributes(block: Block, table: Table) -> Attributes:
    """Return the keys of a mapping that its table does not know: they are attributes."""
    known = table.keys()
    found = {word.text: value.text for word, value in block.values if isinstance(value, Word)}
    return tuple(sorted((name, text) for name, text in found.items() if name not in known))
