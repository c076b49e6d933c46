"""What a rule quotes of the published terms, word for word, and from which documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from sayso.policy.model import Policy, Rule
from sayso.values.moments import Moment

PARAPHRASE = "(paraphrase)"
_QUOTED = re.compile(r'"([^"]+)"|“([^”]+)”')


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that a rule quotes, and the documents of its sources, as ``SERVICE/TERMS TYPE``; maybe none.

    ``version`` is the first that has the rule with these words, ``since`` when it took effect, ``until`` when a version
    without them was published or took effect, whichever was first; ``None`` while they stand.
    """

    version: str
    rule: str
    text: str
    documents: tuple[str, ...]
    since: Moment
    until: Moment | None = None


def quoted_in(disclosed: str) -> tuple[str, ...]:
    """Return what a ``disclosed`` holds in double quotation marks; nothing where it is a paraphrase.

    >>> quoted_in('"We train AI" and "use it". (Terms, section 2)'), quoted_in('(paraphrase) It calls that "AI".')
    (('We train AI', 'use it'), ())
    """
    if disclosed.startswith(PARAPHRASE):
        return ()
    return tuple(" ".join((found[1] or found[2]).split()) for found in _QUOTED.finditer(disclosed))


def quotes_of(policy: Policy) -> tuple[Quote, ...]:
    """Return every quotation of a policy, at the first version that has the rule with these words, in their order."""
    found: dict[_Key, Quote] = {}
    for version in policy.versions:
        here = {key for rule in version.rules for key in _keys(rule, policy)}
        for key, quote in found.items():
            if quote.until is None and key not in here:
                found[key] = replace(quote, until=min(version.published_at, version.effective_at))
        for rule in version.rules:
            for key in _keys(rule, policy):
                found.setdefault(key, Quote(version.id, *key, version.effective_at))
    return tuple(found.values())


_Key: TypeAlias = tuple[str, str, tuple[str, ...]]


def _keys(rule: Rule, policy: Policy) -> Iterator[_Key]:
    documents = documents_of(rule, policy)
    yield from ((rule.id, text, documents) for text in quoted_in(rule.disclosed))


def documents_of(rule: Rule, policy: Policy) -> tuple[str, ...]:
    """Return the archived documents that a rule's sources are, each once."""
    known = {source.id: source.document for source in policy.sources}
    return tuple(dict.fromkeys(known[name] for name in rule.evidence if known.get(name)))
