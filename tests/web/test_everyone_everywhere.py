"""Every role at every route, with what is theirs and with what is another's: a route without a line in the table fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from fastapi.routing import iter_route_contexts
from starlette.requests import Request
from starlette.testclient import TestClient

from sayso.web.principals import Principal, Role
from web.worlds_served import AUDIENCE, World
from workflows.worlds_on_disk import NAME

STAFF = ("office", "engineer", "auditor")
WHO = ("nobody", "member", *STAFF, "service", "unscoped")
"""Nobody; a member; the office's roles, by session; a service with every scope, and one with a scope of no use here."""


@dataclass(frozen=True)
class Line:
    """What each gets at a route: ``other`` is a member who names what is another member's."""

    route: str
    nobody: int
    member: int
    staff: int
    service: int
    unscoped: int
    other: int | None = None
    json: Any = None
    form: dict[str, str] | None = None
    query: str = ""
    spare: str = "feed:read"
    roles: tuple[str, ...] = STAFF

    def expected(self, who: str) -> int:
        """Return the status that somebody gets with what is theirs, or, where they have nothing, with a member's."""
        if who in STAFF:
            return self.staff if who in self.roles else 403
        return int(getattr(self, who))


def reads(
    path: str, member: int, other: int | None, staff: int = 200, service: int = 200, **more: Any
) -> Line:
    """Return the line of a route of the API that reads."""
    unscoped = more.pop("unscoped", 403)
    return Line(f"GET {path}", 401, member, staff, service, unscoped, other, **more)


def writes(path: str, member: int, other: int | None, json: Any, **more: Any) -> Line:
    """Return the line of a route of the API that writes: a session, which a browser sends by itself, is nobody there."""
    return Line(f"POST {path}", 401, member, 401, more.pop("service", 201), 403, other, json=json, **more)


def page(route: str, member: int, other: int | None = None, **more: Any) -> Line:
    """Return the line of a member's page: a token of a service opens no page."""
    nobody = more.pop("nobody", 303)
    return Line(route, nobody, member, 403, nobody, nobody, other, **more)


def office(route: str, staff: int = 200, **more: Any) -> Line:
    """Return the line of a page of the office: nobody else is let in, and of its roles those that are named."""
    return Line(route, 303, 403, staff, 303, 303, **more)


def open_to_all(route: str, status: int, **more: Any) -> Line:
    """Return the line of what anybody may ask."""
    return Line(route, status, status, status, status, status, **more)


SHOWN = "2024-02-01"
STOP = {"purposes": "licensing", "authority": "the office"}
USE = {"purpose": "content-generation", "recipient": "platform"}
SIGNED = {"payload": "e30=", "payloadType": "application/vnd.in-toto+json", "signatures": [{"sig": "AA=="}]}
NO = {"member": "{member}", "control": "ai-training", "value": "no"}
TABLE = (
    writes("/v1/choices", 201, 404, NO),
    reads("/v1/members/{member}/choices", 200, 404),
    writes("/v1/objections", 201, 404, {"member": "{member}"}),
    reads("/v1/members/{member}/objections", 200, 404, roles=("office", "auditor")),
    reads("/v1/objections", 403, None, roles=("office", "auditor")),
    writes("/v1/objections/{objection}/steps", 403, None, {"step": "extended", "reason": "number"}),
    reads("/v1/members/{member}/controls", 200, 404),
    reads("/v1/members/{member}/notices", 200, 404),
    reads("/v1/members/{member}/uses", 200, 404),
    reads("/v1/members/{member}/uses/{name}/records", 200, 404, staff=403),
    reads("/v1/members/{member}/file", 200, 404, staff=403, service=403),
    writes("/v1/notices", 403, 403, {"version": SHOWN, "member": "{member}"}),
    reads("/v1/notices", 403, None),
    writes("/v1/suspensions", 403, None, {"purposes": ["licensing"], "authority": "the office"}),
    reads("/v1/suspensions", 403, None),
    writes("/v1/suspensions/{id}/lift", 403, None, {}),
    writes("/v1/deletions", 201, 404, {"record": "{record}"}),
    reads("/v1/decisions", 403, 403, query="purpose=licensing&recipient=licensee&record={record}"),
    writes("/v1/decisions", 403, 403, {"use": USE, "records": ["{record}"]}, service=200),
    reads("/v1/datasets", 403, None),
    reads("/v1/datasets/{name}", 403, None),
    reads("/v1/models", 403, None),
    Line("GET /v1/models/{name}", 401, 403, 404, 404, 403),
    reads("/v1/checkpoint", 200, None),
    reads("/v1/checkpoints", 200, None, query="old=1"),
    reads("/v1/entries/{number}", 200, 404),
    reads("/v1/entries/{number}/proof", 200, 404),
    reads("/v1/entries/{number}/receipt", 200, 404),
    reads("/v1/feed/withdrawals", 403, None, spare="log:read"),
    reads("/v1/deliveries", 403, None, staff=403),
    writes("/v1/deliveries/acknowledgements", 403, None, SIGNED, service=409),
    reads("/v1/policy", 200, None, unscoped=200),
    open_to_all("GET /v1/openapi.json", 200),
    open_to_all("GET /healthz", 200),
    open_to_all("GET /readyz", 200),
    open_to_all("GET /", 303),
    open_to_all("GET /sign-in", 200),
    # Nobody is let in by a list where this is no demonstration, nor by a provider where none is named.
    Line("POST /sign-in/demo", 403, 403, 403, 403, 403, form={"member": "{member}"}),
    open_to_all("POST /sign-in/member", 401, form={"token": "nonsense"}),
    open_to_all("GET /sign-in/office", 403),
    open_to_all("GET /sign-in/office/return", 403, query="code=1&state=2"),
    Line("POST /sign-out", 403, 303, 303, 403, 403, form={}),
    page("GET /privacy", 200),
    page("POST /privacy/choices", 303, form={"control": "ai-training", "value": "no", "version": SHOWN}),
    page("GET /objection", 200),
    page("POST /objection", 303, form={"control": "objection", "version": SHOWN}),
    page("GET /uses", 200),
    page("GET /uses/{name}", 200),
    page("GET /history", 200),
    page("GET /receipts/{entry}", 200, 404),
    page("GET /my-data", 200),
    page("GET /my-data/file", 200),
    page("POST /my-data/deletions", 303, 404, form={"record": "{record}"}),
    page("GET /try", 200),
    page("POST /my-data/closing", 409, form={"sure": "no"}),
    office("GET /office", 303),
    office("GET /office/overview"),
    office("GET /office/overview/cell", query="region={region}"),
    office("GET /office/choices"),
    office("GET /office/policies"),
    office("GET /office/policies/{version_id}"),
    office("GET /office/notices"),
    office("GET /office/notices/draft", query=f"version={SHOWN}"),
    office("POST /office/notices", 303, form={"version": SHOWN, "channel": "e-mail"}, roles=("office",)),
    office("GET /office/objections", roles=("office", "auditor")),
    office("GET /office/objections/{objection}", roles=("office", "auditor")),
    office("POST /office/objections/{objection}", 303, form={"step": "answered"}, roles=("office",)),
    office("GET /office/suspensions"),
    office("POST /office/suspensions/preview", form=STOP, roles=("office",)),
    office("POST /office/suspensions", 303, form=STOP, roles=("office",)),
    office("POST /office/suspensions/lift", 303, form={"suspension": "{suspension}"}, roles=("office",)),
    office("GET /office/datasets"),
    office("GET /office/datasets/{name}"),
    office("GET /office/models"),
    office("GET /office/models/{name}", 404),
    office("GET /office/log"),
    office("GET /office/log/{number}"),
    office("GET /office/log/{number}/receipt"),
    office("GET /office/problems"),
    office("POST /office/problems", 303, form={}, roles=("office", "engineer")),
)


@dataclass
class Ground:
    """A world, two members in it, and what belongs to each."""

    world: World
    own: str
    other: str
    entries: dict[str, int] = field(default_factory=dict)
    objection: int = 0

    def choose(self, member: str) -> int:
        """Record a choice of a member's, and return its entry."""
        body = {"member": member, "control": "ai-training", "value": "no"}
        with self.world.all_scopes() as client:
            return int(client.post("/v1/choices", json=body).json()["entry"])

    def filled(self, what: Any, member: str) -> Any:
        """Return a body, a query or a path about a member."""
        if isinstance(what, dict):
            return {key: self.filled(value, member) for key, value in what.items()}
        if isinstance(what, list):
            return [self.filled(value, member) for value in what]
        if not isinstance(what, str):
            return what
        record = self.world.records_of(member)[0]
        found = what.replace("{member}", member).replace("{record}", record).replace("{name}", NAME)
        found = found.replace("{number}", str(self.entries[member])).replace(
            "{entry}", str(self.entries[member])
        )
        found = found.replace("{version_id}", SHOWN).replace("{objection}", str(self.objection))
        if "{region}" in found:
            held = self.world.house.project.sources.member(member)
            found = found.replace("{region}", str(held.region if held else ""))
        return found.replace("{suspension}", self.suspension()) if "{suspension}" in found else found

    def client(self, who: str, spare: str) -> TestClient:
        """Return somebody's client, with a session where a browser would have one."""
        if who == "member":
            found = self.world.client(self.world.member(self.own))
            found.cookies.update(self.world.cookie(Principal(Role.MEMBER, self.own)))
        elif who in ("office", "engineer", "auditor"):
            found = self.world.client()
            found.cookies.update(self.world.staff(Role(who)))
        elif who == "nobody":
            found = self.world.client()
        else:
            found = self.world.client(self.world.service(*(() if who == "service" else (spare,))))
        return found

    def ask(self, line: Line, who: str, member: str) -> httpx2.Response:
        """Return what somebody gets who names what is a member's."""
        method, path = self.filled(line.route, member).split(" ")
        if "{id}" in path:
            path = path.replace("{id}", self.suspension())
        address = path + (f"?{self.filled(line.query, member)}" if line.query else "")
        with self.client(who, line.spare) as client:
            if line.form is not None:
                return client.request(method, address, data=self.form(client, line, member))
            return client.request(method, address, json=self.filled(line.json, member))

    def form(self, client: TestClient, line: Line, member: str) -> dict[str, str]:
        """Return the fields of a form as a page of somebody's own session would send them."""
        sessions = self.world.app.state.site.sessions
        cookie = client.cookies.get(sessions.cookie)
        token = ""
        if cookie is not None:
            asked = httpx2.Request("GET", "http://testserver/", cookies={sessions.cookie: cookie})
            headers = [(name.lower().encode(), value.encode()) for name, value in asked.headers.items()]
            session = sessions.of(Request({"type": "http", "headers": headers}))
            token = sessions.form_token(session)
        return {"form_token": token, **self.filled(line.form, member)}

    def suspension(self) -> str:
        """Set a suspension, and return its id."""
        body = {"purposes": ["licensing"], "authority": "the office"}
        with self.world.all_scopes() as client:
            return str(client.post("/v1/suspensions", json=body).json()["id"])


@pytest.fixture(scope="module")
def ground(here: World) -> Ground:
    own, other = here.pair()
    found = Ground(here, own, other)
    found.entries = {member: found.choose(member) for member in (own, other)}
    with here.all_scopes() as client:
        found.objection = client.post("/v1/objections", json={"member": other}).json()["entry"]
    return found


def routes_of(world: World) -> list[str]:
    """Return every route of the application: methods and path."""
    return [
        f"{method} {one.path}"
        for one in iter_route_contexts(world.app.routes)
        for method in sorted(getattr(one, "methods", None) or ["MOUNT"])
    ]


def test_every_route_has_a_line_in_the_table(here: World) -> None:
    told = [line.route.replace("objections/{objection}", "objections/{number}") for line in TABLE]
    assert sorted(told) == sorted(
        route for route in routes_of(here) if route != "MOUNT /static" and not route.startswith("HEAD ")
    )


@pytest.mark.parametrize("line", TABLE, ids=lambda line: line.route)
def test_everybody_gets_what_is_theirs_and_nothing_else(ground: Ground, line: Line) -> None:
    for who in WHO:
        before = ground.world.house.project.log.size()
        found = ground.ask(line, who, ground.own)
        assert found.status_code == line.expected(who), (who, found.text[:300])
        sets_up = "{id}" in line.route or "{suspension}" in str(line.form)
        if found.status_code >= 400 and not sets_up:
            assert ground.world.house.project.log.size() == before, (
                f"{who} was refused, and something was written"
            )


@pytest.mark.parametrize("line", [one for one in TABLE if one.other], ids=lambda line: line.route)
def test_what_is_another_members_is_not_there_for_a_member(ground: Ground, line: Line) -> None:
    before = ground.world.house.project.log.size()
    found = ground.ask(line, "member", ground.other)
    assert found.status_code == line.other, found.text[:300]
    assert ground.world.house.project.log.size() == before
    assert ground.other not in found.text


@pytest.mark.parametrize("line", [one for one in TABLE if one.other == 404 and "{member}" in one.route])
def test_another_member_and_nobody_look_the_same_to_a_member(ground: Ground, line: Line) -> None:
    one = ground.ask(line, "member", ground.other)
    with ground.client("member", line.spare) as client:
        method, path = line.route.split(" ")
        nobody = client.request(method, path.replace("{member}", "nobody-at-all").replace("{name}", NAME))
    assert (one.status_code, one.content) == (nobody.status_code, nobody.content)


def test_the_styles_are_for_everybody(here: World) -> None:
    with here.client() as client:
        assert client.get("/static/style.css").status_code == 200


def test_the_audience_of_a_token_is_this_service(here: World) -> None:
    own, _ = here.pair()
    with here.client(here.member(own, aud=[AUDIENCE, "others"])) as client:
        assert client.get("/v1/policy").status_code == 200
