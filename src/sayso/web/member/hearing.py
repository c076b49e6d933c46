"""What a member's browser says with every page: Global Privacy Control is heard before the page is made."""

from __future__ import annotations

from fastapi import Depends
from starlette.requests import Request

from sayso.signals.gpc import is_signal
from sayso.web.api.gateway import opened_for
from sayso.web.doors import MemberId
from sayso.workflows.browsers import hear_browser


def _hear(request: Request, member: MemberId) -> None:
    """Record the browser's no, once; the entries are in ``request.state.heard``, and the page tells of them."""
    if is_signal(request.headers.get("sec-gpc")):
        opened = opened_for(request)
        request.state.heard = hear_browser(opened.project.yard, opened.catalogue, member)


Heard = Depends(_hear)
"""Stands before every route of the member's pages."""
