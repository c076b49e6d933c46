"""Posts whose text or topics change, when they are redacted again: two rank-one terms a post."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from sayso.errors import InputError, Problem
from sayso.models.recommend.gram import Floats, Gram, gram_of
from sayso.models.recommend.inverse import Inverse, Sparse
from sayso.models.recommend.ledger import Ledger, Post, ledger_of
from sayso.models.recommend.model import Model, moved
from sayso.models.recommend.rows import Rows, rows_of


def revise(model: Model, posts: Iterable[Post]) -> Model:
    """Return the model with some of its posts as they are now (text, topics, author): what fitting with them as they are gives.

    Raises ``InputError``: ``unknown-post`` for a post that the model does not have (fit anew to add posts), ``post-twice``
    like ``ledger_of``.
    """
    changed = ledger_of(posts, (), model.ledger.settings)
    numbers = [_number(model.ledger, id) for id in changed.posts]
    before, ledger = gram_of(model.ledger), revised(model.ledger, changed, numbers)
    return moved(model, ledger, _shifted(model.inverse, before, gram_of(ledger), numbers))


def _number(ledger: Ledger, id: str) -> int:
    number = ledger.post(id)
    if number is None:
        advice = "fit anew to add posts"
        raise InputError(Problem("unknown-post", "a changed post is not in the model", advice=advice))
    return number


def revised(ledger: Ledger, changed: Ledger, numbers: list[int]) -> Ledger:
    """Return a ledger in which the posts of these numbers are those of ``changed``, in their order."""
    authors, topics = list(ledger.authors), list(ledger.topics)
    for place, number in enumerate(numbers):
        authors[number], topics[number] = changed.authors[place], changed.topics[place]
    text = _replaced(ledger.text, changed.text, numbers)
    return replace(ledger, authors=tuple(authors), topics=tuple(topics), text=text)


def _replaced(rows: Rows, others: Rows, numbers: list[int]) -> Rows:
    source = {number: place for place, number in enumerate(numbers)}
    cells = []
    for row in range(len(rows)):
        of, at = (others, source[row]) if row in source else (rows, row)
        cell = slice(of.start[at], of.start[at + 1])
        cells.append((of.column[cell].tolist(), of.value[cell].tolist()))
    return rows_of(cells)


def _shifted(inverse: Inverse, before: Gram, after: Gram, numbers: list[int]) -> Inverse:
    # G' - G has one row and one column a changed post: with e its place and d the row, half of it on the diagonal,
    # e d' + d e' = [(e+d)(e+d)' - (e-d)(e-d)'] / 2, e and d made equally long. What two changed posts share changes with the
    # later one.
    rows = after.content_rows(numbers) - before.content_rows(numbers)
    for done, number in enumerate(numbers):
        row = rows[done].copy()
        row[numbers[:done]] = 0.0
        row[number] /= 2
        inverse = _row_changed(inverse, number, row)
    return inverse


def _row_changed(inverse: Inverse, number: int, row: Floats) -> Inverse:
    if not row.any():
        return inverse
    length = float(np.sqrt(np.linalg.norm(row)))
    for sign in (1, -1):
        both = sign * row / length
        both[number] += length
        place = np.flatnonzero(both)
        vector = Sparse(inverse.place[place], both[place] / np.sqrt(2.0))
        inverse = inverse.changed(vector, sign)
    return inverse
