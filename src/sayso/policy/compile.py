"""The decision for a table (DESIGN section 3): the same meaning as ``decide``, as SQL that many engines read alike.

Two steps, members first: one standing row for each member, then records against those rows. The SQL keeps to ``=``, ``IN``,
``<``, AND/OR, CASE, joins, one ``ROW_NUMBER`` and integers; every moment is a BIGINT of microseconds, every fact that may be
missing is asked for by ``IS NULL``, permits are named one by one and every CASE ends in a denial.

It reads the tables ``members`` (member, region, country, born, age_min, age_max, joined_at, closed_at, attr_...),
``words`` (member, control, yes, said_at, version, entry), ``notices`` (member, version, given_at: personal ones) and
``records`` (record, author, category, visibility, created_at, collected_at, deleted_at, attr_...). Facts for many members at
once (suspensions, notices to everyone or to regions) are few and stand in the text itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sayso.policy.codes import code_of
from sayso.policy.decide import Fit, suspension_state
from sayso.policy.gate import DELETED, NOT_YET, Cell, Gate, none_in_force, own_code
from sayso.policy.model import (
    Condition,
    Default,
    MemberPredicate,
    Policy,
    PolicyVersion,
    RecordPredicate,
    Rule,
    Window,
)
from sayso.policy.question import Question, question_at
from sayso.policy.specificity import COUNTRY, GROUP, SUBDIVISION, WORLD
from sayso.policy.sqltext import any_of, case, indent, lies_in_sql, listed, numbers, text, texts
from sayso.values.decisions import Reason, Verdict
from sayso.values.members import UNKNOWN
from sayso.values.moments import DAY, Moment, latest_birthday
from sayso.values.records import VISIBILITIES
from sayso.values.standing import Notice, Suspension
from sayso.values.uses import Use

_NOT_DISCLOSED = code_of(Reason.NOT_DISCLOSED)
_SETTLED = {
    Default.NEVER: code_of(Reason.NEVER),
    Default.UNKNOWN: code_of(Reason.NOT_DISCLOSED, Verdict.UNKNOWN),
}
"""The codes of rules that ask for nothing more."""


@dataclass(frozen=True, slots=True)
class Wide:
    """What the log says to many members at once: notices to everyone or to regions, and suspensions."""

    notices: tuple[Notice, ...] = ()
    suspensions: tuple[Suspension, ...] = ()


def compile_gate(policy: Policy, use: Use, at: Moment, wide: Wide, ruled: bool = False) -> Gate:
    """Return the gate of a use at a moment; for every record its code is that of ``decide`` on the same facts.

    A ``ruled`` one says of each record, too, by which rule: the number of one of its ``rules``, which costs a column more.
    """
    asked = question_at(policy, use, at)
    return none_in_force(at, ruled) if asked is None else _Compiler(asked, at, wide, ruled).gate()


def compile_version(policy: Policy, version: PolicyVersion, use: Use, at: Moment, wide: Wide) -> Gate:
    """Return the gate of a use at a moment as it would be, were one version of the policy in force then."""
    return _Compiler(Question(policy, use, version), at, wide).gate()


@dataclass(frozen=True, slots=True)
class _Cell:
    """Pairs of category and visibility that the same rules speak of."""

    pairs: tuple[tuple[str, str], ...]
    rules: tuple[int, ...]
    regional: bool


class _Compiler:
    def __init__(self, asked: Question, at: Moment, wide: Wide, ruled: bool = False) -> None:
        self.asked, self.at, self.wide, self.ruled = asked, at, wide, ruled
        self.rules = asked.rules
        self.cells = _cells(asked)
        self.suspensions = (*asked.suspensions, *asked.covering(wide.suspensions))
        self.tracked = ruled or any(_needs_record(rule) for rule in self.rules)

    def gate(self) -> Gate:
        attributes = _attributes(rule.record.conditions for rule in self.rules)
        return Gate(
            self.standing(),
            own_code(self.at),
            self.places(),
            self.taken(),
            self.record_code(),
            _attributes(rule.member.conditions for rule in self.rules),
            attributes,
            (*self.windows(), *(f"attr_{name}" for name in attributes)),
            self.asked.version.id,
            tuple(rule.id for rule in self.rules) if self.ruled else None,
        )

    def windows(self) -> tuple[str, ...]:
        """Return the moments of a record that its rules ask for."""
        created = any(rule.record.created is not None for rule in self.rules)
        collected = any(rule.record.collected or rule.record.spared for rule in self.rules)
        return tuple(name for name, asked in (("created_at", created), ("collected_at", collected)) if asked)

    # Members first: facts, then a code for each rule, then a code for each cell.

    def standing(self) -> str:
        columns = ["f.member"]
        for number, cell in enumerate(self.cells):
            columns.append(f"{self.cell_code(cell)} AS code_{number}")
            if self.tracked:
                columns.append(f"{self.cell_rule(cell)} AS rule_{number}")
        return f"SELECT\n{listed(columns)}\nFROM (\n{indent(self.by_rule())}\n) f"

    def by_rule(self) -> str:
        columns = ["f.member", "f.region", "f.country"]
        columns += [f"{self.rule_code(number)} AS under_{number}" for number in range(len(self.rules))]
        return f"SELECT\n{listed(columns)}\nFROM (\n{indent(self.facts())}\n) f"

    def facts(self) -> str:
        told = [n for n, rule in enumerate(self.rules) if rule.notice_days is not None]
        columns = ["m.*", f"{self.stopped()} AS stopped", "w.yes AS word"]
        columns += [f"{self.told(number)} AS told_{number}" for number in told]
        sql = f"SELECT\n{listed(columns)}\nFROM members m\nLEFT JOIN (\n{indent(self.words())}\n) w ON w.member = m.member"
        return (
            f"{sql}\nLEFT JOIN (\n{indent(self.personal(told))}\n) p ON p.member = m.member" if told else sql
        )

    def words(self) -> str:
        """Return each member's last relevant word: a no is broad, a yes is narrow."""
        relevant = [f"(yes = FALSE AND control IN {texts(self.asked.noes)})"] if self.asked.noes else []
        for version in sorted({version for version, _ in self.asked.yeses}):
            controls = texts(control for shown, control in self.asked.yeses if shown == version)
            relevant.append(f"(yes = TRUE AND version = {text(version)} AND control IN {controls})")
        latest = "ROW_NUMBER() OVER (PARTITION BY member ORDER BY said_at DESC, entry DESC) AS place"
        when = f"said_at <= {self.at} AND ({any_of(relevant)})"
        ranked = f"SELECT member, yes, {latest}\nFROM words\nWHERE {when}"
        return f"SELECT member, yes\nFROM (\n{indent(ranked)}\n) ranked\nWHERE place = 1"

    def personal(self, told: list[int]) -> str:
        columns = ["member"]
        for number in told:
            rule = self.rules[number]
            versions = texts(self.asked.told_of(rule))
            in_time = f"version IN {versions} AND given_at <= {self.cutoff(rule)}"
            columns.append(f"MAX(CASE WHEN {in_time} THEN 1 ELSE 0 END) AS told_{number}")
        return f"SELECT\n{listed(columns)}\nFROM notices\nGROUP BY member"

    def cutoff(self, rule: Rule) -> int:
        return self.at - (rule.notice_days or 0) * DAY

    def told(self, number: int) -> str:
        whens = [f"WHEN p.told_{number} = 1 THEN 1"]
        for regions, given_at in self.wide_notices(self.rules[number]):
            there = f"(m.joined_at IS NULL OR m.joined_at <= {given_at})"
            where = "" if regions is None else f"{lies_in_sql('m', regions)} AND "
            whens.append(f"WHEN {where}{there} THEN 1")
        return case(whens, "0")

    def wide_notices(self, rule: Rule) -> list[tuple[frozenset[str] | None, Moment]]:
        """Return the latest notice in time of each audience: it reaches whoever an earlier one reached, and later joiners."""
        versions, latest = self.asked.told_of(rule), {}
        for notice in sorted(self.wide.notices, key=lambda one: one.at):
            if notice.version in versions and notice.at <= self.cutoff(rule):
                latest[notice.regions] = notice.at
        return sorted(latest.items(), key=lambda pair: (sorted(pair[0] or ()), pair[1]))

    def stopped(self) -> str:
        """Return 2 where a suspension holds, 1 where it may hold, else 0."""
        sure: list[str] = []
        maybe: list[str] = []
        for suspension in self.suspensions:
            if suspension.until is not None and suspension.until <= self.at:
                continue
            if suspension.starts_earliest > self.at:
                continue
            where = "1 = 1" if suspension.regions is None else lies_in_sql("m", suspension.regions)
            (maybe if self.at < suspension.starts_latest else sure).append(where)
            if suspension.regions is not None:
                maybe.append("m.region IS NULL")
        whens = [f"WHEN {any_of(sure)} THEN 2"] if sure else []
        whens += [f"WHEN {any_of(maybe)} THEN 1"] if maybe else []
        return case(whens, "0")

    def rule_code(self, number: int) -> str:
        rule = self.rules[number]
        if rule.default in _SETTLED:
            return str(_SETTLED[rule.default])
        whens = (
            [] if rule.keeps_deleted else [f"WHEN f.closed_at <= {self.at} THEN {code_of(Reason.DELETED)}"]
        )
        whens.append(f"WHEN f.stopped = 2 THEN {code_of(Reason.SUSPENDED)}")
        whens.append(f"WHEN f.stopped = 1 THEN {code_of(Reason.SUSPENDED, Verdict.UNKNOWN)}")
        whens += _fit_whens(Reason.MEMBER_EXCLUDED, *_member_tests(rule.member, self.at))
        if rule.notice_days is not None:
            whens.append(f"WHEN f.told_{number} = 0 THEN {code_of(Reason.NO_NOTICE)}")
        return case(whens + _word_whens(rule.default), str(code_of(Reason.NOT_OPTED_IN)))

    def cell_code(self, cell: _Cell) -> str:
        unknown = code_of(Reason.REGION_UNKNOWN)
        whens = [f"WHEN f.region IS NULL THEN {unknown}"] if cell.regional else []
        whens += [f"WHEN {where} THEN f.under_{number}" for number, where in self.matches(cell)]
        return case(whens, str(_NOT_DISCLOSED))

    def cell_rule(self, cell: _Cell) -> str:
        return case([f"WHEN {where} THEN {number}" for number, where in self.matches(cell)], "-1")

    def matches(self, cell: _Cell) -> list[tuple[int, str]]:
        """Return (rule, where it applies), the most specific first; rules of one level never meet (they would not load)."""
        found = []
        for level in (SUBDIVISION, COUNTRY, GROUP, WORLD):
            for number in cell.rules:
                where = self.applies(number, level)
                if where is not None:
                    found.append((number, where))
        return found

    def applies(self, number: int, level: int) -> str | None:
        reach = self.asked.reach[self.rules[number].id]
        codes = {SUBDIVISION: reach.subdivisions, COUNTRY: reach.countries, GROUP: reach.grouped}.get(level)
        world = "1 = 1" if level == WORLD and reach.everywhere else None
        where = lies_in_sql("f", codes) if codes else world
        if where is None or not reach.excepted:
            return where
        return f"({where} AND f.region IS NOT NULL AND NOT {lies_in_sql('f', reach.excepted)})"

    # Then the records.

    def places(self) -> tuple[Cell, ...]:
        """Return the cell of each pair of category and visibility that a rule speaks of."""
        return tuple(
            Cell(category, visibility, number, self.opens(cell))
            for number, cell in enumerate(self.cells)
            for category, visibility in cell.pairs
        )

    def opens(self, cell: _Cell) -> bool:
        return any(self.rules[number].default not in _SETTLED for number in cell.rules)

    def taken(self) -> tuple[str, ...]:
        code = f"{self.of_cell('code', self.stranger_code, _NOT_DISCLOSED)} AS code"
        return (code, f"{self.of_cell('rule', self.stranger_rule, -1)} AS rule") if self.tracked else (code,)

    def record_code(self) -> str:
        """Return the smallest code among what the standing says and what the record itself adds.

        ``r.code`` is worked out in the branches, each for its own rows alone: DuckDB writes it in wherever it is named, and
        naming it in the conditions would work it out for every row every time (measured: three times the cost).
        """
        deleted = f"WHEN r.own = {DELETED}{self.unless_kept()} THEN {_at_most(Reason.DELETED)}"
        whens = [f"WHEN r.own = {NOT_YET} THEN r.own", deleted, *self.record_whens()]
        return case(whens, "r.code")

    def of_cell(self, column: str, stranger: Callable[[_Cell], int], otherwise: int) -> str:
        whens = [
            f"WHEN {number} THEN COALESCE(s.{column}_{number}, {stranger(cell)})"
            for number, cell in enumerate(self.cells)
        ]
        return case(whens, str(otherwise), "r.cell")

    def stranger_rule(self, cell: _Cell) -> int:
        """Return the rule for an author whom nobody knows, as its number; -1 for none."""
        rule = None if cell.regional else self.asked.rule_for(None, *cell.pairs[0])
        return -1 if rule is None else self.rules.index(rule)

    def stranger_code(self, cell: _Cell) -> int:
        """Return the code of an author whom nobody knows: never a permit (decision 0004)."""
        number = self.stranger_rule(cell)
        if number < 0:
            return code_of(Reason.REGION_UNKNOWN) if cell.regional else _NOT_DISCLOSED
        if self.rules[number].default in _SETTLED:
            return _SETTLED[self.rules[number].default]
        fits = {suspension_state(suspension, None, self.at) for suspension in self.suspensions}
        if Fit.YES in fits:
            return code_of(Reason.SUSPENDED)
        if Fit.UNKNOWN in fits:
            return code_of(Reason.SUSPENDED, Verdict.UNKNOWN)
        return code_of(Reason.MEMBER_EXCLUDED, Verdict.UNKNOWN)

    def unless_kept(self) -> str:
        kept = [number for number, rule in enumerate(self.rules) if rule.keeps_deleted]
        return f" AND r.rule NOT IN {numbers(kept)}" if kept else ""

    def record_whens(self) -> list[str]:
        whens = []
        for number, rule in enumerate(self.rules):
            fails, unknown = _record_tests(rule.record)
            of_rule = f"r.rule = {number} AND "
            if fails:
                whens.append(f"WHEN {of_rule}({any_of(fails)}) THEN {_at_most(Reason.RECORD_EXCLUDED)}")
            if unknown:
                doubt = _at_most(Reason.RECORD_EXCLUDED, Verdict.UNKNOWN)
                whens.append(f"WHEN {of_rule}({any_of(unknown)}) THEN {doubt}")
        return whens


def _cells(asked: Question) -> tuple[_Cell, ...]:
    found: dict[tuple[tuple[int, ...], bool], list[tuple[str, str]]] = {}
    for category in sorted({category for rule in asked.rules for category in rule.categories}):
        for visibility in VISIBILITIES:
            rules = tuple(
                number
                for number, rule in enumerate(asked.rules)
                if category in rule.categories and visibility in rule.visibility
            )
            regional = category in asked.regional
            if rules or regional:
                found.setdefault((rules, regional), []).append((category, visibility))
    return tuple(_Cell(tuple(pairs), rules, regional) for (rules, regional), pairs in sorted(found.items()))


def _needs_record(rule: Rule) -> bool:
    return rule.keeps_deleted or rule.record != RecordPredicate()


def _attributes(conditions: Iterable[tuple[Condition, ...]]) -> tuple[str, ...]:
    return tuple(sorted({column_of(one.attribute) for some in conditions for one in some}))


def column_of(attribute: str) -> str:
    """Return an attribute's column name without its ``attr_``.

    >>> column_of("sensitive-group")
    'sensitive_group'
    """
    return attribute.replace("-", "_")


def _word_whens(default: Default) -> list[str]:
    if default is Default.NO_CHOICE:
        return [f"WHEN 1 = 1 THEN {code_of(Reason.NO_CHOICE_OFFERED)}"]
    whens = [
        f"WHEN f.word = FALSE THEN {code_of(Reason.SAID_NO)}",
        f"WHEN f.word = TRUE THEN {code_of(Reason.OPTED_IN)}",
    ]
    if default is Default.ON:
        whens.append(f"WHEN f.word IS NULL THEN {code_of(Reason.DEFAULT_ON)}")
    return whens


def _fit_whens(reason: Reason, fails: list[str], unknown: list[str]) -> list[str]:
    whens = [f"WHEN {any_of(fails)} THEN {code_of(reason, Verdict.DENY)}"] if fails else []
    if unknown:
        whens.append(f"WHEN {any_of(unknown)} THEN {code_of(reason, Verdict.UNKNOWN)}")
    return whens


def _at_most(reason: Reason, verdict: Verdict = Verdict.DENY) -> str:
    code = code_of(reason, verdict)
    return f"CASE WHEN r.code < {code} THEN r.code ELSE {code} END"


def _member_tests(predicate: MemberPredicate, at: Moment) -> tuple[list[str], list[str]]:
    fails, unknown = _condition_tests("f", predicate.conditions)
    years = predicate.min_age
    if years is not None:
        fails.append(f"f.born > {latest_birthday(at, years)} OR f.age_max < {years}")
        unknown.append(f"(f.born IS NULL AND (f.age_min IS NULL OR f.age_min < {years}))")
    return fails, unknown


def _record_tests(predicate: RecordPredicate) -> tuple[list[str], list[str]]:
    fails, unknown = _condition_tests("r", predicate.conditions)
    for column, window in (("created_at", predicate.created), ("collected_at", predicate.collected)):
        if window is not None:
            fails += _outside(f"r.{column}", window)
            unknown.append(f"r.{column} IS NULL")
    if predicate.spared is not None:
        fails.append(_inside("r.collected_at", predicate.spared))
        unknown.append("r.collected_at IS NULL")
    return fails, unknown


def _outside(column: str, window: Window) -> list[str]:
    fails = [f"{column} < {window.start}"] if window.start is not None else []
    return fails + ([f"{column} >= {window.end}"] if window.end is not None else [])


def _inside(column: str, window: Window) -> str:
    after = [f"{column} >= {window.start}"] if window.start is not None else []
    before = [f"{column} < {window.end}"] if window.end is not None else []
    return f"({' AND '.join([*after, *before] or [f'{column} IS NOT NULL'])})"


def _condition_tests(table: str, conditions: tuple[Condition, ...]) -> tuple[list[str], list[str]]:
    fails, unknown = [], []
    for condition in conditions:
        column, values = f"{table}.attr_{column_of(condition.attribute)}", texts(condition.values)
        if condition.only:
            fails.append(f"({column} <> '{UNKNOWN}' AND {column} NOT IN {values})")
            unknown.append(f"({column} IS NULL OR {column} = '{UNKNOWN}')")
        else:
            fails.append(f"{column} IN {values}")
            unknown.append(f"{column} = '{UNKNOWN}'")
    return fails, unknown
