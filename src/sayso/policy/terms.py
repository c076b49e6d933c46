"""Quotations held against recorded terms: which record holds which words, whatever marks and white space stand between them."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sayso.policy.quotes import Quote
from sayso.values.moments import DAY, Moment

# A link or a picture of Markdown: its text is kept, its address is not. One bracket may stand in another.
_LINK = re.compile(
    r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\((?:[^()\s]|\([^()\s]*\)|\s+\"[^\"]*\"|\s+'[^']*')*\)|\[[^\[\]]*\])"
)
_NESTED = 3
"""How deep links stand in links at most: a picture in a link in a heading that is one."""

_REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:\s*\S+.*$", re.MULTILINE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<https?:[^<>\s]*>")
_MARKS = re.compile(r"[*_`~\\\u00ad\u200b-\u200d\u2060\ufeff]")
_NO_WORD = re.compile(r"[\W_]+")
_LEFT_OUT = re.compile(r"\[\s*(?:…|\.\.\.)\s*\]|…|\.\.\.")


def folded(text: str) -> str:
    """Return the words of a text of Markdown alone, small, one space before and after each.

    Addresses of links, tags, emphasis, escapes, quotation marks and all other punctuation are gone.

    >>> folded("**We** may use [your _data_](https://x.example/a_(b)) to train Zoom’s\u00a01\\\\.<br>models")
    ' we may use your data to train zoom s 1 models '
    """
    text = html.unescape(_TAG.sub(" ", _REFERENCE.sub(" ", text)))
    for _ in range(_NESTED):
        text = _LINK.sub(r"\1", text)
    text = unicodedata.normalize("NFKC", _MARKS.sub("", text)).casefold()
    return f" {_NO_WORD.sub(' ', text).strip()} "


def pieces(quote: str) -> tuple[str, ...]:
    """Return what a quotation is made of, folded: it is split where ``…`` says that words were left out.

    >>> pieces("We may … train AI [...] models.")
    (' we may ', ' train ai ', ' models ')
    """
    return tuple(piece for part in _LEFT_OUT.split(quote) if (piece := folded(part)).strip())


def holds(text: str, quote: Sequence[str]) -> bool:
    """Tell whether a folded text holds all pieces of a quotation, one after the other.

    >>> holds(folded("We may, if you agree, train AI."), pieces("We may … train AI"))
    True
    """
    at = 0
    for piece in quote:
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece) - 1
    return bool(quote)


@dataclass(frozen=True, slots=True)
class Record:
    """A document as an archive recorded it: the commit, its moment, and the text; empty where it was taken away."""

    archive: str
    document: str
    commit: str
    at: Moment
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Where and when an archive recorded something."""

    archive: str
    document: str
    commit: str
    at: Moment


class Outcome(StrEnum):
    """How a quotation stands, the best first."""

    STANDS = "stands"
    BEGINS_LATER = "archive-begins-later"
    GONE = "gone-since"
    LATER = "not-yet-there"
    NOWHERE = "nowhere"
    NO_RECORD = "not-archived"


@dataclass(frozen=True, slots=True)
class Held:
    """A quotation held against the records of one document in one archive.

    ``first`` and ``last`` are the first and the last record that hold it, ``gone`` the one that no longer did while the
    rule stood, ``begins`` the first record of the document; ``None`` where there is none.
    """

    quote: Quote
    outcome: Outcome
    first: Seen | None = None
    last: Seen | None = None
    gone: Seen | None = None
    begins: Seen | None = None

    @property
    def stands(self) -> bool:
        """Tell whether the words are in the archive as far back as it can tell, and while the rule stood."""
        return self.outcome in (Outcome.STANDS, Outcome.BEGINS_LATER)


class Watch:
    """Follows one quotation through the records of one document, oldest first."""

    def __init__(self, quote: Quote, grace_days: int) -> None:
        """Start before the first record; ``grace_days`` is how late an archive may record what is in force."""
        self.quote = quote
        self._pieces = pieces(quote.text)
        self._grace = grace_days * DAY
        self._begins: Seen | None = None
        self._first: Seen | None = None
        self._last: Seen | None = None
        self._gone: Seen | None = None

    def see(self, seen: Seen, text: str) -> None:
        """Take in the next record, its text folded."""
        self._begins = self._begins or seen
        if holds(text, self._pieces):
            self._first = self._first or seen
            self._last, self._gone = seen, None
        elif self._first and self._gone is None:
            self._gone = seen

    def held(self) -> Held:
        """Return how the quotation stands after all records."""
        return Held(self.quote, self._outcome(), self._first, self._last, self._gone, self._begins)

    def _outcome(self) -> Outcome:
        if self._begins is None:
            return Outcome.NO_RECORD
        if self._first is None:
            return Outcome.NOWHERE
        if self._is_gone():
            return Outcome.GONE
        if self._first.at <= self.quote.since + self._grace:
            return Outcome.STANDS
        return Outcome.BEGINS_LATER if self._first == self._begins else Outcome.LATER

    def _is_gone(self) -> bool:
        until = self.quote.until
        return self._gone is not None and (until is None or self._gone.at + self._grace < until)


def watch(quotes: Iterable[Quote], records: Iterable[Record], grace_days: int) -> Iterator[Held]:
    """Yield how each of the quotations stands in the records of one document, which are oldest first."""
    watches = [Watch(quote, grace_days) for quote in quotes]
    for record in records:
        text = folded(record.text)
        for one in watches:
            one.see(Seen(record.archive, record.document, record.commit, record.at), text)
    yield from (one.held() for one in watches)


def best(found: Sequence[Held], quote: Quote) -> Held:
    """Return how a quotation stands where it stands best; ``not-archived`` where no document was looked into."""
    ranks = list(Outcome)
    return min(found, key=lambda one: ranks.index(one.outcome), default=Held(quote, Outcome.NO_RECORD))
