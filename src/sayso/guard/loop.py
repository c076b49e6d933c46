"""The guard itself: an iterable of examples, without what was taken back by the time each is asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Generic, Literal, Self, TypeVar

from sayso.client.answers import Item
from sayso.client.calls import MOST_AT_ONCE
from sayso.errors import InputError, Problem, Refused
from sayso.guard.batches import Of, Rows, Select, rows_of
from sayso.guard.following import Follower, Pace, Service, Unanswered
from sayso.guard.taken_back import TakenBack
from sayso.values.uses import Use

__all__ = ["Guard", "Stopped", "Unanswered", "guard"]
Example = TypeVar("Example")


class Stopped(Refused):
    """The use may not go on: it is suspended, or something changed for many and nobody can be asked who is touched."""


def guard(
    examples: Iterable[Example],
    client: Service,
    use: Use,
    *,
    member_of: Of,
    record_of: Of | None = None,
    since: int = -1,
    dataset: str | None = None,
    seconds: float = 0.0,
    patience: float = 60.0,
    on_stop: Literal["raise", "end"] = "raise",
    let_pass: Collection[str] = (),
    select: Select | None = None,
) -> Guard[Example]:
    """Return the examples, or batches of them, without what was taken back by the time each is asked for; see the package.

    ``member_of`` finds the member of an example (a column's name or place, or a function), ``record_of`` its record. ``since`` is the
    log entry up to which the examples follow the log already: that which published their data set. ``dataset`` names the data set
    whose pseudonyms the examples carry, where they do not carry the platform's ids. ``seconds`` is how old what is known may be when
    a batch is asked for; ``patience`` for how many seconds a batch is held back while the service does not answer. With ``on_stop``
    ``end`` a stop ends the loop instead of raising ``Stopped``. ``let_pass`` names kinds of items (``records-imported``, say) that
    touch many and that you answer for. ``select`` cuts batches of forms that are not known here.

    Where an item touches members that it does not name, every batch is asked for, record by record, from then on; without
    ``record_of``, or with ``dataset``, that cannot be, and it stops.
    Raises ``InputError`` for a use that the policy does not know and for times that are none; while it runs, ``Stopped``,
    ``Unanswered``, ``InputError`` for batches that it cannot read, and what the service refuses.
    """
    if seconds < 0 or patience <= 0:
        what = "seconds and patience are times: neither is below 0, and without patience no answer is in time"
        raise InputError(Problem("bad-number", what, advice="leave them out"))
    _check_use(client, use)
    taken = TakenBack(use, by_record=record_of is not None, let_pass=let_pass)
    follower = Follower(client, taken, since, dataset, Pace(seconds, patience))
    asks = client if record_of is not None and dataset is None else None
    return Guard(
        examples, taken, follower, use, asks, lambda one: rows_of(one, member_of, record_of, select), on_stop
    )


def _check_use(client: Service, use: Use) -> None:
    """Raise ``InputError`` where the policy does not know the use: no item would ever speak of it, and nobody would be left out.

    The first entry of a log adopts its policy, and speaks of every use.
    """
    first = client.withdrawals(-1, limit=1).items
    if not first or use not in first[0].uses:
        advice = "see `sayso policy show` for its purposes and recipients"
        raise InputError(Problem("unknown-use", f"the policy knows no use {use}", advice=advice))


class Guard(Generic[Example]):
    """Examples under guard: to be iterated, once or once an epoch; it keeps what it knows. ``close`` ends its thread."""

    def __init__(
        self,
        examples: Iterable[Example],
        taken: TakenBack,
        follower: Follower,
        use: Use,
        asks: Service | None,
        read: Callable[[Example], Rows],
        on_stop: Literal["raise", "end"],
    ) -> None:
        """Join them; ``guard`` does."""
        self._examples, self._taken, self._follower, self._use = examples, taken, follower, use
        self._asks, self._read, self._on_stop = asks, read, on_stop
        self.left_out = 0
        """How many rows were not given so far."""

    def __iter__(self) -> Iterator[Example]:
        """Yield what is left of each example at the moment at which it is asked for; of which nothing is left, the next."""
        self._follower.start()
        source = iter(self._examples)
        while True:
            asked_at = time.monotonic()
            try:
                example = next(source)
            except StopIteration:
                return
            try:
                kept = self._kept(self._read(example), example, asked_at)
            except Stopped:
                if self._on_stop == "end":
                    return
                raise
            if kept is not None:
                yield kept

    def _kept(self, rows: Rows, example: Example, asked_at: float) -> Example | None:
        self._follower.refresh(asked_at)
        now = datetime.now(UTC)
        stop = self._taken.stop(now)
        if stop is not None:
            raise _suspended(self._use, stop)
        pairs = zip(rows.members, rows.records, strict=True)
        places = [place for place, pair in enumerate(pairs) if not self._taken.is_out(*pair)]
        doubt = self._taken.doubt(now)
        if doubt is not None:
            places = self._permitted(doubt, rows, places, asked_at)
        self.left_out += len(rows.members) - len(places)
        if len(places) == len(rows.members):
            return example if places else None
        kept: Example | None = rows.keep(places) if places else None
        return kept

    def _permitted(self, doubt: Item, rows: Rows, places: list[int], asked_at: float) -> list[int]:
        """Return those of some rows that may be used now, as the service decides."""
        if self._asks is None:
            raise _unsure(doubt)
        known = [place for place in places if rows.records[place] is not None]
        found: list[int] = []
        for begin in range(0, len(known), MOST_AT_ONCE):
            part = known[begin : begin + MOST_AT_ONCE]
            found += self._asked(self._asks, rows, part, asked_at)
        return found

    def _asked(self, service: Service, rows: Rows, places: list[int], asked_at: float) -> list[int]:
        records = [record for place in places if (record := rows.records[place]) is not None]
        told = self._follower.patiently(lambda: service.decide_all(self._use, records), asked_at).decisions
        return [place for place, verdict in zip(places, told.verdict, strict=True) if verdict == "permit"]

    def close(self) -> None:
        """Follow the feed no longer."""
        self._follower.close()

    def __enter__(self) -> Self:
        """Return the guard itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Follow the feed no longer."""
        self.close()


def _suspended(use: Use, stop: Item) -> Stopped:
    name = stop.suspension or f"entry {stop.entry}"
    advice = "end the training; what it has learnt is for the office to judge"
    return Stopped(Problem("suspended", f"{use} is suspended ({name})", advice=advice))


def _unsure(doubt: Item) -> Stopped:
    what = f"entry {doubt.entry} ({doubt.kind}) touches members whom it does not name, and these examples cannot be asked about"
    advice = (
        "give record_of= and the platform's ids, so that each batch can be asked for; give since= with the entry that published the "
        "data set; or build it anew"
    )
    return Stopped(Problem("unsure", what, advice=advice))
