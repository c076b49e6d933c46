"""What breaks between a client and a server: a door in between that falls shut."""

from __future__ import annotations

import contextlib
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Literal

PORT_FILE = ".s.PGSQL.5432"
When = Literal["before", "after"]


class Door:
    """Lets through what client and server say, until it is told to fall shut when the client says certain bytes next.

    ``before``: the server never hears them. ``after``: it hears them, and the client never hears the answer.
    """

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder, self._server = folder, server
        self._shut: tuple[When, bytes] | None = None
        self.fell = 0
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / PORT_FILE))
        self._listening.listen(32)
        Thread(target=self._accept, daemon=True).start()

    def shut(self, when: When, at: str) -> None:
        """Fall shut when a client says this next."""
        self._shut = when, at.encode()

    def close(self) -> None:
        """Let nobody in any more."""
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self._server / PORT_FILE))
                Thread(target=self._carry, args=(client, server), daemon=True).start()
                Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(1 << 16):
                if self._shut is not None and self._shut[1] in data:
                    (when, _), self._shut = self._shut, None
                    self.fell += 1
                    if when == "after":
                        # The client's side goes first, so that it hears nothing; the server still gets it all.
                        client.shutdown(socket.SHUT_WR)
                        server.sendall(data)
                    break
                server.sendall(data)
        for end in (client, server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_WR)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(1 << 16):
                client.sendall(data)
        for end in (client, server):
            end.close()


@contextmanager
def door_to(server: Path) -> Iterator[Door]:
    """Give a door to the server whose socket lies in a folder."""
    with tempfile.TemporaryDirectory(prefix="sayso-door-") as folder:
        door = Door(Path(folder), server)
        try:
            yield door
        finally:
            door.close()
