"""``/v1/checkpoint``, ``/v1/checkpoints`` and ``/v1/entries``: what others check the log with."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request

from sayso.errors import InputError, Problem
from sayso.ledger.checkpoints import format_note
from sayso.ledger.receipts import receipt_fields
from sayso.values.moments import format_moment
from sayso.web.api.answers import reads
from sayso.web.api.callers import Door
from sayso.web.api.gateway import Opened, opened_for
from sayso.web.api.schemas.log import CheckpointFields, Consistency, Inclusion, LoggedEntry
from sayso.web.api.served import Served
from sayso.web.principals import STAFF, Principal
from sayso.workflows.history import is_own_entry
from sayso.workflows.logbook import entry

router = APIRouter(prefix="/v1", route_class=Served, tags=["log"])
LOG = Door(("log:read",), members=True, office=STAFF)
"""Members see checkpoints, and of the entries their own."""
MOST = 2**53 - 1
Number = Annotated[int, Path(ge=0, le=MOST, description="The number of an entry.")]
Size = Annotated[
    int | None, Query(ge=1, le=MOST, description="A size of the log; left out, the whole of it.")
]


@router.get("/checkpoint", **reads(LOG))
def checkpoint(request: Request, who: Annotated[Principal, Depends(LOG)]) -> CheckpointFields:
    """Give a signed checkpoint of the log as it is now. Keep it: the next one has to be consistent with it."""
    opened = opened_for(request)
    found = opened.notary.checkpoint(opened.project.log.size())
    return CheckpointFields(
        size=found.size, origin=found.origin, root=_b64(found.root), note=format_note(found)
    )


def _b64(data: bytes) -> str:
    return b64encode(data).decode("ascii")


@router.get("/checkpoints", **reads(LOG, 404))
def consistency(
    request: Request,
    who: Annotated[Principal, Depends(LOG)],
    old: Annotated[int, Query(ge=1, le=MOST, description="The size of a checkpoint that the caller has.")],
    size: Size = None,
) -> Consistency:
    """Prove that the log of a size is what the log of an earlier size has become: nothing was changed or lost."""
    log = opened_for(request).project.log
    end = _size(log.size(), size)
    if old > end:
        what = f"a log of {end} entries cannot be what one of {old} has become"
        raise InputError(Problem("empty-span", what, advice="give `old` not greater than `size`"))
    return Consistency(old=old, size=end, proof=[_b64(one) for one in log.consistency(old, end)])


def _size(has: int, wanted: int | None) -> int:
    if wanted is not None and wanted > has:
        what = f"the log has {has} entries"
        raise InputError(Problem("unknown-entry", what, advice="ask for a size that it has"))
    return has if wanted is None else wanted


def _hold_to_own(opened: Opened, who: Principal, number: int) -> None:
    """Refuse a member an entry that is not theirs, as one that is not there."""
    if who.member is not None and not is_own_entry(opened.project.yard, who.member, number):
        what = "no entry of yours has this number"
        raise InputError(Problem("unknown-entry", what, advice="see /v1/members/me/choices"))


@router.get("/entries/{number}", **reads(LOG, 404))
def logged(request: Request, number: Number, who: Annotated[Principal, Depends(LOG)]) -> LoggedEntry:
    """Give an entry; to a member, one of their own."""
    opened = opened_for(request)
    _hold_to_own(opened, who, number)
    found = entry(opened.project.log, number)
    leaf = opened.project.log.leaf(number)
    return LoggedEntry(
        entry=number, leaf=_b64(leaf), event=json.loads(leaf), logged_at=format_moment(found.logged_at)
    )


@router.get("/entries/{number}/proof", **reads(LOG, 404))
def proof(
    request: Request, number: Number, who: Annotated[Principal, Depends(LOG)], size: Size = None
) -> Inclusion:
    """Prove that an entry is in the log of a size."""
    opened = opened_for(request)
    _hold_to_own(opened, who, number)
    log = opened.project.log
    entry(log, number)
    signed = opened.notary.checkpoint(log.size()) if size is None else None
    end = signed.size if signed is not None else _size(log.size(), size)
    if number >= end:
        what = f"the log had no entry {number} when it had {end} entries"
        raise InputError(Problem("unknown-entry", what, advice="give a greater `size`"))
    kept = signed or next((one for one in log.checkpoints() if one.size == end), None)
    note = None if kept is None else format_note(kept)
    steps = [_b64(one) for one in log.inclusions((number,), end)[0]]
    return Inclusion(entry=number, size=end, proof=steps, note=note)


@router.get("/entries/{number}/receipt", **reads(LOG, 404))
def receipt(request: Request, number: Number, who: Annotated[Principal, Depends(LOG)]) -> dict[str, Any]:
    """Give the receipt of an entry: what proves it offline; `sayso receipt verify` reads it."""
    opened = opened_for(request)
    _hold_to_own(opened, who, number)
    return receipt_fields(opened.notary.receipt(number))
