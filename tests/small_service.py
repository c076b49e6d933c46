"""A small service for tests of the client and of what follows the feed: some routes of ``/v1`` over a real project, on loopback.

It answers as the API does, from the same workflows; ``Service.before`` lets a test answer in its place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sayso.errors import EdgeError, InputError, Refused, SaysoError
from sayso.ledger.checkpoints import format_note
from sayso.ledger.receipts import format_receipt
from sayso.stores.sqlite_service import SqliteService
from sayso.values.moments import format_moment
from sayso.values.uses import Use
from sayso.wiring import Project
from sayso.workflows.choose import Wish, choose
from sayso.workflows.decide import decide_one
from sayso.workflows.delete import close_account, delete_record
from sayso.workflows.erase import erase
from sayso.workflows.feed import page_fields, withdrawals
from sayso.workflows.logbook import checkpoint
from sayso.workflows.receipts import receipt_of
from sayso.workflows.repeats import Repeats, Reply
from sayso.workflows.suspend import Stop, resume, suspend
from sayso.workflows.tokens import holder
from web.loopback import running

_UNKNOWN = ("unknown", "unknown-record")
_STATUS = ((InputError, 422), (Refused, 409), (EdgeError, 503))


@dataclass
class Service:
    """A running service: where it is, what was asked of it, and what may answer in its place."""

    project: Project
    store: SqliteService
    address: str = ""
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    before: Callable[[Request], Response | None] = lambda request: None

    def say(self, member: str, control: str, yes: bool) -> int:
        """Record a choice beside the API, and return its entry."""
        number = choose(self.project.book, self.project.tags, Wish(member, control, yes)).written.number
        assert number is not None
        return number

    def erase(self, member: str) -> None:
        """Erase a member."""
        project = self.project
        erase(project.book, project.tags, project.sources, project.yard.snapshots, member)


class _Routes:
    def __init__(self, service: Service) -> None:
        self._service, self._project = service, service.project
        self._answers = self._project.answers()
        self._repeats = Repeats(service.store, service.project.clock, service.project.keys.secret())

    def app(self) -> Starlette:
        routes = [
            ("/v1/choices", "POST", self._choose),
            ("/v1/deletions", "POST", self._delete),
            ("/v1/suspensions", "POST", self._suspend),
            ("/v1/suspensions/{id}/lift", "POST", self._lift),
            ("/v1/decisions", "POST", self._decide_all),
            ("/v1/decisions", "GET", self._decide),
            ("/v1/members/{member}/choices", "GET", self._choices),
            ("/v1/checkpoint", "GET", self._checkpoint),
            ("/v1/entries/{number:int}/receipt", "GET", self._receipt),
            ("/v1/policy", "GET", self._policy),
            ("/v1/feed/withdrawals", "GET", self._feed),
        ]
        return Starlette(
            routes=[Route(path, self._answered(act), methods=[verb]) for path, verb, act in routes]
        )

    def _answered(self, act: Callable[[Request, Any], dict[str, Any]]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            body = await request.body()
            return await run_in_threadpool(self._answer, act, request, body)

        return answer

    def _answer(
        self, act: Callable[[Request, Any], dict[str, Any]], request: Request, body: bytes
    ) -> Response:
        self._service.asked.append((request.method, request.url.path, dict(request.headers)))
        instead = self._service.before(request)
        if instead is not None:
            return instead
        try:
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            found = holder(self._service.store, self._project.clock, token)
            if found is None:
                return _problem(401, "not-signed-in", "no token that opens anything", "")
            return self._once(act, request, body, found.name)
        except SaysoError as error:
            status = next(status for kind, status in _STATUS if isinstance(error, kind))
            first = error.problems[0]
            return _problem(status, first.code, first.what, first.advice)

    def _once(
        self, act: Callable[[Request, Any], dict[str, Any]], request: Request, body: bytes, who: str
    ) -> Response:
        key = request.headers.get("idempotency-key")
        if key is None:
            return self._done(act, request, body)
        turn = self._repeats.begin(who, key, request.url.path.encode() + body)
        if isinstance(turn, Reply):
            headers = {**dict(turn.headers), "idempotency-replayed": "true"}
            return Response(turn.body, turn.status, headers)
        try:
            answer = self._done(act, request, body)
        except BaseException:
            self._repeats.abandon(turn)
            raise
        kept = tuple((name, value) for name, value in answer.headers.items() if name != "content-length")
        self._repeats.finish(turn, Reply(answer.status_code, kept, bytes(answer.body)))
        return answer

    def _done(self, act: Callable[[Request, Any], dict[str, Any]], request: Request, body: bytes) -> Response:
        least = request.headers.get("sayso-at-least")
        if least is not None and int(least) >= self._project.log.size():
            return _problem(412, "not-there-yet", "that entry is not there yet", "")
        value = act(request, json.loads(body) if body else None)
        headers = {"sayso-log-size": str(self._project.log.size())}
        if "entry" in value and request.method == "POST":
            headers["sayso-entry"] = str(value["entry"])
        return JSONResponse(value, 201 if "sayso-entry" in headers else 200, headers)

    def _choose(self, request: Request, body: Any) -> dict[str, Any]:
        wish = Wish(
            body["member"], body["control"], body["value"] == "yes", channel=body.get("channel", "api")
        )
        done = choose(self._project.book, self._project.tags, wish)
        number = done.written.number
        assert number is not None
        return {
            "entry": number,
            "member": wish.member,
            "control": wish.control,
            "value": body["value"],
            "at": format_moment(done.event.at),
            "version": done.event.version,
            "channel": wish.channel,
            "meaning": list(done.meaning),
            "receipt": self._receipt_of(number),
        }

    def _receipt_of(self, number: int) -> dict[str, Any]:
        text = format_receipt(receipt_of(self._project.log, self._project.keys, number))
        found: dict[str, Any] = json.loads(text)
        return found

    def _receipt(self, request: Request, body: Any) -> dict[str, Any]:
        return self._receipt_of(request.path_params["number"])

    def _choices(self, request: Request, body: Any) -> dict[str, Any]:
        tag = self._project.tags.tag_of(request.path_params["member"]) or ""
        found = [one for one in self._project.log.entries_of(tag) if hasattr(one.event, "control")]
        start, limit = int(request.query_params.get("cursor", 0)), 2
        items = [
            {
                "entry": one.number,
                "control": one.event.control,
                "value": "yes" if one.event.yes else "no",
                "at": format_moment(one.event.at),
                "version": one.event.version,
                "channel": one.event.channel,
            }
            for one in found[start : start + limit]
        ]
        return {"items": items, "next": str(start + limit) if start + limit < len(found) else None}

    def _delete(self, request: Request, body: Any) -> dict[str, Any]:
        project = self._project
        if "account" in body:
            return {"entry": close_account(project.book, project.tags, body["account"]).written.number}
        done = delete_record(project.book, project.tags, project.sources, body["record"])
        return {"entry": done.written.number}

    def _suspend(self, request: Request, body: Any) -> dict[str, Any]:
        stop = Stop(tuple(body["purposes"]), body["authority"], regions=tuple(body.get("regions", ())))
        done = suspend(self._project.book, stop)
        return {"entry": done.written.number, "id": done.id, "purposes": list(done.event.purposes)}

    def _lift(self, request: Request, body: Any) -> dict[str, Any]:
        return {"entry": resume(self._project.book, request.path_params["id"]).written.number}

    def _decide(self, request: Request, body: Any) -> dict[str, Any]:
        use = Use(request.query_params["purpose"], request.query_params["recipient"])
        return self._decision(use, request.query_params["record"])

    def _decision(self, use: Use, record: str) -> dict[str, Any]:
        done = decide_one(self._project.yard, self._project.sources, use, record)
        return {
            "verdict": str(done.decision.verdict),
            "reason": str(done.decision.reason),
            "use": {"purpose": use.purpose, "recipient": use.recipient},
            "at": format_moment(done.at),
            "log_size": self._project.log.size(),
            "rule": done.decision.rule,
            "version": done.decision.version,
            "entries": list(done.decision.entries),
            "facts": list(done.decision.facts),
            "whose": done.whose,
            "sentences": list(done.sentences),
        }

    def _decide_all(self, request: Request, body: Any) -> dict[str, Any]:
        use = Use(body["use"]["purpose"], body["use"]["recipient"])
        outcomes = self._answers.decide_many(use, body["records"]).outcomes()
        found = [(str(one.verdict), str(one.reason)) if one else _UNKNOWN for one in outcomes]
        return {
            "use": body["use"],
            "at": format_moment(self._project.clock.now()),
            "log_size": self._project.log.size(),
            "decisions": {"verdict": [each[0] for each in found], "reason": [each[1] for each in found]},
            "permitted": sum(each[0] == "permit" for each in found),
        }

    def _checkpoint(self, request: Request, body: Any) -> dict[str, Any]:
        found = checkpoint(self._project.log, self._project.keys, keep=False)
        return {
            "size": found.size,
            "origin": found.origin,
            "root": found.root.hex(),
            "note": format_note(found),
        }

    def _policy(self, request: Request, body: Any) -> dict[str, Any]:
        policy = self._project.policy
        versions = [
            {
                "id": one.id,
                "published_at": format_moment(one.published_at),
                "effective_at": format_moment(one.effective_at),
                "until": None,
                "title": one.title,
            }
            for one in policy.versions
        ]
        return {"id": policy.id, "digest": policy.digest, "version": versions[0]["id"], "versions": versions}

    def _feed(self, request: Request, body: Any) -> dict[str, Any]:
        asked = request.query_params
        after, until = int(asked["after"]), monotonic() + float(asked.get("wait", 0))
        while True:
            page = withdrawals(self._project.yard, after, int(asked.get("limit", 100)), asked.get("dataset"))
            if page.items or monotonic() >= until:
                return page_fields(page)
            after = page.next
            sleep(0.01)


def _problem(status: int, code: str, what: str, advice: str) -> Response:
    told = {
        "type": f"/problems/{code}",
        "title": code,
        "status": status,
        "detail": what,
        "code": code,
        "advice": advice,
    }
    return Response(json.dumps(told), status, media_type="application/problem+json")


@contextmanager
def serving(project: Project, store: SqliteService) -> Iterator[Service]:
    """Give a service over a project, on a free port of loopback; it ends with the context."""
    service = Service(project, store)
    with running(_Routes(service).app()) as service.address:
        yield service
