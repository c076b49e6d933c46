"""The server: an application on a socket, until somebody stops it."""

from __future__ import annotations

import socket
import sys
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


def serve(root: Path, clock: Clock, host: str, port: int, demo: bool, quiet: bool = False) -> None:
    """Serve the project in a folder until the process is told to stop; the address is said once it listens.

    Raises like ``wiring.open_project``; ``Refused`` where nobody could get in; ``EdgeError`` where the address cannot be listened on.
    """
    with House(root, clock, demo) as house, _listening(host, port) as listener:
        check_entry(house, host)
        house.service.drop_unfinished()
        app = create_app(house)
        if not quiet:
            where = f"http://{host}:{listener.getsockname()[1]}"
            sys.stdout.write(f"Serving {house.project.settings.name} at {where}  (stop with Ctrl-C)\n")
            sys.stdout.flush()
        # Access logs name paths, and paths name members: there are none.
        config = uvicorn.Config(app, access_log=False, log_level="warning", server_header=False)
        _Server(config, app.state.gateway).run(sockets=[listener])


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


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        what = f"cannot listen on {host} port {port}: {(error.strerror or '').lower()}"
        raise EdgeError(Problem("cannot-listen", what, advice="name another --port")) from None
    return listener
