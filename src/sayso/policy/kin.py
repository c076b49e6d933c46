"""Which words of two policies speak of the same: kinds of record, uses, and the two questions that all platforms are asked.

A community's records have the community's own kinds; each platform has its own. The same name means the same. Beyond that stands a
small table, and what is not in it has no counterpart: that is said, not guessed (decision 0030).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from sayso.policy.model import Default, Policy
from sayso.values.uses import Use

KIN: dict[str, tuple[str, ...]] = {
    "post": (
        "public-post", "status", "submission", "blog-post", "pin", "question", "site-content", "content",
        "user-content", "customer-content",
    ),
    "question": ("post", "public-post", "submission", "content", "user-content"),
    "answer": ("post", "public-post", "content", "user-content"),
    "article": ("blog-post", "post", "public-post", "site-content", "content", "user-content", "customer-content"),
    "wiki": ("article", "post", "content", "user-content"),
    "comment": ("public-comment", "reply", "post", "public-post", "content", "user-content"),
    "private-message": ("message", "direct-message", "chat-message"),
    "message": ("private-message", "direct-message", "chat-message"),
    "group-message": ("channel-message", "group-chat", "chat", "message", "chat-message"),
    "genai-conversation": (
        "ai-prompt", "ai-chat", "ai-conversation", "ai-interaction", "ai-input", "prompt", "interaction",
        "grok-interaction",
    ),
    "ai-prompt": (
        "genai-conversation", "ai-chat", "ai-conversation", "ai-interaction", "ai-input", "prompt", "interaction",
        "grok-interaction",
    ),
    "profile": ("account", "account-info", "profile-info"),
    "usage": ("usage-data", "activity", "service-data", "telemetry", "interaction-data"),
    "feedback": ("rating",),
    "resume": ("cv",),
    "poll-response": ("vote",),
    "video": ("media", "content"),
    "photo": ("image", "picture", "media", "content"),
    "file": ("document", "content", "customer-content"),
}  # fmt: skip
"""For a kind of record of a community, the kinds of other platforms that mean the same there, the nearest first."""


def counterpart(category: str, known: Iterable[str]) -> str | None:
    """Return what a platform that knows some kinds of record calls a community's, ``None`` where it has no such kind.

    >>> counterpart("post", ("post", "question")), counterpart("answer", ("post",)), counterpart("salary", ("post",))
    ('post', 'post', None)
    """
    there = frozenset(known)
    if category in there:
        return category
    return next((name for name in KIN.get(category, ()) if name in there), None)


def counterparts(policy: Policy, categories: Iterable[str]) -> dict[str, str | None]:
    """Return ``counterpart`` of each of a community's kinds of record in a policy."""
    known = tuple(one.id for one in policy.categories)
    return {category: counterpart(category, known) for category in categories}


class Family(StrEnum):
    """The questions that are asked of every platform, whatever it calls its uses."""

    GENERATIVE = "generative-ai"
    OTHER_AI = "other-ai"
    PASSED_ON = "passed-on"
    OTHER = "other"


AI_TRAINING = "ai-training"
CREATING = frozenset(
    ("content-generation", "generative-ai", "language-models", "grok-training", "gemini", "code-suggestions")
)
"""Purposes, wherever they stand in a tree, of training AI that creates content."""
GIVING = frozenset(
    ("licensing", "sharing", "selling", "partner-network", "partner-model-training", "syndication")
)
"""Purposes of giving records to others, who may train AI on them."""


@lru_cache(maxsize=4096)
def family_of(policy: Policy, use: Use) -> Family:
    """Return which question a use answers: its own AI, which creates content or not; passing on, so that others train; another.

    That is read off the policy's purpose tree and the recipient's kind. Training AI at large is training AI that creates content, too.
    """
    line = frozenset(policy.purposes.lineage(use.purpose))
    kinds = {one.id: one.kind for one in policy.recipients}
    own = kinds.get(use.recipient, "platform") == "platform"
    if not own:
        return Family.PASSED_ON if AI_TRAINING in line or line & GIVING else Family.OTHER
    if AI_TRAINING not in line:
        return Family.OTHER
    return Family.GENERATIVE if line & CREATING or use.purpose == AI_TRAINING else Family.OTHER_AI


@lru_cache(maxsize=256)
def stated_uses(policy: Policy) -> tuple[Use, ...]:
    """Return the uses that the policy's rules name, by recipient and in the order of its purposes.

    A use that rules only ever forbid is named where no other of the same recipient, at, above or below that purpose, is: it shows that
    the platform says never.
    """
    named: dict[Use, bool] = {}
    for version in policy.versions:
        for rule in version.rules:
            for use in (Use(purpose, who) for purpose in rule.purposes for who in rule.recipients):
                named[use] = named.get(use, False) or rule.default is not Default.NEVER
    open_ = [use for use, may in named.items() if may]
    kept = {use for use, may in named.items() if may or not _spoken_of(policy, use, open_)}
    order = [Use(purpose, one.id) for one in policy.recipients for purpose in policy.purposes.names()]
    return tuple(use for use in order if use in kept)


def _spoken_of(policy: Policy, use: Use, others: Iterable[Use]) -> bool:
    return any(
        use.recipient == other.recipient and policy.purposes.related(use.purpose, other.purpose)
        for other in others
    )
