"""Posts whose text or topics change, when they are redacted again: two rank-one terms a post."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from sayso.errors import InputError, Problem
from sayso.models.recommend.gram import Floats, gram_of
from sayso.models.recommend.inverse import Inverse, Sparse
from sayso.models.recommend.ledger import Ledger, Post, ledger_of
from sayso.models.recommend.model import Model, moved
from sayso.models.recommend.rows import Rows


def revise(model: Model, posts: Iterable[Post]) -> Model:
    """Return the model with some of its posts as they are now (text, topics, author): what fitting with them as they are gives.

    Raises ``InputError``: ``unknown-post`` for a post that the model does not have (fit anew to add posts), ``post-twice``
    like ``ledger_of``.
    """
    changed = ledger_of(posts, (), model.ledger.settings)
    numbers = [_number(model.ledger, id) for id in changed.posts]
    ledger, inverse, before = model.ledger, model.inverse, gram_of(model.ledger)
    # One post after the other: what lies between is then the Gram matrix of something too, and has an inverse.
    for place, number in enumerate(numbers):
        ledger = revised(ledger, changed, place, number)
        after = gram_of(ledger)
        inverse = _shifted(inverse, number, after.content_row(number) - before.content_row(number))
        before = after
    return moved(model, ledger, inverse)


def _number(ledger: Ledger, id: str) -> int:
    number = ledger.post(id)
    if number is None:
        advice = "fit anew to add posts"
        raise InputError(Problem("unknown-post", "a changed post is not in the model", advice=advice))
    return number


def revised(ledger: Ledger, changed: Ledger, place: int, number: int) -> Ledger:
    """Return a ledger in which post ``number`` is post ``place`` of ``changed``."""
    authors, topics = list(ledger.authors), list(ledger.topics)
    authors[number], topics[number] = changed.authors[place], changed.topics[place]
    text = _replaced(ledger.text, number, changed.text, place)
    return replace(ledger, authors=tuple(authors), topics=tuple(topics), text=text)


def _replaced(rows: Rows, number: int, others: Rows, place: int) -> Rows:
    begin, end = rows.start[number], rows.start[number + 1]
    new = slice(others.start[place], others.start[place + 1])
    start = rows.start.copy()
    start[number + 1 :] += (new.stop - new.start) - (end - begin)
    column = np.concatenate((rows.column[:begin], others.column[new], rows.column[end:]))
    value = np.concatenate((rows.value[:begin], others.value[new], rows.value[end:]))
    return Rows(start, column, value)


def _shifted(inverse: Inverse, number: int, row: Floats) -> Inverse:
    # With e the post's place and d the change of its row of G, half of it on the diagonal, G changes by
    # e d' + d e' = [(e+d)(e+d)' - (e-d)(e-d)'] / 2; e and d are made equally long first.
    if not row.any():
        return inverse
    row[number] /= 2
    length = float(np.sqrt(np.linalg.norm(row)))
    for sign in (1, -1):
        both = sign * row / length
        both[number] += length
        places = np.flatnonzero(both)
        inverse = inverse.changed(Sparse(inverse.place[places], both[places] / np.sqrt(2.0)), sign)
    return inverse
