"""Policy files to policies: text in; a frozen policy, or every problem of the file, out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sayso.errors import Place, Problem
from sayso.policy.fields import POLICY
from sayso.policy.model import Claim, Kind, Policy
from sayso.policy.parse_block import Block, Many, read_block
from sayso.policy.parse_meaning import meaning_digest
from sayso.policy.parse_names import Names, read_names, report_twice
from sayso.policy.parse_report import Report
from sayso.policy.parse_rules import read_recipients, read_regions
from sayso.policy.parse_versions import Draft, check_clashes, check_controls, read_drafts
from sayso.policy.specificity import EVERYWHERE, expand_regions
from sayso.policy.yamltext import read_yaml
from sayso.values.moments import Moment
from sayso.values.standing import Suspension


@dataclass(frozen=True, slots=True)
class ParsedPolicy:
    """A policy with the blocks of the file that it was read from, so that lint can say where something is."""

    policy: Policy
    block: Block
    drafts: tuple[Draft, ...]

    def place(self, key: str, name: str) -> Place:
        """Return where a name is declared under a key of the file (``groups``, ``sources``, ...)."""
        words = [word for word, _ in self.block.pairs(key)] + list(self.block.words(key))
        return next((word.place for word in words if word.text == name), self.block.place_of(key))


def parse_policy(text: str, file: str) -> Policy | tuple[Problem, ...]:
    """Return the policy that a YAML text says, or every problem that keeps it from being one, in the file's order.

    ``file`` is the name that places carry. Nothing is read but the text.

    >>> for problem in parse_policy("sayso: 1\\npolicy: Our Policy\\n", "p.yaml")[::6]: print(problem)
    p.yaml:1:1: the policy needs the key 'title'; for example `title: Our policy on AI` [missing-key]
    p.yaml:2:9: 'Our Policy' is not a name: lower-case letters, digits and hyphens, at most 64; for example 'our-policy' [bad-id]
    """
    parsed = parse_with_places(text, file)
    return parsed.policy if isinstance(parsed, ParsedPolicy) else parsed


def parse_with_places(text: str, file: str) -> ParsedPolicy | tuple[Problem, ...]:
    """Return the policy like ``parse_policy``, with where in the file everything is."""
    report = Report(file)
    tree = read_yaml(text, report)
    block = None if tree is None else read_block(POLICY, tree, report)
    parsed = None if block is None else _read_policy(block, report)
    problems = report.problems()
    if problems or parsed is None:
        return problems
    return replace(parsed, policy=replace(parsed.policy, digest=meaning_digest(parsed.policy)))


def _read_policy(block: Block, report: Report) -> ParsedPolicy:
    """Return as much of the policy as is right; it counts only if nothing is reported."""
    names = read_names(block, report)
    kind = Kind(block.text("kind")) if block.word("kind") else None
    drafts = read_drafts(block.blocks("versions"), names, kind, report)
    versions = [version for draft in drafts if (version := draft.version())]
    policy = Policy(
        id=block.text("policy"),
        title=block.text("title"),
        kind=kind or Kind.HOUSE,
        purposes=names.purposes,
        recipients=names.recipients,
        categories=names.categories,
        groups=names.groups,
        versions=tuple(sorted(versions, key=lambda version: version.effective_at)),
        sources=names.sources,
        claims=tuple(_claims(block, names, report)),
        purpose_labels=names.purpose_labels,
    )
    for draft in drafts:
        check_controls(draft, names, report)
        check_clashes(draft, policy, report)
    suspensions = tuple(_suspensions(block, names, policy, report))
    return ParsedPolicy(replace(policy, suspensions=suspensions), block, drafts)


def _claims(block: Block, names: Names, report: Report) -> Iterator[Claim]:
    claims = block.blocks("claims")
    report_twice((word for one in claims if (word := one.word("id"))), "claim", report)
    for one in claims:
        evidence = names.check("source", one.words("evidence"), report)
        yield Claim(one.text("id"), one.text("what"), one.text("status"), one.text("since"), evidence)


def _suspensions(block: Block, names: Names, policy: Policy, report: Report) -> Iterator[Suspension]:
    blocks = block.blocks("suspensions")
    report_twice((word for one in blocks if (word := one.word("id"))), "suspension", report)
    for one in blocks:
        names.check("source", one.words("evidence"), report)
        yield _suspension(one, names, policy, report)


def _suspension(one: Block, names: Names, policy: Policy, report: Report) -> Suspension:
    earliest, latest = _start(one, report)
    until = one.moment("until")
    if until is not None and until <= latest:
        report.add(
            "bad-interval", "the suspension ends before it starts", one.place_of("until"), "swap the two"
        )
    regions = read_regions(one, names, report)
    recipients = read_recipients(one, names, report)
    return Suspension(
        id=one.text("id"),
        purposes=frozenset(names.check("purpose", one.words("purposes"), report)),
        starts_earliest=earliest,
        starts_latest=latest,
        until=until,
        regions=None if regions == (EVERYWHERE,) else expand_regions(policy, regions).codes,
        recipients=frozenset(recipients) if isinstance(one.get("recipients"), Many) else None,
        authority=one.text("authority"),
        reference=one.text("reference"),
    )


def _start(one: Block, report: Report) -> tuple[Moment, Moment]:
    """Return between which moments, both included, a suspension started."""
    known, between = one.moment("from"), one.block("from")
    if known is not None:
        return known, known
    earliest = between.moment("not_before") if between else None
    latest = between.moment("not_after") if between else None
    if between and earliest is not None and latest is not None and latest < earliest:
        what = "`not_after` is before `not_before`"
        report.add("bad-interval", what, between.place_of("not_after"), "swap the two")
    return earliest or Moment(0), latest or Moment(0)
