"""What redaction knows of a platform's members when it revises their texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow.parquet as pq

from sayso.ledger.standing import StandingIndex
from sayso.policy.decide import last_word
from sayso.policy.model import Policy
from sayso.policy.question import question_at
from sayso.ports import Known
from sayso.values.moments import Moment
from sayso.values.uses import Use


def objectors(policy: Policy, use: Use, at: Moment, index: StandingIndex) -> frozenset[str]:
    """Return the tags of the members whose last word on a use, at a moment, is no."""
    asked = question_at(policy, use, at)
    if asked is None:
        return frozenset()
    words = ((tag, last_word(asked, choices, at)) for tag, choices in index.all_choices())
    return frozenset(tag for tag, word in words if word is not None and not word.yes)


def known_members(files: Iterable[str], tags: dict[str, str]) -> Iterator[Known]:
    """Yield the members of Parquet files who have a name or a handle; those without a tag are left out."""
    for file in files:
        table = pq.read_table(file, columns=["member", "name", "handle"])
        for member, name, handle in zip(*(column.to_pylist() for column in table.columns), strict=True):
            if member in tags and (name or handle):
                yield Known(tags[member], (name,) if name else (), (handle,) if handle else ())
