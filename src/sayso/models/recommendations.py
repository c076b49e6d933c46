"""Post recommendations as a kind of model: threads are the posts, and whoever wrote in a thread took part in it.

A row that answers or comments on another published row belongs to the thread of that one; any other row starts a thread of its own, so
that an answer to what is not published is a post itself. Nothing but the rows of a data set says which thread a row belongs to:
when the author of an answer leaves, the comments on it start threads, here and in a model that was never told of the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sayso.dataset.rows import Row
from sayso.errors import IntegrityError, Problem
from sayso.models.kind import Arrays, Settings, arrays_digest
from sayso.models.recommend.bringing import brought
from sayso.models.recommend.inverse import Dense, settled
from sayso.models.recommend.ledger import Interaction, Ledger, Post, ledger_of, text_rows
from sayso.models.recommend.model import Model, certified, fit, fold
from sayso.models.recommend.published import Published, publish
from sayso.models.recommend.rounding import SCALE
from sayso.models.recommend.rows import Rows, starts
from sayso.models.recommend.serving import Pull, Recommendation, recommend
from sayso.models.recommend.settings import Settings as Weights
from sayso.models.threads import Ids, Numbers, ids_of, roots

__all__ = ["SCALE", "RecommendationsKind", "recommended", "renamed"]

WRONG = 1e-6
"""A kept inverse whose residual is larger is not that of its ledger: it is made anew (``Certificate`` says what is usual)."""


@dataclass(frozen=True, slots=True, eq=False)
class Threads:
    """What of the rows matters, by rising record: whose it is, what it answers (empty: nothing), its topics, its words.

    Ids are pseudonyms in ASCII; ``words`` has a row for each record, also of those that start no thread now.
    """

    records: Ids
    members: Ids
    answers: Ids
    topics: tuple[str, ...]
    words: Rows

    def roots(self) -> Numbers:
        """Return for each record the number of the record that starts its thread."""
        return roots(self.records, self.answers)


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """The threads, and the model that follows from them."""

    threads: Threads
    model: Model


def threads_of(rows: Iterable[Row], settings: Weights) -> Threads:
    """Return what of rows matters, whatever order they come in."""
    told = sorted(rows, key=lambda row: row.record)
    return Threads(
        ids_of(row.record for row in told),
        ids_of(row.member for row in told),
        ids_of(row.reply_to or "" for row in told),
        tuple(_topics(row) for row in told),
        text_rows((row.text for row in told), settings),
    )


def _topics(row: Row) -> str:
    return "\n".join(filter(None, (row.category, row.language)))


def ledger_from(threads: Threads, settings: Weights) -> Ledger:
    """Return the ledger of threads: those who start one are the posts, and each record is its member's part in a thread."""
    end = threads.roots()
    starts = end == np.arange(len(end))
    names = [name.decode() for name in threads.records.tolist()]
    members = threads.members.tolist()
    posts = (Post(names[at], tuple(threads.topics[at].split("\n"))) for at in np.flatnonzero(starts).tolist())
    parts = (
        Interaction(member.decode(), names[at]) for member, at in zip(members, end.tolist(), strict=True)
    )
    return replace(ledger_of(posts, parts, settings), text=threads.words.kept(starts))


def changed(threads: Threads, before: Sequence[Row], after: Threads) -> Threads:
    """Return threads without the members of some rows and with other rows of theirs."""
    gone = np.unique(ids_of({row.member for row in before}))
    stays = ~np.isin(threads.members, gone)
    records = np.concatenate((threads.records[stays], after.records))
    order = np.argsort(records, kind="stable")
    topics = [*(topic for topic, kept in zip(threads.topics, stays, strict=True) if kept), *after.topics]
    return Threads(
        records[order],
        np.concatenate((threads.members[stays], after.members))[order],
        np.concatenate((threads.answers[stays], after.answers))[order],
        tuple(topics[at] for at in order.tolist()),
        _in_order(threads.words.kept(stays), after.words, order),
    )


def _in_order(some: Rows, more: Rows, order: Numbers) -> Rows:
    """Return the rows of two one after another, in another order."""
    start = np.concatenate((some.start, some.start[-1] + more.start[1:]))
    sizes = np.diff(start)[order]
    begins = starts(sizes)
    cells = np.repeat(start[order] - begins[:-1], sizes) + np.arange(begins[-1])
    column = np.concatenate((some.column, more.column))[cells]
    value = np.concatenate((some.value, more.value))[cells]
    return Rows(begins, column, value)


def recommended(served: Arrays, history: Iterable[str], k: int) -> tuple[Recommendation, ...]:
    """Return up to ``k`` posts, by what ``served`` returned, for whoever took part in the posts of ``history``."""
    data, start = served["posts"].tobytes(), served["posts_start"].tolist()
    posts = tuple(data[begin:end].decode() for begin, end in pairwise(start))
    return recommend(Published(posts, served["weights"], ""), history, k)


def renamed(one: Recommendation, names: Mapping[str, str]) -> Recommendation:
    """Return a recommendation whose reasons name posts by other names; those without one are gone."""
    pulls = (Pull(names.get(pull.post, "a post that is gone"), pull.pull) for pull in one.because)
    return one._replace(because=tuple(pulls))


@dataclass(frozen=True, slots=True)
class RecommendationsKind:
    """Recommendations of threads, by ``weights`` that were set before anybody's rows were seen.

    The state is the threads, in whole numbers; beside them lies the inverse that follows from them, so that forgetting need not make
    it anew. Its bits may differ with what was forgotten before: that is why no digest is taken of it, and nothing is served that it
    has not been proved to give exactly (``sayso.models.recommend.rounding``).
    """

    weights: Weights = field(default_factory=Weights)

    @property
    def name(self) -> str:
        """``recommendations``."""
        return "recommendations"

    @property
    def version(self) -> str:
        """The rules, see ``sayso.models.recommend``."""
        return "sayso-recommendations/1"

    @property
    def purpose(self) -> str:
        """They choose what is shown."""
        return "recommendation"

    @property
    def settings(self) -> Settings:
        """The weights of the joined model."""
        names = ("ridge", "text", "topic", "buckets", "cap")
        return tuple((name, getattr(self.weights, name)) for name in names)

    def train(self, rows: Iterable[Row]) -> State:
        """Return the threads of all rows, and the model fitted to them."""
        threads = threads_of(rows, self.weights)
        return State(threads, fit(ledger_from(threads, self.weights)))

    def change(self, state: State, before: Sequence[Row], after: Sequence[Row]) -> State | None:
        """Return the changed threads, and the model brought to them: by rank-one changes where these are few."""
        threads = changed(state.threads, before, threads_of(after, self.weights))
        return State(threads, brought(state.model, ledger_from(threads, self.weights)))

    def arrays(self, state: State) -> Arrays:
        """Return the threads, and the inverse where one is kept."""
        threads, whole = state.threads, fold(state.model).inverse.whole
        arrays = _canonical(threads, self.weights)
        return {**arrays, "inverse": whole.matrix} if isinstance(whole, Dense) else arrays

    def state_of(self, arrays: Arrays) -> State:
        """Return the state of arrays; an inverse that is not that of the threads is made anew.

        Raises ``IntegrityError`` where arrays are missing or contradict one another.
        """
        try:
            threads = _threads(arrays)
            ledger = ledger_from(threads, Weights(*arrays["settings"].tolist()))
        except (KeyError, ValueError, IndexError, TypeError) as error:
            what = f"this is no state of recommendations ({type(error).__name__})"
            raise IntegrityError(Problem("not-a-model", what, advice="train it again")) from error
        return State(threads, _restored(ledger, arrays.get("inverse")))

    def digest(self, state: State) -> str:
        """Return the digest of the threads and the weights."""
        return arrays_digest(_canonical(state.threads, self.weights))

    def served(self, state: State) -> Arrays:
        """Return the published weights (``sayso.models.recommend.published``)."""
        return dict(publish(state.model, self.digest(state).encode()).published.to_arrays())


def _canonical(threads: Threads, settings: Weights) -> dict[str, NDArray[np.generic]]:
    return {
        "settings": np.array(settings.numbers(), np.int64),
        "records": threads.records,
        "members": threads.members,
        "answers": threads.answers,
        "topics": np.frombuffer("\0".join(threads.topics).encode(), np.uint8),
        "words_start": threads.words.start,
        "words_column": threads.words.column,
        "words_value": threads.words.value,
    }


def _threads(arrays: Arrays) -> Threads:
    topics = arrays["topics"].tobytes().decode().split("\0") if len(arrays["records"]) else []
    words = Rows(arrays["words_start"], arrays["words_column"], arrays["words_value"])
    found = Threads(arrays["records"], arrays["members"], arrays["answers"], tuple(topics), words)
    sizes = {len(found.records), len(found.members), len(found.answers), len(found.topics), len(words)}
    if len(sizes) != 1 or (found.records[1:] <= found.records[:-1]).any():
        raise ValueError("sizes or order")
    return found


def _restored(ledger: Ledger, matrix: NDArray[np.float64] | None) -> Model:
    if matrix is None or matrix.shape != (len(ledger.posts),) * 2:
        return fit(ledger)
    model, certificate = certified(Model(ledger, settled(Dense(matrix)), 0.0), b"restored")
    return fit(ledger) if not certificate.residual < WRONG else model
