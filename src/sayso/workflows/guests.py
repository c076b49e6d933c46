"""Members of a made-up community as whom a visitor of the demonstration may look around: from many places, each with much to see."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sayso.values.regions import EEA, country_of
from sayso.workflows.facts import MEMBERS_FILE, RECORDS_FILE, Yard

EACH, REGIONS = 2, 8
"""How many of a region, and of how many regions."""


@dataclass(frozen=True, slots=True)
class Guest:
    """A member to look around as: their id, name and region (``None``: not known), and how many records they have."""

    member: str
    name: str
    region: str | None
    records: int


def guests(yard: Yard) -> tuple[Guest, ...]:
    """Return the members with most records of the regions with most of them; Europe, where other rules hold, is always there."""
    found = [guest for name in yard.sources.names() for guest in _writers(yard, name)]
    found.sort(key=lambda one: (-one.records, one.member))
    chosen: list[Guest] = []
    for region in _regions(found):
        chosen += [one for one in found if _place(one) == region][:EACH]
    return tuple(chosen)


def _writers(yard: Yard, source: str) -> list[Guest]:
    folder = yard.sources.folder(source)
    authors = pq.read_table(folder / RECORDS_FILE, columns=["author"]).column("author")
    counts = {one["values"]: one["counts"] for one in pc.value_counts(authors).to_pylist()}
    members: pa.Table = pq.read_table(
        folder / MEMBERS_FILE, columns=["member", "name", "region", "closed_at"]
    )
    return [
        Guest(row["member"], row["name"] or row["member"], row["region"], counts[row["member"]])
        for row in members.to_pylist()
        if row["closed_at"] is None and row["member"] in counts and yard.tags.tag_of(row["member"])
    ]


def _regions(found: list[Guest]) -> list[str | None]:
    """Return the countries with most records, one of the EEA and the unknown among them."""
    by_place: dict[str | None, int] = {}
    for one in found:
        by_place[_place(one)] = by_place.get(_place(one), 0) + one.records
    ranked = sorted(by_place, key=lambda place: (-by_place[place], place or ""))
    always = [
        next((place for place in ranked if place in EEA), None),
        next((p for p in ranked if p == "GB"), None),
    ]
    first = [place for place in dict.fromkeys([*always, *ranked]) if place is not None][: REGIONS - 1]
    return [*first, *([None] if None in by_place else [])]


def _place(one: Guest) -> str | None:
    return None if one.region is None else country_of(one.region)
