"""The server: an application on a socket, until somebody stops it."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from sayso.config import SETTINGS_FILE
from sayso.config_service import is_loopback
from sayso.errors import EdgeError, Problem, Refused
from sayso.ports import Clock
from sayso.web.api.gateway import Gateway
from sayso.web.app import create_app
from sayso.web.house import House
from sayso.web.teller import Teller
from sayso.web.worker import Worker


@dataclass(frozen=True, slots=True)
class Serving:
    """How to serve: the address and port, whether it is a demonstration, whether the words' work is done meanwhile."""

    host: str
    port: int
    demo: bool = False
    work: bool = False


def serve(root: Path, clock: Clock, how: Serving, told: Callable[[str], None]) -> None:
    """Serve the project in a folder until the process is told to stop; ``told`` hears the address once it listens.

    Raises like ``wiring.open_project``; ``Refused`` where nobody could get in; ``EdgeError`` where the address cannot be listened on.
    """
    with House(root, clock, how.demo) as house, _listening(how) as listener:
        check_entry(house, how.host)
        house.service.lose_unfinished()
        app = create_app(house)
        _settle()
        told(f"http://{_named(how.host)}:{listener.getsockname()[1]}")
        # Access logs name paths, and paths name members: there are none.
        config = uvicorn.Config(app, access_log=False, log_level="warning", server_header=False)
        with _working(house, how.work):
            _Server(config, app.state.gateway).run(sockets=[listener])


def _settle() -> None:
    """Take what was made until now for good: looking through it for garbage again stops every request for a tenth of a second
    (decision 0022).
    """
    gc.collect()
    gc.freeze()


class _Server(uvicorn.Server):
    """A server that tells those who wait for the feed when it stops."""

    def __init__(self, config: uvicorn.Config, gateway: Gateway) -> None:
        """Stand ready."""
        super().__init__(config)
        self._gateway = gateway

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop."""
        self._gateway.stopping = True
        super().handle_exit(sig, frame)


def check_entry(house: House, host: str) -> None:
    """Raise ``Refused`` where nobody could get in, or where browsers beyond this machine would not know the way."""
    service = house.project.settings.service
    if house.demo:
        return
    tokens = any(token.revoked_at is None for token in house.service.tokens())
    if service.members is None and service.office is None and not tokens:
        what = f"nobody could get in: {SETTINGS_FILE} has no block `service` with `members` or `office`, and there is no token"
        advice = (
            "write `service: {members: {issuer: NAME, audience: NAME, jwks: FILE-OR-ADDRESS}}`, see docs/how-to/run-the-service.md;"
            " or make a token: sayso token create NAME --scope decisions:read; or look around with --demo"
        )
        raise Refused(Problem("no-entry", what, advice=advice))
    if service.url is None and not is_loopback(host):
        what = "the service would be reached from elsewhere, and does not know by which name"
        raise Refused(
            Problem("no-url", what, advice=f"write `service: {{url: https://NAME}}` into {SETTINGS_FILE}")
        )


def _named(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextmanager
def _working(house: House, wanted: bool) -> Iterator[None]:
    threads = (Teller(house), *((Worker(house),) if wanted else ()))
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.stop()


def _listening(how: Serving) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in how.host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((how.host, how.port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        what = f"cannot listen on {how.host} port {how.port}: {(error.strerror or '').lower()}"
        raise EdgeError(Problem("cannot-listen", what, advice="name another --port")) from None
    return listener
