"""The turns of phrase that everything said of a policy in plain words is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sayso.policy.model import Policy
from sayso.policy.specificity import BUILT_IN_GROUPS, EVERYWHERE


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the description: a title (level 0), a heading (1), a statement (2) or a detail of the one above (3)."""

    level: int
    text: str


_BRACKETS = re.compile(r"\([^()]*\)")


def coded(codes: frozenset[str]) -> str:
    """Return the codes of a group, with the built-in groups by name where all of one are among them."""
    for name, members in BUILT_IN_GROUPS:
        if members <= codes:
            return listed([f"the {name}", *sorted(codes - members)], "and")
    return listed(sorted(codes), "and")


def listed(words: Sequence[str], joint: str) -> str:
    """Return words as English lists them.

    >>> listed(["posts", "articles", "comments"], "and"), listed(["posts", "profile, in short"], "and")
    ('posts, articles and comments', 'posts; profile, in short')
    """
    if any(", " in _BRACKETS.sub("", word) for word in words):
        return "; ".join(words)
    return f" {joint} ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else ""


def small(text: str) -> str:
    """Return words as they stand inside a sentence: ``Posts`` small, ``AI`` and ``LinkedIn`` as they are."""
    first = text.split(" ", 1)[0]
    return text[:1].lower() + text[1:] if first[1:] == first[1:].lower() and len(first) > 1 else text


def capital(text: str) -> str:
    """Return a text with its first letter in capitals; a name that has its own way, ``xAI``, keeps it.

    >>> capital("the platform"), capital("xAI")
    ('The platform', 'xAI')
    """
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]


def quoted(text: str) -> str:
    """Return a text in quotation marks, unless it has its own."""
    return text if text.startswith(('"', "“", "(")) else f"“{text}”"


def stopped(text: str) -> str:
    """Return a text with a full stop, unless it ends like a sentence."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


class Labels:
    """Turns the names that one policy declares into words for people."""

    def __init__(self, policy: Policy) -> None:
        """Know the labels of a policy."""
        self.policy = policy
        self._labels = dict(policy.purpose_labels)
        self._names = {recipient.id: recipient.name for recipient in policy.recipients}
        self._kinds = {category.id: category.label for category in policy.categories}

    def place(self, name: str) -> str:
        """Return a region or a group for people, with what a group holds."""
        if name in dict(BUILT_IN_GROUPS):
            return f"the {name}"
        codes = self.policy.group(name)
        return f"{name.replace('-', ' ')} ({coded(codes)})" if codes else name

    def places(self, names: Sequence[str], excepted: Sequence[str]) -> str:
        """Return regions and groups as written, ``everywhere`` among them, and those excepted, for people."""
        found = listed([self.place(name) for name in names if name != EVERYWHERE], "and") or "everywhere"
        without = listed([self.place(name) for name in excepted], "and")
        return f"{found}, except {without}" if without else found

    def purpose(self, name: str) -> str:
        """Return what members call a purpose, inside a sentence."""
        return small(self._labels.get(name) or name.replace("-", " "))

    def recipient(self, name: str) -> str:
        """Return what members call a recipient."""
        return self._names[name]

    def category(self, name: str) -> str:
        """Return what members call a kind of record, inside a sentence."""
        return small(self._kinds.get(name) or name.replace("-", " "))
