"""``/v1/feed/withdrawals``: what of the log bears on what may be used, as it comes."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from sayso.values.moments import format_moment
from sayso.web.api.answers import reads
from sayso.web.api.callers import Door
from sayso.web.api.gateway import Opened, gateway_of, opened_for
from sayso.web.api.schemas.common import UseFields
from sayso.web.api.schemas.log import FeedItem, FeedPage
from sayso.web.api.served import TICK, Served
from sayso.web.principals import STAFF, Principal
from sayso.workflows.feed import Item, Page, withdrawals

router = APIRouter(prefix="/v1/feed", route_class=Served, tags=["feed"])
FOLLOWING = Door(("feed:read",), office=STAFF)
LONGEST = 60
"""Seconds that a request may wait: what proxies commonly leave a connection open for."""


@router.get("/withdrawals", **reads(FOLLOWING, 404))
async def follow(
    request: Request,
    who: Annotated[Principal, Depends(FOLLOWING)],
    after: Annotated[
        int, Query(ge=-1, le=2**53 - 1, description="The last entry that was seen; -1: from the first.")
    ] = -1,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    wait: Annotated[
        int, Query(ge=0, le=LONGEST, description="Seconds to wait where there is nothing yet.")
    ] = 0,
    dataset: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=64,
            description="Name members and records by their pseudonyms in this data set.",
        ),
    ] = None,
) -> FeedPage:
    """Give the entries after one that bear on what may be used. With `wait` the answer comes as soon as there is one."""
    opened = opened_for(request)
    end = time.monotonic() + wait
    while True:
        found = await run_in_threadpool(_read, opened, after, limit, dataset)
        if found.items or time.monotonic() >= end or not await _grown(request, opened, found, end):
            return _page(found)
        after = found.next


def _read(opened: Opened, after: int, limit: int, dataset: str | None) -> Page:
    return withdrawals(opened.project.yard, after, limit, dataset, opened.names)


async def _grown(request: Request, opened: Opened, found: Page, end: float) -> bool:
    """Wait until the log has grown, and tell whether it has: not when the time is over, nobody waits any more, or the server stops."""
    while opened.project.log.size() == found.size:
        if time.monotonic() >= end or gateway_of(request).stopping or await request.is_disconnected():
            return False
        await asyncio.sleep(TICK)
    return True


def _page(found: Page) -> FeedPage:
    return FeedPage.model_construct(
        items=[_item(one) for one in found.items], next=found.next, log_size=found.size
    )


def _item(one: Item) -> FeedItem:
    return FeedItem.model_construct(
        entry=one.entry,
        at=format_moment(one.at),
        kind=str(one.kind),
        member=one.member,
        record=one.record,
        everyone=one.everyone,
        regions=None if one.regions is None else list(one.regions),
        uses=[UseFields.of(use) for use in one.uses],
        suspension=one.suspension,
        until=None if one.until is None else format_moment(one.until),
    )
