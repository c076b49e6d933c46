"""The conditions under which a data set may be used, as an ODRL offer: what its policy decided it for, and nothing else.

Terms of the ODRL vocabulary 2.2 (W3C). What is said is the policy's, not the law's.
"""

from __future__ import annotations

from sayso.policy.describe import soon
from sayso.policy.model import Policy, PolicyVersion, Rule
from sayso.reports.ids import urn
from sayso.reports.made import House, PublishedVersion, version_name
from sayso.reports.terms import purpose_term
from sayso.values.canonical import Json
from sayso.values.uses import Use

FEED = "the platform's feed of removals (docs/reference/feed.md)"


def offer(house: House, version: PublishedVersion, use: Use) -> dict[str, Json]:
    """Return the offer of a data set version that was decided for a use."""
    target: dict[str, Json] = {"@id": dataset_name(house, version)}
    return {
        "@id": f"{dataset_name(house, version)}:offer",
        "@type": ["CreativeWork", "odrl:Offer"],
        "name": f"Usage conditions of {version.event.name}, version {version.event.version}",
        "description": conditions(house.policy, use),
        "odrl:assigner": {"@id": urn(house.origin, "controller")},
        "odrl:target": target,
        "odrl:permission": _permission(house, use),
        "odrl:prohibition": list(_prohibitions(house, use)),
        "odrl:obligation": _removal(house),
    }


def dataset_name(house: House, version: PublishedVersion) -> str:
    """Return the name of a data set version in the space of its log."""
    return urn(house.origin, "dataset", version.event.name, version_name(version.event.version))


def conditions(policy: Policy, use: Use) -> str:
    """Return the conditions in words."""
    labels, names = dict(policy.purpose_labels), {one.id: one.name for one in policy.recipients}
    what = labels.get(use.purpose) or use.purpose.replace("-", " ")
    return (
        f"For {what} ({use.purpose}) by {names.get(use.recipient, use.recipient)} ({use.recipient}) and for no other use. Not to be "
        f"passed on. Whoever holds a copy follows {FEED} and deletes what is taken back."
    )


def _permission(house: House, use: Use) -> dict[str, Json]:
    recipient: dict[str, Json] = {"@id": urn(house.origin, "recipient", use.recipient)}
    purpose = _constraint("odrl:isA", [_purpose(house, use.purpose)], "for this purpose, or one below it")
    return {
        "@type": "odrl:Permission",
        "odrl:action": {"@id": "odrl:use"},
        "odrl:assignee": recipient,
        "odrl:constraint": [purpose],
        "odrl:duty": [_removal(house)],
    }


def _constraint(operator: str, purposes: list[Json], words: str) -> dict[str, Json]:
    return {
        "@type": "odrl:Constraint",
        "name": words,
        "odrl:leftOperand": {"@id": "odrl:purpose"},
        "odrl:operator": {"@id": operator},
        "odrl:rightOperand": purposes,
    }


def _purpose(house: House, purpose: str) -> dict[str, Json]:
    broader = purpose_term(purpose, house.policy.purposes)
    return {"@id": urn(house.origin, "purpose", purpose), "skos:broader": {"@id": broader}}


def _allowed(house: House, use: Use) -> list[Json]:
    """Return the purpose of a use and those below it: whatever is none of them is another use."""
    tree = house.policy.purposes
    below = (name for name in tree.names() if tree.covers(use.purpose, name))
    return [_purpose(house, name) for name in dict.fromkeys((use.purpose, *below))]


def _prohibitions(house: House, use: Use) -> tuple[dict[str, Json], ...]:
    other = _constraint("odrl:isNoneOf", _allowed(house, use), "for any other purpose")
    return (
        {"@type": "odrl:Prohibition", "odrl:action": {"@id": "odrl:use"}, "odrl:constraint": [other]},
        {"@type": "odrl:Prohibition", "odrl:action": {"@id": "odrl:distribute"}},
        {"@type": "odrl:Prohibition", "odrl:action": {"@id": "odrl:transfer"}},
        {
            "@type": "odrl:Prohibition",
            "odrl:action": {
                "@id": "sayso:reidentify",
                "odrl:includedIn": {"@id": "odrl:use"},
                "name": "find out who wrote something",
            },
        },
    )


def _removal(house: House) -> dict[str, Json]:
    """Return the duty to follow what members take back, within the days that the policy in force promises."""
    return {
        "@type": "odrl:Duty",
        "odrl:action": {"@id": "odrl:delete"},
        "name": f"delete what members take back, as {FEED} names it",
        "odrl:constraint": [
            {
                "@type": "odrl:Constraint",
                "name": "when a removal is in the feed",
                "odrl:leftOperand": {"@id": "odrl:event"},
                "odrl:operator": {"@id": "odrl:gteq"},
                "odrl:rightOperand": {"@id": "sayso:removal"},
            }
        ],
    }


def ruling_version(policy: Policy, version: PublishedVersion) -> PolicyVersion | None:
    """Return the policy version that decided a data set version, ``None`` where the policy does not have it any more."""
    manifest = version.manifest
    return (
        None
        if manifest is None or manifest.policy.version is None
        else policy.version(manifest.policy.version)
    )


def ruling_rules(policy: Policy, version: PublishedVersion) -> tuple[Rule, ...]:
    """Return the rules of that policy version that name the use of the data set, in the order of the policy."""
    manifest, found = version.manifest, ruling_version(policy, version)
    if manifest is None or found is None:
        return ()
    lineage = policy.purposes.lineage(manifest.use.purpose)
    return tuple(
        one
        for one in found.rules
        if manifest.use.recipient in one.recipients and any(each in one.purposes for each in lineage)
    )


def promise(version: PolicyVersion | None) -> str:
    """Return how soon what members take back is out, as a version promises it."""
    if version is None or version.forgetting is None:
        return "No day is promised by which it is out."
    return f"It is out of data sets and models {soon(version.forgetting)}."
