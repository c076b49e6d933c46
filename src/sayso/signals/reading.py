"""Every form of signal: which one a file is, and what it says."""

from __future__ import annotations

from collections.abc import Callable

from sayso.signals.aipref import read_content_usage
from sayso.signals.cawg import read_cawg
from sayso.signals.contentsignal import read_content_signal
from sayso.signals.fields import read_headers, read_html
from sayso.signals.gpc import read_gpc
from sayso.signals.robots import read_robots
from sayso.signals.rsl import read_rsl
from sayso.signals.statement import Kind, Signal
from sayso.signals.tdmrep import read_reservation, read_tdmrep

_READERS: dict[Kind, Callable[[str], Signal]] = {
    Kind.CONTENT_USAGE: read_content_usage,
    Kind.CONTENT_SIGNAL: read_content_signal,
    Kind.ROBOTS: read_robots,
    Kind.TDM_RESERVATION: read_reservation,
    Kind.TDMREP: read_tdmrep,
    Kind.RSL: read_rsl,
    Kind.CAWG: read_cawg,
    Kind.GPC: read_gpc,
    Kind.HEADERS: read_headers,
    Kind.HTML: read_html,
}


def read_signal(kind: Kind, text: str) -> Signal:
    """Return what a text says, read as a form of signal; raises ``InputError`` where it cannot be that form.

    >>> read_signal(Kind.GPC, "1").at("/")[0].why
    'Sec-GPC is 1: no to sale and sharing. It says nothing of training by the platform itself.'
    """
    # JSON may hold halves of characters, which no encoding has.
    return _READERS[kind](text.encode(errors="replace").decode())


def kind_of(name: str, text: str) -> Kind | None:
    """Return which form a file is, by its name and how it begins; ``None`` where that does not tell.

    >>> kind_of("ada-robots.txt", "").value, kind_of("a.json", "[]").value, kind_of("dump.txt", "HTTP/1.1 200 OK").value
    ('robots', 'tdmrep', 'headers')
    """
    file, start = name.lower(), text.lstrip("\ufeff \t\r\n")[:200].lower()
    if file.endswith("robots.txt"):
        return Kind.ROBOTS
    if file.endswith((".htm", ".html")) or start.startswith(("<!doctype html", "<html", "<meta")):
        return Kind.HTML
    if file.endswith((".xml", ".rsl")) or start.startswith(("<?xml", "<rsl")):
        return Kind.RSL
    if start.startswith("["):
        return Kind.TDMREP
    if start.startswith("{"):
        return Kind.CAWG
    return Kind.HEADERS if ":" in start or start.startswith("http/") else None
