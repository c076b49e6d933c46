"""Signs: cheap necessary conditions of what detectors find, told of whole batches by comparisons of arrays.

Each takes the bytes of texts (UTF-8) and returns places in them, at least one in each text that has it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

EDGE = b"\xff"
"""What stands before, between and behind the texts: no byte of UTF-8."""

Places: TypeAlias = npt.NDArray[np.intp]


class Bytes:
    """The bytes of texts, an edge at the start and at the end, and where their digits are."""

    def __init__(self, letters: bytes) -> None:
        """Look at the bytes, which are not copied."""
        self.letters = np.frombuffer(letters, np.uint8)

    @cached_property
    def digits(self) -> Places:
        """Return the places of the digits of ASCII."""
        return np.flatnonzero(self.letters - np.uint8(48) < 10)

    @cached_property
    def edges(self) -> Places:
        """Return the places of the edges and the ends of lines: a line runs from one to the next."""
        blanks = self.letters[self.blanks]
        edges: Places = self.blanks[(blanks == 10) | (blanks == EDGE[0])]
        return edges

    @cached_property
    def blanks(self) -> Places:
        """Return the places of the edges, of blanks and of control characters."""
        return np.flatnonzero(self.letters + np.uint8(1) <= 33)

    def places(self, letter: str) -> Places:
        """Return the places of a character of ASCII."""
        return np.flatnonzero(self.letters == ord(letter))


Sign: TypeAlias = Callable[[Bytes], Places]

_WORD = np.zeros(256, np.bool_)
_WORD[[*b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz", *range(0x80, 0xFF)]] = True
_HOST_REACH = np.arange(3, 31)


def digit(batch: Bytes) -> Places:
    """Return the places of digits."""
    return batch.digits


def figures(batch: Bytes) -> Places:
    """Return the places of digits of which the fourth next is less than 48 bytes away.

    No shorter number of a document or of a date with its year is looked for by ``identifiers``, ``documents``, ``dates`` and
    ``places``, and at most 41 bytes hold five digits of one.
    """
    return _near(batch.digits, 4, 48)


def long_word(batch: Bytes) -> Places:
    """Return the places where 25 characters without a blank start: a word longer than people write."""
    return batch.blanks[:-1][np.diff(batch.blanks) > 25] + 1


def digit_run(batch: Bytes) -> Places:
    """Return the places of digits, of any script, with six more behind, each at most thirteen bytes from the one before.

    Between two digits of a telephone number stand at most three characters, of three bytes; a digit takes up to four itself. Of the
    digits that are not ASCII's the first bytes are looked for, which some letters share.
    """
    high = np.flatnonzero(batch.letters >= 0xD9)
    foreign = high[_FOREIGN_DIGIT[batch.letters[high]]]
    if len(foreign):
        return _chained(np.sort(np.concatenate((batch.digits, foreign))), 13)
    return _chained(batch.digits, 10)


# The first bytes of every decimal digit outside ASCII (Unicode's general category Nd) as UTF-8.
_FOREIGN_DIGIT = np.zeros(256, np.bool_)
_FOREIGN_DIGIT[[0xD9, 0xDB, 0xDF, 0xE0, 0xE1, 0xEA, 0xEF, 0xF0]] = True


def _near(places: Places, more: int, reach: int) -> Places:
    """Return the places with so many more behind them within a reach."""
    return places[:-more][places[more:] - places[:-more] < reach]


def _chained(places: Places, reach: int) -> Places:
    """Return the places in runs of seven and more, each within a reach of the one before."""
    breaks = np.flatnonzero(np.diff(places) > reach)
    sizes = np.diff(np.concatenate(([-1], breaks, [len(places) - 1])))
    return places[np.repeat(sizes >= 7, sizes)]


def at_name(batch: Bytes) -> Places:
    """Return the places of ``@`` with a character of a word behind it."""
    places = batch.places("@")
    return places[_WORD[batch.letters[places + 1]]]


def url_slash(batch: Bytes) -> Places:
    """Return the places of ``/`` behind a host, or in ``://`` before one."""
    letters, places = batch.letters, batch.places("/")
    before = letters[places - 1]
    scheme = (before == ord(":")) & (letters[places + 1] == ord("/"))
    after = places[_WORD[before]]
    dotted = (letters[np.maximum(after[:, None] - _HOST_REACH, 0)] == ord(".")).any(1)
    return np.sort(np.concatenate((places[scheme], after[dotted])))
