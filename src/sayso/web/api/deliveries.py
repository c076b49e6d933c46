"""``/v1/deliveries``: a licensee fetches what is to be removed, and says that it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from sayso.deliveries.acknowledgement import acknowledgement_digest
from sayso.errors import Problem, Refused
from sayso.values.canonical import canonical
from sayso.values.moments import format_moment
from sayso.web.api.answers import reads, writes
from sayso.web.api.callers import Door, caller
from sayso.web.api.gateway import opened_for
from sayso.web.api.schemas.deliveries import (
    AskedAcknowledgement,
    DeliveryFields,
    EnvelopeFields,
    ListedDeliveries,
    TakenAcknowledgement,
)
from sayso.web.api.served import Served, written_as
from sayso.web.principals import Principal, Role
from sayso.workflows.delivering.feeding import Fed, feeds_for
from sayso.workflows.delivering.taking import take_acknowledgement
from sayso.workflows.logbook import Written
from sayso.workflows.tokens import licensees_of

router = APIRouter(prefix="/v1", route_class=Served)


@dataclass(frozen=True, slots=True)
class LicenseeDoor(Door):
    """Who may call a route: whom its scopes or roles let in, and a licensee's own token."""

    async def __call__(self, request: Request) -> Principal:
        """Return who calls; raises like ``Door``."""
        who = await caller(request)
        if who.role is Role.SERVICE and licensees_of(who.scopes):
            return who
        return await Door.__call__(self, request)


FETCHING = LicenseeDoor(("deliveries:read",))
SENDING = LicenseeDoor(("deliveries:write",))


def _licensees(who: Principal, scopes: tuple[str, ...] | None) -> frozenset[str] | None:
    """Return the licensees whose deliveries somebody may see, ``None`` for all."""
    everybody = who.role is not Role.SERVICE or not who.scopes.isdisjoint(scopes or ())
    return None if everybody else licensees_of(who.scopes)


@router.get("/deliveries", tags=["deliveries"], **reads(FETCHING, 409))
def fetch(request: Request, who: Annotated[Principal, Depends(FETCHING)]) -> ListedDeliveries:
    """Give the deliveries and their revocation feeds, brought up to this moment; to a licensee its own alone."""
    project = opened_for(request).project
    licensees = _licensees(who, FETCHING.scopes)
    found = feeds_for(project.yard, project.datasets, project.deliveries, licensees)
    return ListedDeliveries(items=[_delivery(one) for one in found])


def _delivery(one: Fed) -> DeliveryFields:
    delivery = one.kept.delivery
    return DeliveryFields(
        delivery=delivery.id,
        entry=one.kept.entry.number,
        name=delivery.name,
        version=delivery.version,
        licensee=delivery.licensee,
        delivered_at=format_moment(delivery.at),
        until=format_moment(delivery.terms.ends),
        rows=one.feed.count,
        items=len(one.feed.items),
        feed=EnvelopeFields.model_validate(json.loads(one.signed)),
    )


@router.post("/deliveries/acknowledgements", tags=["deliveries"], **writes(SENDING))
def acknowledge(
    request: Request,
    response: Response,
    asked: AskedAcknowledgement,
    who: Annotated[Principal, Depends(SENDING)],
) -> TakenAcknowledgement:
    """Take in a signed acknowledgement of removal: the envelope that `sayso deliver acknowledge` wrote."""
    project = opened_for(request).project
    data = canonical(asked.model_dump(mode="json"))
    licensees = _licensees(who, SENDING.scopes)
    done = take_acknowledgement(project.yard, project.deliveries, data, licensees)
    if done.entry is None:
        raise Refused(Problem("not-taken", "nothing was written", advice="try again"))
    written_as(response.headers, Written((done.entry,)))
    return TakenAcknowledgement(
        entry=done.entry.number,
        delivery=done.kept.delivery.id,
        items=done.said.items,
        rows=done.rows,
        removed_at=format_moment(done.said.at),
        acknowledgement=acknowledgement_digest(done.said),
    )
