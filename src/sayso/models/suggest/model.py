"""The model of writing suggestions: a sum over members, and what follows from it.

The only state is ``Counts``: whole numbers, to which members are added and from which they are subtracted. What is shown to writers
follows from those n-grams alone that at least ``at_least`` members wrote, and from the public base.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sayso.errors import InputError, Problem
from sayso.models.suggest.base import Base
from sayso.models.suggest.continuations import Continuations, Suggestion
from sayso.models.suggest.counts import Counts
from sayso.models.suggest.grams import CAP, Shape, Table, capped, own_texts, tables
from sayso.models.suggest.kneser_ney import Floats, View
from sayso.models.suggest.mixing import Mixture
from sayso.models.suggest.scoring import log_chances, mixed
from sayso.models.suggest.tokenizer import Cut, Numbers

Member = tuple[str, Iterable[str]]
"""A member's tag and all their texts."""
LONGEST = 5
"""The pieces of the longest n-grams."""
_PIECES_AT_ONCE = 4_000_000


class Suggestions:
    """Suggestions over a base. ``add`` and ``forget`` change it, wholly or not at all, and nothing else does.

    >>> from sayso.models.suggest.base import load_base
    >>> model = Suggestions(load_base())
    >>> before = model.digest()
    >>> model.add([("a", ["Thanks for the update"]), ("b", ["Thanks for the kind words"])])
    >>> model.forget([("b", ["Thanks for the kind words"])])
    >>> alone = Suggestions(load_base())
    >>> alone.add([("a", ["Thanks for the update"])])
    >>> model.digest() == alone.digest() != before
    True
    """

    def __init__(self, base: Base, at_least: int = 3, cap: int = CAP, order: int | None = None) -> None:
        """Start without members; ``ValueError`` where ``at_least`` is below 1, or n-grams of ``order`` do not fit in 64 bits.

        ``order`` left out is ``LONGEST``, or as many pieces as fit.
        """
        if at_least < 1:
            raise ValueError("at_least: 1 or more members")
        self.base, self.at_least, self.cap = base, at_least, cap
        bits = (base.tokenizer.size - 1).bit_length()
        self.counts = Counts(Shape(min(LONGEST, 64 // bits) if order is None else order, bits))
        self._views: dict[int, View] = {}
        self._searches: dict[int, Continuations] = {}

    def add(self, members: Iterable[Member]) -> None:
        """Add members, each with all their texts; the order of members and of texts has no influence.

        Raises ``InputError`` (``member-twice``) where a tag stands there twice: nothing is added then. A member who is in already must
        not be added again; forget them first.
        """
        held = list(self._batches(members))
        for added, joined in held:
            self.counts.add(added, joined)
        self._views, self._searches = {}, {}

    def forget(self, members: Iterable[Member]) -> None:
        """Take members out, each with all the texts that they were added with: what is left equals never having added them.

        Raises ``Refused`` (``not-in-the-model``) and changes nothing where they were not added in this form, and ``InputError`` like
        ``add``.
        """
        cut = self.base.tokenizer.cut_words()
        batch = [self._numbers(texts, cut) for _, texts in _once(members)]
        shares = self.counts.shares(tables(batch, self.counts.shape), len(batch))
        for view in self._views.values():
            view.forget(shares)
        self.counts.subtract(shares, len(batch))

    def merge(self, other: Suggestions) -> None:
        """Add all members of another model of the same base, cap and order (``ValueError`` where these differ)."""
        if (self.base.digest, self.cap, self.counts.shape) != (
            other.base.digest,
            other.cap,
            other.counts.shape,
        ):
            raise ValueError("only models of one base, cap and order can be added")
        self.counts.add(other.counts.canonical(), other.counts.joined)
        self._views, self._searches = {}, {}

    def _numbers(self, texts: Iterable[str], cut: Cut) -> list[Numbers]:
        return list(capped(self.base.tokenizer.encode_all(own_texts(texts), cut), self.cap))

    def _batches(self, members: Iterable[Member]) -> Iterator[tuple[tuple[Table, ...], int]]:
        """Yield the sums of some members at a time."""
        batch: list[list[Numbers]] = []
        cut = self.base.tokenizer.cut_words()
        size = 0
        for _, texts in _once(members):
            batch.append(self._numbers(texts, cut))
            size += sum(map(len, batch[-1]))
            if size > _PIECES_AT_ONCE:
                yield tables(batch, self.counts.shape), len(batch)
                batch, cut, size = [], self.base.tokenizer.cut_words(), 0
        yield tables(batch, self.counts.shape), len(batch)

    def digest(self) -> str:
        """Return the SHA-256 of the counts, in hexadecimal digits (``Counts.digest``)."""
        return self.counts.digest()

    def view(self, at_least: int | None = None) -> View:
        """Return the members' counts as seen by who may know only what so many members wrote (``None``: the model's number)."""
        wanted = self.at_least if at_least is None else at_least
        if wanted not in self._views:
            self._views[wanted] = View(self.counts, self.base.tokenizer.size, wanted)
        return self._views[wanted]

    def forecast(self, at_least: int | None = None) -> Mixture:
        """Return the base and that view, mixed."""
        return Mixture(self.base.frozen, self.view(at_least))

    def suggest(self, text: str, k: int = 3, at_least: int | None = None) -> list[Suggestion]:
        """Return up to ``k`` continuations of a few words, each with its chance: see ``sayso.models.suggest.continuations``.

        Fewer than the model's ``at_least`` members must not be asked for: ``ValueError``.
        """
        wanted = self.at_least if at_least is None else at_least
        if wanted < self.at_least:
            raise ValueError(f"this model shows what {self.at_least} members or more wrote, not {wanted}")
        if wanted not in self._searches:
            self._searches[wanted] = Continuations(self.base, self.view(wanted))
        return self._searches[wanted].suggest(text, k)

    def log_chances(self, texts: Iterable[str], at_least: int | None = None) -> list[Floats]:
        """Return for each text the natural logarithms of the chances of its pieces, the end of the text the last."""
        numbers = list(self.base.tokenizer.encode_all(texts))
        forecast = self.forecast(at_least)
        return mixed(
            self.base.frozen.log_chances(numbers), log_chances(forecast.members, numbers), forecast.weight
        )

    def ratios(self, texts: Iterable[str], at_least: int = 1) -> list[float]:
        """Return for each text how much likelier it is to the members' counts than to the base: natural logarithm, a piece on average.

        What membership inference asks for: Carlini et al., "Membership inference attacks from first principles" (S&P 2022), with the
        frozen base, or a quicker one, as the model that never saw the text.
        """
        texts = list(texts)
        own = log_chances(self.view(at_least), list(self.base.tokenizer.encode_all(texts)))
        pairs = zip(own, self.base.totals(texts), strict=True)
        return [(float(logs.sum()) - total) / len(logs) for logs, total in pairs]


def _once(members: Iterable[Member]) -> Iterator[Member]:
    tags: set[str] = set()
    for tag, texts in members:
        if tag in tags:
            raise InputError(
                Problem(
                    "member-twice", "a member stands there twice", advice="give all texts of a member at once"
                )
            )
        tags.add(tag)
        yield tag, texts
