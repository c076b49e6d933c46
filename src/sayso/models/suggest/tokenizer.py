"""The frozen tokenizer: a text becomes whole numbers and comes back, letter for letter.

What it knows was learnt from public texts alone and never changes: were it learnt from members, one member's leaving would change
the numbers of all. Own code of some lines and no library: a library's next version could cut a text otherwise, and no forgetting
would then equal a training. Pieces never cross words, a digit is always a piece of its own, and the label of a redaction
(``[PERSON]``, ``[PERSON 2]``) is one piece that no piece of a text can be.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sayso.models.suggest.bpe import Pair, pieces_of

Numbers = NDArray[np.unsignedinteger]
"""The pieces of a text: uint16 where there are no more than 65,536 of them, else uint32."""

START, END = 0, 1
"""The numbers of the start and the end of a text."""
_LETTERS, _BLANKS = r" ?[^\W\d_]+(?:['’][^\W\d_]+)*| ?\d", r"\s+(?!\S)|\s"


class Cut(dict[str, bytes]):
    """Words that were cut, each with its numbers as bytes (uint16 of this machine)."""

    def __init__(self, cut: Callable[[str], list[int]]) -> None:
        """Start without any; ``cut`` says what the numbers of a word are."""
        super().__init__()
        self._cut = cut

    def __missing__(self, word: str) -> bytes:
        """Cut a new word, and remember it."""
        found = self[word] = np.array(self._cut(word), np.uint16).tobytes()
        return found


class Cutter(Protocol):
    """A frozen tokenizer, whoever made it: the least numbers are the start and the end of a text."""

    @property
    def pieces(self) -> Sequence[bytes]:
        """Return the bytes of each number."""
        ...

    @property
    def first(self) -> int:
        """Return the least number of a piece of text."""
        ...

    @property
    def size(self) -> int:
        """Return how many numbers there are."""
        ...

    def words(self, text: str) -> list[str]:
        """Return the words of a text, each with the space before it: joined they are the text."""
        ...

    def encode(self, text: str) -> list[int]:
        """Return the numbers of a text."""
        ...

    def cut_words(self) -> Cut:
        """Return a memory of words, empty, to be given to several calls of ``encode_all``."""
        ...

    def encode_all(self, texts: Iterable[str], cut: Cut | None = None) -> Iterator[Numbers]:
        """Yield the numbers of each text."""
        ...

    def bytes_of(self, numbers: Iterable[int]) -> bytes:
        """Return the bytes of numbers; the start and the end of a text have none."""
        ...


class Tokenizer:
    """Labels, then single bytes, then pairs joined: the numbers of the pieces, in this order from 2 on."""

    def __init__(self, labels: Sequence[str], merges: Sequence[Pair]) -> None:
        """Raise ``ValueError`` where there would be more than 65,536 pieces."""
        self.labels, self.merges = tuple(labels), tuple(merges)
        self._ranks = {pair: rank for rank, pair in enumerate(self.merges)}
        own = [bytes([value]) for value in range(256)] + [left + right for left, right in self.merges]
        self.pieces: tuple[bytes, ...] = (b"", b"", *(label.encode() for label in self.labels), *own)
        """The bytes of each number."""
        self.first = 2 + len(self.labels)
        """The least number of a piece of text; below it are the start, the end and the labels."""
        if self.size > 1 << 16:
            raise ValueError("65,536 pieces at most")
        self._number = {piece: self.first + at for at, piece in enumerate(own)}
        self._labels = {label: 2 + at for at, label in enumerate(self.labels)}
        # A label comes before other signs, so that neither a space nor a sign before it takes its bracket away.
        label = f"(?:{'|'.join(map(re.escape, sorted(self.labels, key=len, reverse=True))) or '(?!)'})"
        signs = f" ?(?:(?!{label})(?:[^\\s\\w]|_))+"
        self._split = re.compile(f"{_LETTERS}|{label}| (?={label})|{signs}|{_BLANKS}")

    @property
    def size(self) -> int:
        """Return how many numbers there are."""
        return len(self.pieces)

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of the tokenizer, in hexadecimal digits: of its labels and pairs, each with its length before it."""
        parts = chain((label.encode() for label in self.labels), (b"",), chain.from_iterable(self.merges))
        return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).hexdigest()

    def words(self, text: str) -> list[str]:
        """Return the words of a text, each with the space before it: joined they are the text.

        >>> Tokenizer(["[PERSON 2]"], []).words("Ask [PERSON 2], it's 42!")
        ['Ask', ' ', '[PERSON 2]', ',', " it's", ' 4', '2', '!']
        """
        return self._split.findall(text)

    def encode(self, text: str) -> list[int]:
        """Return the numbers of a text. Any string has some; half a surrogate pair is three bytes of its own.

        >>> frozen = Tokenizer(["[PERSON]"], [(b" ", b"t"), (b" t", b"o")])
        >>> frozen.encode("[PERSON] to")
        [2, 260]
        >>> frozen.decode([2, 260])
        '[PERSON] to'
        """
        numbers: list[int] = next(self.encode_all([text])).tolist()
        return numbers

    def cut_words(self) -> Cut:
        """Return a memory of words, empty, to be given to several calls of ``encode_all``."""
        return Cut(self._cut)

    def encode_all(self, texts: Iterable[str], cut: Cut | None = None) -> Iterator[Numbers]:
        """Yield the numbers of each text (uint16). A word that ``cut`` remembers is not cut again.

        Without ``cut`` words are remembered for this call only; a longer memory would still hold what was forgotten.
        """
        known = self.cut_words() if cut is None else cut
        for text in texts:
            yield np.frombuffer(b"".join([known[word] for word in self._split.findall(text)]), np.uint16)

    def _cut(self, word: str) -> list[int]:
        if word in self._labels:
            return [self._labels[word]]
        data = word.encode("utf-8", "surrogatepass")
        if data in self._number:
            return [self._number[data]]
        if word[-1:].isdecimal():
            return [self.first + value for value in data]
        return [self._number[part] for part in pieces_of(data, self._ranks)]

    def bytes_of(self, numbers: Iterable[int]) -> bytes:
        """Return the bytes of numbers; the start and the end of a text have none."""
        return b"".join(self.pieces[number] for number in numbers)

    def decode(self, numbers: Iterable[int]) -> str:
        """Return the text of numbers: of ``encode(x)`` it is ``x``, for any string.

        Numbers that no text has may hold bytes that are not UTF-8: each such byte comes back as U+FFFD.
        """
        data = self.bytes_of(numbers)
        try:
            return data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return data.decode("utf-8", "replace")
