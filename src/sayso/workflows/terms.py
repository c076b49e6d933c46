"""Whether what a policy quotes is in the archives of the published terms, and when it appeared there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sayso.policy.model import Policy
from sayso.policy.quotes import quotes_of
from sayso.policy.terms import Held, Record, best, watch

Records: TypeAlias = Callable[[str], Iterable[Record]]
"""An archive: returns the records of a document, oldest first."""

GRACE_DAYS = 2
"""How many days after it took effect a text may be recorded: archives look once or a few times a day."""


@dataclass(frozen=True, slots=True)
class TermsChecked:
    """How each quotation of a policy stands, and how many rules quote nothing."""

    policy: Policy
    held: tuple[Held, ...]
    unquoted: int

    @property
    def failed(self) -> tuple[Held, ...]:
        """Return the quotations that do not stand."""
        return tuple(one for one in self.held if not one.stands)


def check_terms(policy: Policy, archives: Sequence[Records], grace_days: int = GRACE_DAYS) -> TermsChecked:
    """Return how each quotation of a policy stands in the archives, where it stands best.

    Raises whatever the archives raise.
    """
    quotes = quotes_of(policy)
    documents = sorted({document for quote in quotes for document in quote.documents})
    found = [
        (document, held)
        for document in documents
        for held in _in_archives(policy, document, archives, grace_days)
    ]
    answers = tuple(
        best([one for document, one in found if one.quote == quote and document in quote.documents], quote)
        for quote in quotes
    )
    quoting = {quote.rule for quote in quotes}
    rules = {rule.id for version in policy.versions for rule in version.rules}
    return TermsChecked(policy, answers, len(rules - quoting))


def _in_archives(
    policy: Policy, document: str, archives: Sequence[Records], grace_days: int
) -> Iterator[Held]:
    quotes = [quote for quote in quotes_of(policy) if document in quote.documents]
    for records in archives:
        yield from watch(quotes, records(document), grace_days)
