"""The directory: finds mentions of the platform's own members in texts, by their names and handles, current and former.

Two steps. The words of a batch of texts are looked up in tables, all at once, which says where a name may stand; only there the
words around are judged (``judging.Judge``). The rules, by what stands in the text:

- a full name (two parts of it, given name first or surname first, initials, particles or parts of the same name between) is
  a mention in any letter case, with or without diacritics, joined, hyphenated or with the endings of ``evidence.ENDINGS``;
- a handle is a mention behind an ``@`` or in a path; elsewhere where it is no ordinary word (for a member who is not always
  removed: where it also holds a digit or a join, or is long);
- an initial and a surname (``A. Lovelace``), a given name and an initial (``Ada L.``): where few bear it, or one who is always
  removed;
- one part alone: of somebody always removed, where no more than ``FEW`` members bear it and it is written with a capital (any
  letter case where it is long and borne by hardly anybody else); where more bear it, or where it is an ordinary word
  (``Will``), only with a title, greeting, verb of saying or the like at it; of others, only with such evidence.

So the one form of an always-removed member's name that stays by intent is a bare given name or surname that is an ordinary word
or borne by many, without any sign that it is a name.
"""

from __future__ import annotations

import hmac
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from sayso.redact import folding
from sayso.redact.folding import Batch, Words
from sayso.redact.judging import Judge
from sayso.redact.mention import Mention, settle
from sayso.redact.name_build import tables_of
from sayso.redact.name_hits import Hits
from sayso.redact.name_index import Index
from sayso.redact.name_tables import Arrays, Strings, strings_of
from sayso.redact.owners import Crowd, Roll
from sayso.redact.spans import Label, Span

DIRECTORY = "sayso-directory/3"
"""The version of the matching rules and word lists; it goes into every directory's version."""

_LABEL = re.compile(r"\[[A-Z]{2,12}(?: [^\[\]\n]{1,40})?\]")
_BATCH = 1 << 18
_MARKED = re.compile(r"[@＠/](?:[^\w\s]|_)*([^\W_]+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A member, by a tag of the caller's choice, with display names and handles, current and former."""

    member: str
    names: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()


class Directory:
    """The names and handles of a platform's members; never changed once made.

    >>> entries = [Entry("m1", ("Ada Lovelace",), ("countess_ada",)), Entry("m2", ("Grace Hopper",), ())]
    >>> directory = Directory.of(entries, always=frozenset({"m1"}), key=b"secret")
    >>> for mention in directory.mentions(["Ask Lovelace, ADA or @countess_ada; grace is rare."])[0]:
    ...     print(mention)
    Mention(start=4, end=17, members=('m1',), certain=True, told=('m1',))
    Mention(start=22, end=34, members=('m1',), certain=True, told=('m1',))
    """

    def __init__(self, arrays: Arrays) -> None:
        """Look members up in ``arrays``: those of another directory (they can be kept in files, and mapped by many processes)."""
        self.arrays = arrays
        tags = Strings(arrays, "tags")
        self._index = Index(arrays)
        self._hits = Hits(self._index)
        self._judge = Judge(self._index, tags)
        self.always = frozenset(tags[number] for number in arrays["flagged"].tolist())
        self.version = Strings(arrays, "version")[0]

    @classmethod
    def of(cls, entries: Iterable[Entry], always: frozenset[str], key: bytes) -> Directory:
        """Return the directory of these members, like ``of_roll``; the order of the entries does not matter."""
        return cls.of_roll(Roll.of((one.member, one.names, one.handles) for one in entries), always, key)

    @classmethod
    def of_roll(cls, roll: Roll, always: frozenset[str], key: bytes, among: Crowd | None = None) -> Directory:
        """Return the directory of a roll's members; mentions of those in ``always`` are always removed.

        With ``among``, these and others, a part of a name is borne by as many as bear it there; one that many bear, and one of them
        who goes whatever these say, is not looked for by itself.

        Its version is a digest of the folded names and handles, the tags and ``always`` under ``key`` (HMAC-SHA256, the first
        16 hexadecimal digits): who has no key cannot try names against it.
        """
        flags = np.fromiter((tag in always for tag in roll.tags), np.uint8, len(roll.tags))
        flagged = np.flatnonzero(flags)
        removed = sorted(roll.tags[number] for number in flagged.tolist())
        seal = hmac.new(key, DIRECTORY.encode() + roll.digest, "sha256")
        seal.update("".join(f"{len(tag)} {tag}\n" for tag in removed).encode(errors="replace"))
        bearers = None if among is None else among.bearers
        tables = tables_of(roll.frame, roll.names.owners(flags), roll.handles.owners(flags), bearers)
        tables |= strings_of(roll.tags, "tags") | strings_of([seal.hexdigest()[:16]], "version")
        return cls({**tables, "flagged": flagged})

    def mentions(self, texts: Sequence[str]) -> list[list[Mention]]:
        """Return the mentions in each text in rising order; none overlaps another but as ``mention.settle`` says.

        Any text will do. What is found in it depends on it and on the version alone.
        """
        found: list[list[Mention]] = [[] for _ in texts]
        for number, mentions in self._unsettled(texts):
            found[number] = _outside_labels(texts[number], settle(mentions, self.always))
        return found

    def named(self, texts: Sequence[str]) -> frozenset[int]:
        """Return the places of the texts in which there are mentions, those inside labels of an earlier redaction among them."""
        return frozenset(number for number, _ in self._unsettled(texts))

    def seen(self, texts: Sequence[str]) -> frozenset[int]:
        """Return the places of the texts in which any word stands that may belong to a mention, whatever stands around it."""
        found: set[int] = set()
        for places in _batches(texts):
            some = [texts[at] for at in places]
            batch = Batch(some)
            marked = (n for n in self._with_marks(some) if self._has_marked(batch.whole(n)))
            found.update(places[number] for number in (*self._hits.seen(batch), *marked))
        return frozenset(found)

    def _has_marked(self, words: Words) -> bool:
        return not self._index.first_marked.isdisjoint(words.folded)

    def _unsettled(self, texts: Sequence[str]) -> Iterator[tuple[int, list[Mention]]]:
        """Yield the places of the texts in which something is found, and all that is."""
        for places in _batches(texts):
            for place, mentions in self._in_batch([texts[at] for at in places]).items():
                if mentions:
                    yield places[place], mentions

    def _in_batch(self, texts: list[str]) -> dict[int, list[Mention]]:
        batch = Batch(texts)
        found: dict[int, list[Mention]] = {}
        for number in filter(lambda number: self._may_be_marked(texts[number]), self._with_marks(texts)):
            found[number] = list(self._judge.marked(batch.whole(number)))
        for number, words, hits in self._hits.windows(batch):
            found.setdefault(number, []).extend(self._judge.mentions(words, hits))
        return found

    def _with_marks(self, texts: list[str]) -> list[int]:
        """Return the places of the texts in which a handle that is an ordinary word may stand behind an ``@`` or a slash."""
        if not self._index.marked:
            return []
        return [number for number, text in enumerate(texts) if "@" in text or "/" in text or "＠" in text]

    def _may_be_marked(self, text: str) -> bool:
        for word in _MARKED.findall(text):
            key = word.lower() if word.isascii() else folding.folded(word)
            if key in self._index.first_marked:
                return True
        return False


class Mentions:
    """A finder of mentions to remove: those of members in the directory's ``always``, and with ``everybody`` those of all.

    >>> directory = Directory.of([Entry("m1", ("Ada Lovelace",)), Entry("m2", ("Grace Hopper",))], frozenset({"m1"}), b"secret")
    >>> text = "Ada Lovelace met Grace Hopper"
    >>> [[text[span.start:span.end] for span in Mentions(directory, everybody).find([text])[0]] for everybody in (False, True)]
    [['Ada Lovelace'], ['Ada Lovelace', 'Grace Hopper']]
    """

    def __init__(self, directory: Directory, everybody: bool) -> None:
        self._directory, self._everybody = directory, everybody
        self.version = f"{DIRECTORY}:{directory.version}:{'everybody' if everybody else 'always'}"

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the spans to remove in each text, all labelled ``MEMBER``."""
        return [self.spans(mentions) for mentions in self._directory.mentions(texts)]

    def spans(self, mentions: Iterable[Mention]) -> list[Span]:
        """Return the spans to remove of a text's mentions."""
        return [Span(one.start, one.end, Label.MEMBER) for one in mentions if self._goes(one)]

    def _goes(self, mention: Mention) -> bool:
        return self._everybody or not self._directory.always.isdisjoint(mention.members)


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield the places of all texts, those of ASCII alone by themselves: they are folded several times as fast."""
    plain: list[int] = []
    other: list[int] = []
    for number, is_plain in enumerate(map(str.isascii, texts)):
        (plain if is_plain else other).append(number)
    for places in (plain, other):
        begin, ends = 0, list(accumulate(map(len, map(texts.__getitem__, places))))
        while begin < len(places):
            taken = ends[begin - 1] if begin else 0
            end = bisect_left(ends, taken + _BATCH, begin) + 1
            yield places[begin:end]
            begin = end


def _outside_labels(text: str, mentions: list[Mention]) -> list[Mention]:
    """Return the mentions that touch no label of an earlier redaction."""
    labels = [found.span() for found in _LABEL.finditer(text)] if "[" in text else []
    if not labels:
        return mentions
    starts = [start for start, _ in labels]
    kept = []
    for mention in mentions:
        before = bisect_right(starts, mention.end - 1) - 1
        if before < 0 or labels[before][1] <= mention.start:
            kept.append(mention)
    return kept
