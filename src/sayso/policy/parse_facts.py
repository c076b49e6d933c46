"""What a file says besides its rules: claims, sources that differ, and what was seen of actual use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sayso.policy.model import Claim, Conflict, Side, Sighting
from sayso.policy.parse_block import Block
from sayso.policy.parse_names import Names, report_twice
from sayso.policy.parse_report import Report
from sayso.policy.parse_rules import read_recipients, read_regions
from sayso.policy.parse_stops import read_between


def read_claims(block: Block, names: Names, report: Report) -> tuple[Claim, ...]:
    """Return what the platform says of its own practice; what is wrong in it is reported."""
    return tuple(
        Claim(
            one.text("id"),
            one.text("what"),
            one.text("status"),
            one.text("since"),
            _evidence(one, names, report),
        )
        for one in _once(block.blocks("claims"), "claim", report)
    )


def read_conflicts(block: Block, names: Names, report: Report) -> tuple[Conflict, ...]:
    """Return where sources differ; what is wrong in it is reported."""
    return tuple(
        Conflict(
            id=one.text("id"),
            about=one.text("about"),
            says=tuple(
                Side(side.text("what"), _evidence(side, names, report)) for side in one.blocks("says")
            ),
            taken=one.text("taken"),
        )
        for one in _once(block.blocks("conflicts"), "conflict", report)
    )


def read_sightings(block: Block, names: Names, report: Report) -> tuple[Sighting, ...]:
    """Return what was seen of actual use; what is wrong in it is reported."""
    return tuple(
        _sighting(one, names, report) for one in _once(block.blocks("sightings"), "sighting", report)
    )


def _sighting(one: Block, names: Names, report: Report) -> Sighting:
    start = read_between(one, "from", report)
    end = None if one.get("until") is None else read_between(one, "until", report)
    if end and start.earliest is not None and end.latest < start.earliest:
        report.add(
            "bad-interval", "the sighting ends before it starts", one.place_of("until"), "swap the two"
        )
    return Sighting(
        id=one.text("id"),
        what=one.text("what"),
        shows=one.text("shows", "sign"),
        purposes=names.check("purpose", one.words("purposes"), report),
        start=start,
        end=end,
        recipients=read_recipients(one, names, report) if one.get("recipients") else None,
        regions=read_regions(one, names, report) if one.get("regions") else None,
        excepted=names.check_regions(one.words("except"), report),
        categories=names.check("category", one.words("categories"), report)
        if one.get("categories")
        else None,
        evidence=_evidence(one, names, report),
    )


def _once(blocks: Iterable[Block], noun: str, report: Report) -> Iterator[Block]:
    """Yield all blocks, and report those whose id was there before."""
    every = tuple(blocks)
    report_twice((word for one in every if (word := one.word("id"))), noun, report)
    yield from every


def _evidence(one: Block, names: Names, report: Report) -> tuple[str, ...]:
    return names.check("source", one.words("evidence"), report)
