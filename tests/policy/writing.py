"""Policies written out as YAML: a small one by hand, and any drawn one, made expressible first."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from sayso.policy.model import Condition, Control, Policy, PolicyVersion, Rule, Window
from sayso.policy.specificity import clashes
from sayso.values.moments import Moment, format_moment
from sayso.values.standing import Suspension

SMALL = """sayso: 1
policy: house
title: Our policy
kind: house
purposes:
  ai-training:
    content-generation:
  licensing:
recipients:
  us: {kind: platform}
  buyer: {kind: licensee, name: The Buyer}
categories: [post, comment]
versions:
  - version: "1"
    published_at: 2025-01-01
    effective_at: 2025-02-01
    controls:
      - id: training
        kind: toggle
        label: Train on my posts
        covers: {purposes: [ai-training], recipients: [us]}
    rules:
      - id: train
        purposes: [content-generation]
        recipients: [us]
        regions: everywhere
        categories: [post]
        default: off
        control: training
        disclosed: We train if you say so.
      - id: not-here
        purposes: [licensing]
        recipients: [buyer]
        regions: [GB]
        categories: [post, comment]
        member: {not: {minor: [yes]}}
        default: never
"""


def expressible(policy: Policy) -> Policy:
    """Return the policy without what the format has no words for, or refuses: windows that end first, clashes, ..."""
    versions = tuple(
        _without_clashes(replace(version, rules=_rules(version)), policy) for version in policy.versions
    )
    versions = tuple(
        replace(
            version, until=version.until if version.until and version.until > version.effective_at else None
        )
        for version in versions
    )
    suspensions = tuple(
        replace(one, until=one.until if one.until and one.until > one.starts_latest else None, entry=-1)
        for one in policy.suspensions
    )
    return replace(policy, title=policy.title or "A title", versions=versions, suspensions=suspensions)


def _rules(version: PolicyVersion) -> tuple[Rule, ...]:
    return tuple(_rule(rule) for rule in version.rules)


def _rule(rule: Rule) -> Rule:
    regions = ("everywhere",) if "everywhere" in rule.regions else rule.regions
    created, collected, spared = map(
        _window, (rule.record.created, rule.record.collected, rule.record.spared)
    )
    record = replace(rule.record, created=created, collected=collected, spared=spared)
    return replace(rule, regions=regions, record=record)


def _window(window: Window | None) -> Window | None:
    if window is None or window == Window():
        return None
    if window.start is not None and window.end is not None and window.end <= window.start:
        return replace(window, end=None)
    return window


def _without_clashes(version: PolicyVersion, policy: Policy) -> PolicyVersion:
    while found := clashes(version, policy):
        version = replace(version, rules=tuple(rule for rule in version.rules if rule.id != found[0].second))
    return version


def write_policy(policy: Policy) -> str:
    """Return an expressible policy as YAML, written as JSON, of which YAML is a superset."""
    children = {
        name: [below for below, parent in policy.purposes.pairs if parent == name]
        for name in policy.purposes.names()
    }

    def tree(names: Iterable[str]) -> dict[str, object]:
        return {name: tree(children[name]) or None for name in names}

    roots = [name for name, parent in policy.purposes.pairs if parent is None]
    return json.dumps(
        {
            "sayso": 1,
            "policy": policy.id,
            "title": policy.title,
            "kind": policy.kind.value,
            "groups": {name: sorted(codes) for name, codes in policy.groups},
            "purposes": tree(roots),
            "recipients": {one.id: {"kind": one.kind, "name": one.name} for one in policy.recipients},
            "categories": [one.id for one in policy.categories],
            "suspensions": [_suspension(one) for one in policy.suspensions],
            "versions": [_version(version) for version in reversed(policy.versions)],
        },
        indent=1,
    )


def _moment(moment: Moment | None) -> str | None:
    return None if moment is None else format_moment(moment)


def _suspension(one: Suspension) -> dict[str, object]:
    return {
        "id": one.id,
        "regions": "everywhere" if one.regions is None else sorted(one.regions),
        "purposes": sorted(one.purposes),
        "recipients": "all" if one.recipients is None else sorted(one.recipients),
        "from": {"not_before": _moment(one.starts_earliest), "not_after": _moment(one.starts_latest)},
        "until": _moment(one.until),
    }


def _version(version: PolicyVersion) -> dict[str, object]:
    return {
        "version": version.id,
        "published_at": _moment(version.published_at),
        "effective_at": _moment(version.effective_at),
        "until": _moment(version.until),
        "forgetting": None
        if version.forgetting is None
        else {
            "within_days": version.forgetting.within_days,
            "keep_days": version.forgetting.keep_days,
        },
        "controls": [_control(control) for control in version.controls],
        "rules": [_written(rule) for rule in version.rules],
    }


def _control(control: Control) -> dict[str, object]:
    return {
        "id": control.id,
        "kind": control.kind.value,
        "label": control.label,
        "covers": {"purposes": control.purposes, "recipients": control.recipients},
        "reach": control.reach.value,
    }


def _written(rule: Rule) -> dict[str, object]:
    windows = {
        "created": rule.record.created,
        "collected": rule.record.collected,
        "not_collected": rule.record.spared,
    }
    return {
        "id": rule.id,
        "purposes": rule.purposes,
        "recipients": rule.recipients,
        "regions": "everywhere" if rule.regions == ("everywhere",) else rule.regions,
        "except": rule.excepted or None,
        "categories": rule.categories,
        "visibility": rule.visibility,
        "default": rule.default.value,
        "control": rule.control,
        "notice": "none" if rule.notice_days is None else {"days": rule.notice_days},
        "disclosed": rule.disclosed,
        "member": {"min_age": rule.member.min_age, **_conditions(rule.member.conditions)},
        "record": {
            **{key: {"from": _moment(w.start), "until": _moment(w.end)} for key, w in windows.items() if w},
            **_conditions(rule.record.conditions),
        },
        "keeps_deleted": "yes" if rule.keeps_deleted else "no",
    }


def _conditions(conditions: Iterable[Condition]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for one in conditions:
        found.setdefault("only" if one.only else "not", {})[one.attribute] = sorted(one.values)
    return found
