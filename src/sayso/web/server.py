"""The server: an application on a socket, until somebody stops it."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import uvicorn

from sayso.errors import EdgeError, Problem
from sayso.ports import Clock
from sayso.web.app import create_app
from sayso.web.house import House


def serve(root: Path, clock: Clock, host: str, port: int, demo: bool, quiet: bool = False) -> None:
    """Serve the project in a folder until the process is told to stop; the address is said once it listens.

    Raises like ``wiring.open_project``; ``EdgeError`` where the address cannot be listened on.
    """
    with House(root, clock, demo) as house, _listening(host, port) as listener:
        if not quiet:
            where = f"http://{host}:{listener.getsockname()[1]}"
            sys.stdout.write(f"Serving {house.project.settings.name} at {where}  (stop with Ctrl-C)\n")
            sys.stdout.flush()
        # Access logs name paths, and paths name members: there are none.
        config = uvicorn.Config(create_app(house), access_log=False, log_level="warning", server_header=False)
        uvicorn.Server(config).run(sockets=[listener])


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
