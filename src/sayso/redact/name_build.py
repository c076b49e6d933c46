"""The tables of the directory, made from the names and handles of all members."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from sayso.redact import name_parts
from sayso.redact.keyed import Owners
from sayso.redact.name_frame import Frame
from sayso.redact.name_keys import is_unspaced
from sayso.redact.name_parts import FEW
from sayso.redact.name_starts import looked_for
from sayso.redact.name_tables import Tables, grouped, strings_of

Count = Callable[[Iterable[str]], Mapping[str, tuple[int, int]]]
"""Tells of parts of names how many bear each, and how many of those go without these."""


def tables_of(frame: Frame, names: Owners, handles: Owners, count: Count | None = None) -> Tables:
    """Return all tables of an index but what is about single members; the frame is that of these names and handles.

    ``count`` counts the members who bear a part of a name, where these are not all who do. One that more than ``FEW`` bear,
    somebody else among them who is always removed, is no name of these by itself: it goes anyway, and tells of nobody.
    """
    parts = frame.parts
    bearers = name_parts.bearers_of(names, frame.held, len(parts))
    alone = np.ones(len(parts), bool)
    if count is not None:
        counts = count(parts)
        borne, going = (
            np.fromiter((counts[part][i] for part in parts), np.uint32, len(parts)) for i in (0, 1)
        )
        bearers["borne"], alone = borne, (borne <= FEW) | (going == 0)
    flags = name_parts.flags_of(frame.kinds, bearers, alone)
    entries = name_parts.entries_of(names, frame, flags)
    wholes = [place for place, key in enumerate(names.keys) if is_unspaced(key)]
    tables: Tables = {
        **_owned(names, "names"),
        **_owned(handles, "handles"),
        **strings_of(parts, "parts"),
        **bearers,
        **entries,
        **name_parts.initials_of(names, parts, flags, bearers, entries),
        "flags": flags,
        "wholes": np.array(wholes, np.uint32),
    }
    always = names.flagged[frame.held.joined[:, 2]] == 1
    return tables | looked_for(tables, frame, always)


def _owned(owners: Owners, name: str) -> Tables:
    return {
        **strings_of(owners.keys, f"{name}.keys"),
        **grouped(owners.rows, owners.members, len(owners.keys), f"{name}.members"),
        f"{name}.always": owners.flagged.astype(np.uint8),
    }
