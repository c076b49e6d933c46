"""The meaning of a policy as canonical JSON, and its digest: the same for files that differ in order, layout or comments.

Everything is in it that can change a decision or what a member is told; evidence (what a statement rests on) is not.
"""

from __future__ import annotations

from collections.abc import Iterable

from sayso.policy.model import Condition, Control, Forgetting, Policy, PolicyVersion, Rule, Window
from sayso.policy.specificity import BUILT_IN_GROUPS
from sayso.values.canonical import Json, canonical, digest
from sayso.values.moments import Moment, format_moment
from sayso.values.standing import Suspension


def meaning_digest(policy: Policy) -> str:
    """Return the SHA-256 of the RFC 8785 bytes of a policy's meaning."""
    return digest(canonical(meaning(policy)))


def meaning(policy: Policy) -> Json:
    """Return the meaning of a policy as JSON: names as keys, sets as sorted lists, moments as RFC 3339."""
    built_in = dict(BUILT_IN_GROUPS)
    return {
        "sayso": 1,
        "policy": policy.id,
        "title": policy.title,
        "kind": policy.kind.value,
        "purposes": dict(policy.purposes.pairs),
        "purpose_labels": dict(policy.purpose_labels),
        "recipients": {one.id: {"kind": one.kind, "name": one.name} for one in policy.recipients},
        "categories": {one.id: one.label for one in policy.categories},
        "groups": {name: sorted(codes) for name, codes in policy.groups if name not in built_in},
        "claims": {
            one.id: {"what": one.what, "status": one.status, "since": one.since} for one in policy.claims
        },
        "suspensions": {one.id: _suspension(one) for one in policy.suspensions},
        "versions": {one.id: _version(one) for one in policy.versions},
    }


def _moment(moment: Moment | None) -> str | None:
    return None if moment is None else format_moment(moment)


def _names(names: Iterable[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)


def _suspension(one: Suspension) -> Json:
    return {
        "purposes": _names(one.purposes),
        "recipients": _names(one.recipients),
        "regions": _names(one.regions),
        "starts_earliest": _moment(one.starts_earliest),
        "starts_latest": _moment(one.starts_latest),
        "until": _moment(one.until),
        "authority": one.authority,
        "reference": one.reference,
    }


def _version(version: PolicyVersion) -> Json:
    return {
        "published_at": _moment(version.published_at),
        "effective_at": _moment(version.effective_at),
        "until": _moment(version.until),
        "title": version.title,
        "summary": version.summary,
        "controls": {one.id: _control(one) for one in version.controls},
        "rules": {one.id: _rule(one) for one in version.rules},
        **_forgetting(version.forgetting),
    }


def _forgetting(terms: Forgetting | None) -> dict[str, Json]:
    """No terms are no key: the digests of policies that promise nothing are those from before there was the block."""
    if terms is None:
        return {}
    return {"forgetting": {"within_days": terms.within_days, "keep_days": terms.keep_days}}


def _control(control: Control) -> Json:
    return {
        "kind": control.kind.value,
        "label": control.label,
        "path": control.path,
        "purposes": _names(control.purposes),
        "recipients": _names(control.recipients),
        "reach": control.reach.value,
        "not_covered": control.not_covered,
    }


def _rule(rule: Rule) -> Json:
    return {
        "purposes": _names(rule.purposes),
        "recipients": _names(rule.recipients),
        "regions": _names(rule.regions),
        "except": _names(rule.excepted),
        "categories": _names(rule.categories),
        "visibility": _names(rule.visibility),
        "default": rule.default.value,
        "control": rule.control,
        "notice_days": rule.notice_days,
        "basis": rule.basis,
        "disclosed": rule.disclosed,
        "min_age": rule.member.min_age,
        "member": _conditions(rule.member.conditions),
        "created": _window(rule.record.created),
        "collected": _window(rule.record.collected),
        "record": _conditions(rule.record.conditions),
        "keeps_deleted": rule.keeps_deleted,
        **_spared(rule.record.spared),
    }


def _spared(window: Window | None) -> dict[str, Json]:
    """No window is no key: the digests of policies without one are those from before there was one."""
    return {} if window is None else {"not_collected": _window(window)}


def _window(window: Window | None) -> Json:
    return None if window is None else [_moment(window.start), _moment(window.end)]


def _conditions(conditions: Iterable[Condition]) -> Json:
    ordered = sorted(conditions, key=lambda one: (one.attribute, one.only, sorted(one.values)))
    return [[one.attribute, "only" if one.only else "not", _names(one.values)] for one in ordered]
