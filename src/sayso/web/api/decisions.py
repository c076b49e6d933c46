"""``/v1/decisions``: may this record be used, and may these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Query
from numpy.typing import NDArray
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sayso.policy.codes import CODES, PERMIT_FROM
from sayso.values.decisions import Outcome, Verdict
from sayso.values.moments import format_moment
from sayso.values.uses import Use
from sayso.web.api.answers import asks, reads
from sayso.web.api.byhand import ByHand, in_body, in_query, json_answer
from sayso.web.api.callers import Door
from sayso.web.api.gateway import Opened, opened_for
from sayso.web.api.schemas.common import moment
from sayso.web.api.schemas.decisions import (
    UNKNOWN_RECORD,
    AskedDecision,
    AskedDecisions,
    Decided,
    ManyDecided,
)
from sayso.web.api.served import LOG_SIZE, Served
from sayso.web.principals import STAFF, Principal
from sayso.workflows.decide import Answered

router = APIRouter(prefix="/v1", route_class=Served, tags=["decisions"])
ASKING = Door(("decisions:read",), office=STAFF)
MANY = Door(("decisions:read",))


@router.get("/decisions", **reads(ASKING, 404))
async def decision(
    request: Request, who: Annotated[Principal, Depends(ASKING)], asked: Annotated[AskedDecision, Query()]
) -> Decided:
    """Decide on one record: the verdict, the reason, the rule and the evidence."""
    return Decided(**await _answered(opened_for(request), asked))


async def _decision(asked: AskedDecision, request: Request) -> Response:
    await ASKING(request)
    found = await _answered(opened_for(request), asked)
    return json_answer(to_json(found), {LOG_SIZE: str(found["log_size"])})


BY_HAND = ByHand(in_query(AskedDecision), _decision)
"""How a decision on one record is answered."""


async def _answered(opened: Opened, asked: AskedDecision) -> dict[str, Any]:
    wanted = (Use(asked.purpose, asked.recipient), asked.record, moment(asked.at), asked.member)
    found = opened.answers.decide_at_once(*wanted)  # to another thread and back takes longer
    if found is not None:
        return _fields(found.answered, found.log_size)
    size = opened.project.log.size()
    return _fields(await run_in_threadpool(opened.answers.decide, *wanted), size)


def _fields(found: Answered, size: int) -> dict[str, Any]:
    """Return the fields of ``Decided``, in their order."""
    decision = found.decision
    return {
        "verdict": str(decision.verdict),
        "reason": str(decision.reason),
        "rule": decision.rule,
        "version": decision.version,
        "entries": decision.entries,
        "facts": decision.facts,
        "whose": found.whose,
        "sentences": found.sentences,
        "use": {"purpose": found.use.purpose, "recipient": found.use.recipient},
        "at": format_moment(found.at),
        "log_size": size,
    }


@router.post("/decisions", **asks(MANY))
def decisions(
    request: Request, asked: AskedDecisions, who: Annotated[Principal, Depends(MANY)]
) -> ManyDecided:
    """Decide on up to 10,000 records at one moment, in columns."""
    return ManyDecided.model_validate_json(_columns(opened_for(request), asked)[0])


async def _decisions(asked: AskedDecisions, request: Request) -> Response:
    await MANY(request)
    body, size = await run_in_threadpool(_columns, opened_for(request), asked)
    return json_answer(body, {LOG_SIZE: str(size)})


MANY_BY_HAND = ByHand(in_body(AskedDecisions), _decisions)
"""How decisions on many records are answered."""


def _columns(opened: Opened, asked: AskedDecisions) -> tuple[bytes, int]:
    """Return ``ManyDecided`` in JSON, and the size of the log that it rests on."""
    found = opened.answers.decide_many(asked.use.use(), asked.records, moment(asked.at))
    head = {
        "use": {"purpose": found.use.purpose, "recipient": found.use.recipient},
        "at": format_moment(found.at),
        "log_size": found.log_size,
        "permitted": int((found.codes >= PERMIT_FROM).sum()),
    }
    verdicts, reasons = (b",".join(words[found.codes].tolist()) for words in (_VERDICTS, _REASONS))
    columns = b'"decisions":{"verdict":[%b],"reason":[%b]}' % (verdicts, reasons)
    return b"%b,%b}" % (to_json(head)[:-1], columns), found.log_size


def _by_code(name: Callable[[Outcome], str], unknown: str) -> NDArray[np.object_]:
    """Return for each code of a batch the JSON of what it says; 0 stands for a record that no source has."""
    words = np.full(max(code for code, _ in CODES) + 1, to_json(unknown), object)
    for code, outcome in CODES:
        words[code] = to_json(name(outcome))
    return words


_VERDICTS = _by_code(lambda outcome: str(outcome.verdict), str(Verdict.UNKNOWN))
_REASONS = _by_code(lambda outcome: str(outcome.reason), UNKNOWN_RECORD)
