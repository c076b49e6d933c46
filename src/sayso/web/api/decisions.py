"""``/v1/decisions``: may this record be used, and may these."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from sayso.policy.codes import CODES
from sayso.values.moments import format_moment
from sayso.values.uses import Use
from sayso.web.api.answers import asks, reads
from sayso.web.api.callers import Door
from sayso.web.api.gateway import opened_for
from sayso.web.api.schemas.common import AskedMoment, Id, Name, UseFields, moment
from sayso.web.api.schemas.decisions import AskedDecisions, Columns, Decided, ManyDecided
from sayso.web.api.served import Served
from sayso.web.principals import Principal
from sayso.workflows.decide import Answered

router = APIRouter(prefix="/v1", route_class=Served, tags=["decisions"])
ASKING = Door(("decisions:read",), office=True)
MANY = Door(("decisions:read",))
_VERDICTS = {0: "unknown"} | {code: str(one.verdict) for code, one in CODES}
_REASONS = {0: "unknown-record"} | {code: str(one.reason) for code, one in CODES}
"""What a batch's codes say; 0 stands for a record that no source has."""


@router.get("/decisions", **reads(ASKING, 404))
async def decision(
    request: Request,
    who: Annotated[Principal, Depends(ASKING)],
    purpose: Annotated[Name, Query(examples=["content-generation"])],
    recipient: Annotated[Name, Query(examples=["platform"])],
    record: Annotated[Id, Query(examples=["r000000-005"])],
    member: Annotated[
        Id | None, Query(description="The author, where the caller wants to be sure of it.")
    ] = None,
    at: Annotated[AskedMoment | None, Query(description="The moment; left out, now.")] = None,
) -> Decided:
    """Decide on one record: the verdict, the reason, the rule and the evidence."""
    opened = opened_for(request)
    size = opened.project.log.size()
    asked = (Use(purpose, recipient), record, moment(at), member)
    if opened.catalogue.is_current():
        return _decided(opened.answers.decide(*asked), size)  # to another thread and back takes longer
    return _decided(await run_in_threadpool(opened.answers.decide, *asked), size)


def _decided(found: Answered, size: int) -> Decided:
    decision = found.decision
    return Decided.model_construct(
        verdict=str(decision.verdict),
        reason=str(decision.reason),
        rule=decision.rule,
        version=decision.version,
        entries=list(decision.entries),
        facts=list(decision.facts),
        whose=found.whose,
        sentences=list(found.sentences),
        use=UseFields.of(found.use),
        at=format_moment(found.at),
        log_size=size,
    )


@router.post("/decisions", **asks(MANY))
def decisions(
    request: Request, asked: AskedDecisions, who: Annotated[Principal, Depends(MANY)]
) -> ManyDecided:
    """Decide on up to 10,000 records at one moment, in columns."""
    opened = opened_for(request)
    found = opened.answers.decide_many(asked.use.use(), asked.records, moment(asked.at))
    codes = found.codes.tolist()
    verdicts = [_VERDICTS[code] for code in codes]
    return ManyDecided.model_construct(
        use=asked.use,
        at=format_moment(found.at),
        log_size=found.log_size,
        permitted=verdicts.count("permit"),
        decisions=Columns.model_construct(verdict=verdicts, reason=[_REASONS[code] for code in codes]),
    )
