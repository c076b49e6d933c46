"""Who calls the API, and what each may do: a member by their token, a service by its scopes, the office by its session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from sayso.web.api.gateway import gateway_of, opened_for
from sayso.web.api.schemas.common import MAX_ID
from sayso.web.faults import Forbidden, NoScope, NotSignedIn, TooOften
from sayso.web.keysets import BadToken
from sayso.web.principals import Principal, Role
from sayso.workflows.choose import no_such_member
from sayso.workflows.tokens import PREFIX, holder

ME = "me"


async def caller(request: Request) -> Principal:
    """Return who calls; raises ``NotSignedIn`` and ``BadToken``.

    A session will do to read, never to write: what a browser sends along by itself proves no intention.
    """
    found: Principal | None = getattr(request.state, "caller", None)
    if found is None:
        found = request.state.caller = await _known(request)
    return found


async def _known(request: Request) -> Principal:
    header = request.headers.get("authorization")
    if header is None:
        session = request.state.session
        if session is None or session.principal is None or request.method != "GET":
            raise NotSignedIn
        signed_in: Principal = session.principal
        return signed_in
    scheme, _, credential = header.partition(" ")
    if scheme.lower() != "bearer":
        raise NotSignedIn
    if credential.startswith(PREFIX):
        return _service(request, credential)
    members = opened_for(request).doors.members
    if members is None:
        raise BadToken
    # The keys may have to be fetched, and until they are here nobody else shall wait.
    return await run_in_threadpool(members.member, credential)


def _service(request: Request, credential: str) -> Principal:
    clock = opened_for(request).project.clock
    token = holder(gateway_of(request).house.service, clock, credential)
    if token is None:
        raise BadToken
    return Principal(Role.SERVICE, token.name, frozenset(token.scopes))


@dataclass(frozen=True, slots=True)
class Door:
    """Who may call a route: services with one of the scopes (none named: any; ``None``: none); members; the office's sessions of
    some roles.
    """

    scopes: tuple[str, ...] | None = ()
    members: bool = False
    office: tuple[Role, ...] = ()

    async def __call__(self, request: Request) -> Principal:
        """Return who calls; raises ``Forbidden`` and ``NoScope`` for whoever may not."""
        who = await caller(request)
        if who.role is Role.SERVICE:
            if self.scopes is None:
                raise Forbidden
            if self.scopes and who.scopes.isdisjoint(self.scopes):
                raise NoScope(self.scopes)
        elif not (self.members if who.role is Role.MEMBER else who.role in self.office):
            raise Forbidden
        if who.role is Role.MEMBER and request.method == "POST":
            _pace(request, who)
        return who


def _pace(request: Request, who: Principal) -> None:
    """Hold a member to a pace of writing; a service writes for many."""
    seconds = gateway_of(request).writing.wait(who.subject)
    if seconds:
        raise TooOften(seconds)


MemberPath = Annotated[
    str, Path(min_length=1, max_length=MAX_ID, description="The member's id, or `me` with a member's token.")
]


def subject(who: Principal, member: str) -> str:
    """Return whom a path or a body means.

    Raises ``InputError`` for a member who names another: to them nobody else is there.
    """
    if who.role is not Role.MEMBER:
        return member
    if member not in (ME, who.subject):
        raise no_such_member()
    return who.subject
