"""``/v1/policy``: the policy that is enforced."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request

from sayso.policy.model import PolicyVersion
from sayso.values.moments import format_moment
from sayso.web.api.answers import reads
from sayso.web.api.callers import Door
from sayso.web.api.gateway import opened_for
from sayso.web.api.schemas.log import PolicyFields, VersionFields
from sayso.web.api.served import Served
from sayso.web.principals import STAFF, Principal

router = APIRouter(prefix="/v1", route_class=Served, tags=["policy"])
ANYBODY = Door(members=True, office=STAFF)
"""What is enforced is for everybody who comes in."""


@router.get("/policy", **reads(ANYBODY))
def policy(request: Request, who: Annotated[Principal, Depends(ANYBODY)]) -> PolicyFields:
    """Give the policy's versions, and which is in force."""
    project = opened_for(request).project
    found = project.policy
    in_force = found.in_force(project.clock.now())
    return PolicyFields(
        id=found.id,
        digest=found.digest,
        version=None if in_force is None else in_force.id,
        versions=[_version(one) for one in found.versions],
    )


def _version(one: PolicyVersion) -> VersionFields:
    return VersionFields(
        id=one.id,
        published_at=format_moment(one.published_at),
        effective_at=format_moment(one.effective_at),
        until=None if one.until is None else format_moment(one.until),
        title=one.title,
    )
