"""Pages: a template, what it is filled with, and what every page shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from sayso.values.moments import Moment, format_day, format_moment, to_datetime
from sayso.web.house import House
from sayso.web.jobs import Jobs
from sayso.web.principals import Principal, Role
from sayso.web.sessions import Session, Sessions
from sayso.web.words import label_words, region_name

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"


@dataclass(frozen=True, slots=True)
class Link:
    """A place that a page leads to."""

    path: str
    label: str


MEMBER_LINKS = (
    Link("/privacy", "Data privacy"),
    Link("/uses", "What it was used for"),
    Link("/history", "History and receipts"),
    Link("/objection", "Object"),
    Link("/my-data", "My data"),
    Link("/try", "Try it"),
)
OFFICE_LINKS = (
    Link("/office/overview", "Overview"),
    Link("/office/choices", "Choices"),
    Link("/office/policies", "Policies"),
    Link("/office/notices", "Notices"),
    Link("/office/suspensions", "Suspensions"),
    Link("/office/objections", "Objections"),
    Link("/office/datasets", "Data sets"),
    Link("/office/models", "Models"),
    Link("/office/log", "Log"),
    Link("/office/problems", "Problems"),
)
_NOT_FOR_ENGINEERS = ("/office/objections",)


class Site:
    """What every page needs: the house, its sessions and its templates."""

    def __init__(self, house: House, secure: bool) -> None:
        """Read the templates; ``secure`` says that browsers reach the site over HTTPS."""
        self.house, self.secure = house, secure
        self.jobs = Jobs()
        self.sessions = Sessions(house.secret("session"), secure)
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= _FILTERS

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page: a template of ``templates/``, filled with values and with what all pages show."""
        session: Session | None = request.state.session
        who = session.principal if session else None
        shown = {
            "community": self.house.name,
            "demo": self.house.demo,
            "who": who,
            "links": _links(who),
            "here": request.url.path,
            "heard": getattr(request.state, "heard", ()),
            "form_token": self.sessions.form_token(session) if session else "",
        }
        return HTMLResponse(self._templates.get_template(template).render(shown | values), status)


def _links(who: Principal | None) -> tuple[Link, ...]:
    if who is None:
        return ()
    if who.role is Role.MEMBER:
        return MEMBER_LINKS
    hidden = _NOT_FOR_ENGINEERS if who.role is Role.ENGINEER else ()
    return tuple(link for link in OFFICE_LINKS if link.path not in hidden)


def _date(moment: Moment) -> str:
    """Return a day as people write it.

    >>> _date(Moment(0))
    '1 January 1970'
    """
    when = to_datetime(moment)
    return f"{when.day} {when:%B %Y}"


def _count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> _count(1, "record"), _count(1200, "reply", "replies")
    ('1 record', '1,200 replies')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


_FILTERS = {
    "count": _count,
    "date": _date,
    "day": format_day,
    "label": label_words,
    "moment": format_moment,
    "number": "{:,}".format,
    "region": region_name,
}


def site_of(request: Request) -> Site:
    """Return the site that a request came to."""
    site = request.app.state.site
    if not isinstance(site, Site):
        raise TypeError("the application was made without a site")
    return site
