"""What the routes ask of: the open project with what is kept beside it in memory, and the doorkeepers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock

from starlette.requests import Request

from sayso.config import read_secret
from sayso.config_service import Service
from sayso.stores.catalogue import FileCatalogue
from sayso.web.gathered import Gathered
from sayso.web.house import House
from sayso.web.member_tokens import MemberTokens
from sayso.web.provider import Provider
from sayso.web.shields import Pace, Paces
from sayso.wiring import Project
from sayso.workflows.answers import Answers
from sayso.workflows.notary import Notary
from sayso.workflows.record_names import RecordNames
from sayso.workflows.repeats import Repeats
from sayso.workflows.saying import Said, Saying, say_all


@dataclass(frozen=True, eq=False)
class Doors:
    """Who gets in, as the settings' block ``service`` says: the members' tokens, the pages that may send members over, the office."""

    settings: Service
    members: MemberTokens | None
    member_pages: tuple[str, ...]
    provider: Provider | None


@dataclass(frozen=True, eq=False)
class Opened:
    """An open project with what is kept beside it in memory."""

    project: Project
    doors: Doors
    catalogue: FileCatalogue
    answers: Answers
    notary: Notary
    repeats: Repeats
    names: RecordNames
    saying: Gathered[Saying, Said]


MEMBER_WRITES = Pace(5, 30)
"""A member clicks once or twice a second; a script in their name gets no more than five."""


class Gateway:
    """What the routes ask, for as long as the server lives."""

    def __init__(self, house: House) -> None:
        """Stand before a house."""
        self.house = house
        self.writing = Paces(MEMBER_WRITES)
        self.stopping = False
        self._lock = Lock()
        self._opened = self._beside(house.project, _doors(house.root, house.project))

    @property
    def now(self) -> Opened:
        """Return the project as its files say now, with what is kept beside it."""
        project = self.house.project
        if self._opened.project is not project:
            with self._lock:
                if self._opened.project is not project:
                    doors = self._opened.doors  # with the keys that they hold, unless they are to be others
                    if doors.settings != project.settings.service:
                        doors = _doors(self.house.root, project)
                    self._opened = self._beside(project, doors)
        return self._opened

    def _beside(self, project: Project, doors: Doors) -> Opened:
        repeats = Repeats(self.house.service, project.clock, project.keys.secret())
        notary, names = Notary(project.log, project.keys, project.clock), RecordNames(project.yard)
        catalogue = project.catalogue()
        answers = Answers(project.yard, catalogue)
        saying: Gathered[Saying, Said] = Gathered(partial(say_all, project.book, project.tags, notary))
        return Opened(project, doors, catalogue, answers, notary, repeats, names, saying)


def _doors(root: Path, project: Project) -> Doors:
    service = project.settings.service
    entry = service.members
    members = None if entry is None else MemberTokens(entry, root, project.clock)
    return Doors(service, members, () if entry is None else entry.pages, _provider(root, project))


def _provider(root: Path, project: Project) -> Provider | None:
    service = project.settings.service
    if service.office is None or service.url is None:
        return None
    secret = read_secret(root, service.office.client_secret)
    return Provider(service.office, secret, service.url, project.clock)


def opened_for(request: Request) -> Opened:
    """Return the project that a request is answered from: the same from its beginning to its end."""
    found: Opened | None = getattr(request.state, "opened", None)
    if found is None:
        found = request.state.opened = gateway_of(request).now
    return found


def gateway_of(request: Request) -> Gateway:
    """Return the gateway that a request came to."""
    gateway = request.app.state.gateway
    if not isinstance(gateway, Gateway):
        raise TypeError("the application was made without a gateway")
    return gateway
