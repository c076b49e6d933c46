"""Policy files to policies: text in; a frozen policy, or every problem of the file, out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sayso.errors import Place, Problem
from sayso.policy.fields import POLICY
from sayso.policy.model import Kind, Policy
from sayso.policy.parse_block import Block, read_block
from sayso.policy.parse_facts import read_claims, read_conflicts, read_sightings
from sayso.policy.parse_meaning import meaning_digest
from sayso.policy.parse_names import Names, read_names, report_twice
from sayso.policy.parse_report import Report
from sayso.policy.parse_stops import read_suspension
from sayso.policy.parse_versions import Draft, check_clashes, check_controls, read_drafts
from sayso.policy.yamltext import read_yaml
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
        claims=read_claims(block, names, report),
        conflicts=read_conflicts(block, names, report),
        sightings=read_sightings(block, names, report),
        purpose_labels=names.purpose_labels,
    )
    for draft in drafts:
        check_controls(draft, names, report)
        check_clashes(draft, policy, report)
    suspensions = tuple(_suspensions(block, names, policy, report))
    return ParsedPolicy(replace(policy, suspensions=suspensions), block, drafts)


def _suspensions(block: Block, names: Names, policy: Policy, report: Report) -> Iterator[Suspension]:
    blocks = block.blocks("suspensions")
    report_twice((word for one in blocks if (word := one.word("id"))), "suspension", report)
    for one in blocks:
        names.check("source", one.words("evidence"), report)
        yield read_suspension(one, one.text("id"), names, policy, report)
