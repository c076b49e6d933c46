"""The uses that an office looks at: each that a policy version says something of its own about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from sayso.policy.model import Policy, PolicyVersion
from sayso.policy.question import Question
from sayso.values.standing import Suspension
from sayso.values.uses import Use


@lru_cache(maxsize=1024)
def question(policy: Policy, use: Use, version: PolicyVersion) -> Question:
    """Return what a version says of a use, worked out once."""
    return Question(policy, use, version)


def uses_of(policy: Policy, version: PolicyVersion, stops: Iterable[Suspension] = ()) -> tuple[Use, ...]:
    """Return the uses of which a version, or one of the suspensions, says something that it does not say of the purpose above.

    By recipient, then parents before children. Asking about any other use gives what the nearest purpose above gives.
    """
    logged = tuple(stops)
    return tuple(_distinct(policy, version, logged))


def _distinct(policy: Policy, version: PolicyVersion, stops: tuple[Suspension, ...]) -> Iterator[Use]:
    for recipient in policy.recipients:
        for purpose, parent in policy.purposes.pairs:
            use = Use(purpose, recipient.id)
            above = None if parent is None else Use(parent, recipient.id)
            said = _said(policy, version, use, stops)
            if question(policy, use, version).rules and (
                above is None or said != _said(policy, version, above, stops)
            ):
                yield use


def _said(
    policy: Policy, version: PolicyVersion, use: Use, stops: tuple[Suspension, ...]
) -> tuple[object, ...]:
    asked = question(policy, use, version)
    return asked.rules, asked.noes, asked.yeses, asked.suspensions, asked.covering(stops)
