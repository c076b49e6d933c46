"""Attacks that ask a model whether a member is in it: a likelihood ratio for each kind that comes with the package.

Whoever attacks has the member's rows as they were published and all of the model, also what the platform alone keeps: more than
anybody outside. After Carlini et al. ("Membership inference attacks from first principles", S&P 2022) a score is a logarithm of how
much likelier the rows are under this model than under models that never saw them, so that what is likely anyway does not count.
Another kind of model may bring attacks of its own, as ``attacks``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from sayso.dataset.rows import Row

if TYPE_CHECKING:  # their optional parts are needed by who has such a model alone
    from sayso.models.kind import Kind
    from sayso.models.recommendations import State
    from sayso.models.suggest.model import Suggestions

Own: TypeAlias = Sequence[Row]
"""All rows of one member."""
TEXTS = 20
"""So many texts of a member are scored at most."""


@dataclass(frozen=True)
class Attack:
    """An attack: its name, how it works in a few words, a score for each member, and whom it can be tried on."""

    name: str
    how: str
    scores: Callable[[Any, Sequence[Own]], list[float]]
    fits: Callable[[Own], bool]


def attacks_on(kind: Kind[Any]) -> tuple[Attack, ...]:
    """Return the attacks on a kind of model, the strongest first; none where nobody wrote any."""
    own: tuple[Attack, ...] = getattr(kind, "attacks", ())
    return own or _KNOWN.get(kind.name, ())


def by_counts(state: Suggestions, members: Sequence[Own], at_least: int | None = None) -> list[float]:
    """Return how much likelier each member's texts are to the counts than to the public base, which no member wrote.

    The mean over texts of the mean over pieces of the natural logarithm. ``at_least`` says how many members must have written what
    the attack sees (``None``: as many as the model shows).
    """
    texts = [_first(own) for own in members]
    found = iter(state.ratios(chain(*texts), state.at_least if at_least is None else at_least))
    return [float(np.mean([next(found) for _ in own])) for own in texts]


def _first(own: Own) -> list[str]:
    from sayso.models.suggest.grams import own_texts

    return own_texts(row.text for row in own)[:TEXTS]  # the order in which a member's cap takes them in


def by_own_threads(state: State, members: Sequence[Own]) -> list[float]:
    """Return how much more each member's threads lead to one another than to the other threads, in standard deviations.

    The score of a thread is the sum of the weights from the member's other threads; the scores of all threads that are not theirs
    are the population that never was the member's, taken as normal (the offline attack of Carlini et al.). A thread that the model
    does not know counts 0.
    """
    roots = state.threads.roots()
    return [_apart(state, _known(state, roots, own)) / len(_places(own)) for own in members]


def _places(own: Own) -> set[str]:
    """Return the threads that rows stand in, as far as these rows tell: what answers one of them stands where that one does."""
    above = {row.record: row.reply_to or row.record for row in own}
    for _ in range(len(own).bit_length()):
        above = {record: above.get(place, place) for record, place in above.items()}
    return set(above.values())


def _known(state: State, roots: Any, own: Own) -> Any:
    """Return the numbers of the threads in which rows stand, or to which they were replies."""
    records = state.threads.records
    names = chain.from_iterable((row.record, row.reply_to or row.record) for row in own)
    wanted = np.array(sorted(set(names)), dtype=records.dtype)
    places = np.minimum(np.searchsorted(records, wanted), max(len(records) - 1, 0))
    held = places[records[places] == wanted] if len(records) else places[:0]
    ids = {records[root].decode() for root in roots[held].tolist()}
    numbers = (state.model.ledger.post(id) for id in ids)
    return np.array(sorted(number for number in numbers if number is not None), np.int64)


def _apart(state: State, threads: Any) -> float:
    if len(threads) < 2:
        return 0.0
    sums = state.model.rows(threads).sum(axis=0, dtype=np.int64)
    others = np.delete(sums, threads)
    spread = float(others.std()) if len(others) else 0.0
    return float((sums[threads] - others.mean()).sum()) / spread if spread else 0.0


def _writes(own: Own) -> bool:
    return any(row.text for row in own)


def _joins(own: Own) -> bool:
    return len(_places(own)) > 1


ON_COUNTS = (
    Attack(
        "all that is counted",
        "log of how much likelier a member's texts are to the counts than to the public base",
        partial(by_counts, at_least=1),
        _writes,
    ),
    Attack(
        "what may be shown",
        "the same, by those n-grams alone that enough members wrote",
        by_counts,
        _writes,
    ),
)
_KNOWN = {
    "suggestions": ON_COUNTS,
    "neural-suggestions": ON_COUNTS,
    "recommendations": (
        Attack(
            "own threads",
            "how much more a member's threads lead to one another than to others, in standard deviations",
            by_own_threads,
            _joins,
        ),
    ),
}
