"""What a rule quotes of the published terms, word for word, and from which documents."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sayso.policy.model import Policy, Rule

PARAPHRASE = "(paraphrase)"
_QUOTED = re.compile(r'"([^"]+)"|“([^”]+)”')


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that a rule of a version quotes, and the documents of its sources, as ``SERVICE/TERMS TYPE``; maybe none."""

    version: str
    rule: str
    text: str
    documents: tuple[str, ...]


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
    found: dict[tuple[str, str, tuple[str, ...]], Quote] = {}
    for version in policy.versions:
        for rule in version.rules:
            documents = documents_of(rule, policy)
            for text in quoted_in(rule.disclosed):
                found.setdefault((rule.id, text, documents), Quote(version.id, rule.id, text, documents))
    return tuple(found.values())


def documents_of(rule: Rule, policy: Policy) -> tuple[str, ...]:
    """Return the archived documents that a rule's sources are, each once."""
    known = {source.id: source.document for source in policy.sources}
    return tuple(dict.fromkeys(known[name] for name in rule.evidence if known.get(name)))
