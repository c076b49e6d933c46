"""``sayso serve``: the pages for members and the office, and the API, on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.desk import desk_of
from sayso.config_service import is_loopback
from sayso.errors import EdgeError, Problem, Refused

PORT = 8321


def serve_command(
    ctx: typer.Context,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="The address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="The port to listen on; 0 takes a free one.")
    ] = PORT,
    demo: Annotated[
        bool, typer.Option("--demo", help="Let whoever comes sign in as anybody; on loopback alone.")
    ] = False,
) -> None:
    """Serve the member's and the office's pages, and the API.

    With --demo, visitors pick a member of the made-up community, or a role of the office, from a list.

    Example:

    \b
      sayso --project demo-community/forum serve --demo
    """
    desk = desk_of(ctx)
    if demo and not is_loopback(host):
        what = "a demonstration, in which anybody may sign in as anybody, is not served beyond this machine"
        raise Refused(
            Problem("demo-beyond-loopback", what, advice="leave out --demo, or use --host 127.0.0.1")
        )
    root: Path = desk.root()
    try:
        from sayso.web.server import serve  # the extra `service`
    except ImportError as error:
        raise _missing(error) from None
    serve(root, desk.clock, host, port, demo, quiet=desk.quiet)


def _missing(error: ImportError) -> EdgeError:
    what = f"serving needs the optional part `service` ({error.name} is not installed)"
    return EdgeError(Problem("missing-part", what, advice="run: pip install 'sayso[service]'"))
