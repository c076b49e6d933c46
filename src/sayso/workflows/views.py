"""The gate as views in a platform's own warehouse: what an auditor reads, step by step, with the reason for each record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sayso.errors import InputError, Problem
from sayso.policy.codes import PERMIT_FROM, code_of
from sayso.policy.compile import Wide, compile_gate
from sayso.policy.dialects import DIALECTS, Dialect
from sayso.policy.gate import Gate
from sayso.policy.model import Policy, PolicyVersion
from sayso.policy.question import question_at
from sayso.policy.sqltext import indent, text
from sayso.policy.warehouse import (
    Warehouse,
    contributors_given,
    left_out,
    members_given,
    members_known,
    own_tables,
    records_given,
    records_known,
    records_of_others,
)
from sayso.values.decisions import Reason
from sayso.values.moments import Moment, format_moment
from sayso.values.uses import Use
from sayso.workflows.plan import check_use

PREFIX = "sayso_"
FACTS: dict[str, dict[str, str]] = {
    "known": {"member": "text"},
    "words": {
        "member": "text",
        "control": "text",
        "yes": "BOOLEAN",
        "said_at": "BIGINT",
        "version": "text",
        "entry": "BIGINT",
    },
    "notices": {"member": "text", "version": "text", "given_at": "BIGINT"},
    "closings": {"member": "text", "closed_at": "BIGINT"},
    "deletions": {"record": "text", "deleted_at": "BIGINT"},
    "regions": {"region": "text"},
    "log": {"entries": "BIGINT", "root": "text"},
}
"""The tables that ``handover`` gives and the views read, under these names and their prefix: columns and their types."""


@dataclass(frozen=True, slots=True)
class LogAt:
    """A log at a size: its root hash, and how many rows each table of its facts has."""

    size: int
    root: str
    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the views are to answer, and over what.

    ``until`` is the latest moment until which they may be read as the present's answer; ``None`` makes them the answer of the moment
    ``at`` alone, whenever they are read. ``log`` is ``None`` for a policy that is tried out: then nothing binds the views to a log.
    """

    use: Use
    at: Moment
    until: Moment | None
    wide: Wide
    log: LogAt | None
    dialect: Dialect
    warehouse: Warehouse | None = None
    prefix: str = PREFIX


@dataclass(frozen=True, slots=True)
class View:
    """One step: its name without the prefix, what it says, and its query."""

    name: str
    says: str
    query: str


@dataclass(frozen=True, slots=True)
class Script:
    """The views of a use in their order, bound to a policy version (``None``: none is in force); ``until`` is when they end."""

    policy: Policy
    version: PolicyVersion | None
    asked: Asked
    until: Moment | None
    views: tuple[View, ...]

    def sql(self) -> str:
        """Return the script: a head that says what it is bound to, then each view with a comment."""
        lines = [*(f"-- {line}".rstrip() for line in self._head()), ""]
        lines += [f"DROP VIEW IF EXISTS {self._name(view.name)};" for view in reversed(self.views)]
        for number, view in enumerate(self.views, 1):
            lines += ["", f"-- {number}. {view.says}"]
            lines += [f"CREATE VIEW {self._name(view.name)} AS", f"{view.query};"]
        return "\n".join(lines) + "\n"

    def tables(self) -> tuple[str, ...]:
        """Return a statement for each table that `sayso gate facts` fills, for a warehouse that does not make it while loading."""
        return tuple(
            f"CREATE TABLE {self._name(name)} ({', '.join(f'{column} {self._type(kind)}' for column, kind in columns.items())})"
            for name, columns in FACTS.items()
        )

    def _type(self, kind: str) -> str:
        return self.asked.dialect.text_type if kind == "text" else kind

    def statements(self) -> tuple[str, ...]:
        """Return the statements one by one, without comments and semicolons."""
        dropped = [f"DROP VIEW IF EXISTS {self._name(view.name)}" for view in reversed(self.views)]
        return (
            *dropped,
            *(f"CREATE VIEW {self._name(view.name)} AS\n{view.query}" for view in self.views),
        )

    def _name(self, view: str) -> str:
        return self.asked.dialect.name(self.asked.prefix + view)

    def _head(self) -> Iterator[str]:
        asked, version = self.asked, self.version
        yield f"May each record be used for {asked.use.purpose} by {asked.use.recipient}? Views for {asked.dialect.title}."
        yield f"Policy {self.policy.id}, {self.policy.digest}"
        if version is None:
            yield "No version of it is in force at the moment decided for: every record is denied."
        else:
            yield f"Version {version.id}, in force from {format_moment(version.effective_at)} to {_ending(self.policy, version)}."
        yield f"Decided for the moment {format_moment(asked.at)}."
        if self.until is None:
            yield "It answers for that moment, whenever it is read: it is no gate for the present."
        else:
            yield f"Until {format_moment(self.until)}; from then on every record is denied, not-in-force: print the views anew."
        if asked.log is None:
            yield "Of a policy alone: no log is behind it."
        else:
            yield f"Log of {asked.log.size} entries, root {asked.log.root}"
            yield "With facts of another log, or not all of them, every record is denied, not-in-force."
        yield "Reads, beside the platform's tables, what `sayso gate facts` writes, moments in microseconds since 1970, UTC:"
        yield from (f"  {table};" for table in self.tables())
        yield f"The answers are in {self._name('decided')}. permit means: the policy, the notices and the choices on record allow it."


def _ending(policy: Policy, version: PolicyVersion) -> str:
    end = _end(policy, version)
    return "further notice" if end is None else format_moment(end)


def _end(policy: Policy, version: PolicyVersion) -> Moment | None:
    """Return when a version stops being the one in force, ``None`` where nothing ends it yet."""
    ends = [each.effective_at for each in policy.versions if each.effective_at > version.effective_at]
    ends += [] if version.until is None else [version.until]
    return min(ends, default=None)


def gate_script(policy: Policy, asked: Asked) -> Script:
    """Return the views that decide a use at a moment for a platform's own tables.

    Raises ``InputError`` for a use that the policy does not know, and for names or words that SQL cannot hold.
    """
    check_use(policy, asked.use)
    gate = compile_gate(policy, asked.use, asked.at, asked.wide, ruled=True)
    until = lasts(policy, asked)
    try:
        views = tuple(_Writer(policy, gate, asked, until).views())
    except ValueError as error:
        what = f"the mapping or the prefix holds {error}"
        raise InputError(
            Problem("unwritable-name", what, advice="rename it, or give the views another table")
        ) from None
    return Script(policy, policy.in_force(asked.at), asked, until, views)


def lasts(policy: Policy, asked: Asked) -> Moment | None:
    """Return the moment at which views stop answering for the present, ``None`` where they never do so."""
    return None if asked.until is None else min([asked.until, *_changes(policy, asked)])


def _changes(policy: Policy, asked: Asked) -> Iterator[Moment]:
    """Yield the moments after ``at`` from which time alone takes permits away: another version, or none; a stop that begins.

    Birthdays, the days after a notice and the end of a stop only give; what is deleted meanwhile the views see.
    """
    begun = [each.effective_at for each in policy.versions] + [
        each.until for each in policy.versions if each.until is not None
    ]
    question = question_at(policy, asked.use, asked.at)
    stops = (*question.suspensions, *question.covering(asked.wide.suspensions)) if question else ()
    yield from (moment for moment in begun if moment > asked.at)
    yield from (stop.starts_earliest for stop in stops if stop.starts_earliest > asked.at)


class _Writer:
    def __init__(self, policy: Policy, gate: Gate, asked: Asked, until: Moment | None) -> None:
        self.policy, self.gate, self.asked, self.until = policy, gate, asked, until
        self.tables = asked.warehouse or own_tables(gate.member_attributes, gate.record_attributes)
        self.live = until is not None

    def views(self) -> Iterator[View]:
        dialect, tables, gate = self.asked.dialect, self.tables, self.gate
        hands = contributors_given(tables.records, dialect)
        members = members_given(tables.members, gate.member_attributes, dialect)
        records = records_given(tables.records, gate.record_attributes, dialect)
        yield View("members_given", "The platform's members, in the gate's columns.", members)
        yield View("records_given", "The platform's records, in the gate's columns.", records)
        if hands is not None:
            yield View("contributors", "Everybody else whose words are in a record.", hands)
        if self.live:
            now = f"SELECT {dialect.clock} AS microseconds"
            yield View("clock", "The present moment, in microseconds since 1970, UTC.", now)
        for name, says, query in self._steps(hands is not None):
            yield View(name, says, self._rewritten(query))

    def _steps(self, shared: bool) -> Iterator[tuple[str, str, str]]:
        gate, at, dated = self.gate, self.asked.at, self.tables.needs_created
        yield "binding", "What the answers are bound to, and whether that holds.", self._binding()
        members = members_known(gate.member_attributes, at, self.live)
        yield (
            "members",
            "The members whom the project knows; others are nobody, who permits nothing.",
            members,
        )
        records = records_known(gate.record_attributes, dated, at, self.live)
        yield "records", "The records, with the deletions that the log knows.", records
        yield "left_out", "How many rows are left out, and why.", left_out(dated)
        yield "standing", "How each member stands: a code for each group of categories.", gate.standing
        yield "by_author", "What each record's author permits, as a code.", gate.records()
        if shared:
            query = records_of_others(gate.record_attributes)
            yield "shared", "Records with each of their contributors in the author's place.", query
            yield "by_contributor", "What contributors do not permit.", self._refused_by_others()
        says = "The answers: verdict, reason and rule for each record."
        yield "decided", says, self._decided(shared)

    def _binding(self) -> str:
        conditions = {"in_time": "1", "same_log": "1", "whole": "1"}
        if self.until is not None:
            conditions["in_time"] = (
                f"CASE WHEN t.microseconds >= {self.asked.at} AND t.microseconds < {self.until} THEN 1 ELSE 0 END"
            )
        if self.asked.log is not None:
            conditions |= _log_conditions(self.asked.log)
        version = self.policy.in_force(self.asked.at)
        said = {
            "policy": self.policy.id,
            "policy_digest": self.policy.digest,
            "policy_version": "" if version is None else version.id,
            "purpose": self.asked.use.purpose,
            "recipient": self.asked.use.recipient,
            "decided_for": format_moment(self.asked.at),
            "good_until": "" if self.until is None else format_moment(self.until),
            "log_root": "" if self.asked.log is None else self.asked.log.root,
        }
        columns = [f"{text(value)} AS {name}" for name, value in said.items()]
        columns += [f"{condition} AS {name}" for name, condition in conditions.items()]
        source = "\nFROM clock t" if self.live else ""
        return "SELECT\n" + ",\n".join(map(indent, columns)) + source

    def _refused_by_others(self) -> str:
        of_each = self.gate.records().replace("FROM records r", "FROM shared r")
        return f"SELECT record, MIN(code) AS code\nFROM (\n{indent(of_each)}\n) o\nWHERE code < {PERMIT_FROM}\nGROUP BY record"

    def _decided(self, shared: bool) -> str:
        lapsed = code_of(Reason.NOT_IN_FORCE)
        others = "\nLEFT JOIN by_contributor c ON c.record = a.record" if shared else ""
        hand = f"a.code >= {PERMIT_FROM} AND c.code IS NOT NULL" if shared else "1 = 0"
        heard = "c.code" if shared else "a.code"
        binding = "b.in_time = 1 AND b.same_log = 1 AND b.whole = 1"
        bound = (
            "SELECT\n  a.record,\n"
            f"  CASE WHEN {binding} THEN CASE WHEN {hand} THEN {heard} ELSE a.code END ELSE {lapsed} END AS code,\n"
            f"  CASE WHEN {hand} THEN -1 ELSE a.rule END AS rule,\n"
            f"  CASE WHEN {hand} THEN 'contributor' ELSE 'author' END AS whose,\n"
            "  b.policy_version,\n  b.decided_for\n"
            f"FROM by_author a\nCROSS JOIN binding b{others}"
        )
        named = ",\n".join(indent(self.gate.named(column)) for column in ("verdict", "reason", "rule"))
        return f"SELECT\n  record,\n{named},\n  whose,\n  policy_version,\n  decided_for\nFROM (\n{indent(bound)}\n) d"

    def _rewritten(self, query: str) -> str:
        """Return a query in the dialect, over the views' and tables' own names."""
        import sqlglot  # here, because it takes longer to load than most commands to run
        from sqlglot import exp

        tree = sqlglot.parse_one(query, read="duckdb")
        dialect = self.asked.dialect
        for table in tree.find_all(exp.Table):
            named = dialect.name(self.asked.prefix + table.name)
            alias = table.alias or table.name
            table.replace(exp.alias_(exp.to_table(named, dialect=dialect.id), alias, table=True))
        return tree.sql(dialect=dialect.id, pretty=True)


def _log_conditions(log: LogAt) -> dict[str, str]:
    this = f"l.entries = {log.size} AND l.root = {text(log.root)}"
    same = f"SELECT CASE WHEN COUNT(*) = 1 THEN MIN(CASE WHEN {this} THEN 1 ELSE 0 END) ELSE 0 END FROM log l"
    whole = " AND ".join(f"(SELECT COUNT(*) FROM {name}) = {rows}" for name, rows in log.rows)
    return {"same_log": f"({same})", "whole": f"CASE WHEN {whole} THEN 1 ELSE 0 END"}


def dialect_of(name: str) -> Dialect:
    """Return a dialect by its name; raises ``InputError`` for one that Sayso does not write."""
    if name not in DIALECTS:
        advice = f"use one of {', '.join(DIALECTS)}"
        raise InputError(
            Problem("unknown-dialect", f"{name!r} is not a dialect that Sayso writes", advice=advice)
        )
    return DIALECTS[name]
