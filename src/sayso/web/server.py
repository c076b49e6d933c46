"""The server: an application on a socket, until somebody stops it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from sayso.errors import EdgeError, Problem
from sayso.ports import Clock
from sayso.web.app import create_app
from sayso.web.house import House
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

    Raises like ``wiring.open_project``; ``EdgeError`` where the address cannot be listened on.
    """
    with House(root, clock, how.demo) as house, _listening(how) as listener, _working(house, how.work):
        told(f"http://{_named(how.host)}:{listener.getsockname()[1]}")
        # Access logs name paths, and paths name members: there are none.
        config = uvicorn.Config(create_app(house), access_log=False, log_level="warning", server_header=False)
        uvicorn.Server(config).run(sockets=[listener])


def _named(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextmanager
def _working(house: House, wanted: bool) -> Iterator[None]:
    worker = Worker(house) if wanted else None
    if worker:
        worker.start()
    try:
        yield
    finally:
        if worker:
            worker.stop()


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
