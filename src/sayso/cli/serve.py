"""``sayso serve``: the pages for members and the office, and the API, on this machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.answer import Answer, give
from sayso.cli.desk import Desk, desk_of, reply
from sayso.cli.options import DryRun, JsonFlag
from sayso.cli.sample import PLACE, complete, make_sample
from sayso.cli.stage import Stage
from sayso.config import SETTINGS_FILE
from sayso.config_service import is_loopback
from sayso.errors import EdgeError, InputError, Problem, Refused

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
    work: Annotated[
        bool | None,
        typer.Option(
            "--work/--no-work",
            help="Carry out meanwhile what members take back, as `sayso work --follow` does; left out, with --demo alone.",
        ),
    ] = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Serve the pages for members and the office, and the API, until you stop it.

    With --demo, visitors pick a member of a made-up community, or a role in the office, from a list. Where there is no project, a
    sample community is made in ./sample-community, and served as a demonstration.

    Examples:

    \b
      sayso serve --demo
      sayso --project demo-community/forum serve --demo --port 8400
    """
    desk = desk_of(ctx)
    root = _root(desk)
    demo = demo or root is None
    _check(host, demo)
    if dry_run:
        reply(ctx, _would(root, host, port, demo), json)
        return
    place = _ready(ctx, desk, root, demo, json)
    _serve(desk, place, host, port, demo, demo if work is None else work, json)


def _root(desk: Desk) -> Path | None:
    """Return the project's folder, ``None`` where there is none and none was asked for."""
    try:
        return desk.root()
    except InputError:
        if desk.project is not None:
            raise
        return None


def _check(host: str, demo: bool) -> None:
    if demo and not is_loopback(host):
        what = "a demonstration, in which anybody may sign in as anybody, is not served beyond this machine"
        advice = "leave out --demo, or use --host 127.0.0.1"
        raise Refused(Problem("demo-beyond-loopback", what, advice=advice))


def _would(root: Path | None, host: str, port: int, demo: bool) -> Answer:
    there = root is not None and (root / SETTINGS_FILE).is_file()
    what = str(root) if there else f"a sample community, which it would make in {PLACE},"
    lines = (f"Dry run: nothing is served or written. It would serve {what} at http://{host}:{port}.",)
    folder = str(root or PLACE)
    return Answer({"dry_run": True, "project": folder, "host": host, "port": port, "demo": demo}, lines)


def _ready(ctx: typer.Context, desk: Desk, root: Path | None, demo: bool, json: bool) -> Path:
    """Return the folder of a project that is ready to be served, made or completed where it is a demonstration."""
    silent = desk.quiet or json
    program = ctx.find_root().command
    if root is None:
        return make_sample(Stage(program, desk.clock, Path.cwd(), silent))
    if demo:
        complete(Stage(program, desk.clock, root.parent, silent), root.name)
    return root


def _serve(desk: Desk, root: Path, host: str, port: int, demo: bool, work: bool, json: bool) -> None:
    try:
        from sayso.web.server import Serving, serve  # the extra `service`
    except ModuleNotFoundError as error:
        what = f"serving needs the optional part `service` ({error.name} is not installed)"
        raise EdgeError(Problem("missing-part", what, advice="run: pip install 'sayso[service]'")) from None

    def told(url: str) -> None:
        give(
            Answer({"dry_run": False, "url": url, "demo": demo}, (f"Serving at {url}  (stop with Ctrl-C)",)),
            json,
            desk.quiet,
        )
        sys.stdout.flush()

    serve(root, desk.clock, Serving(host, port, demo, work), told)
