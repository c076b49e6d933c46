"""``sayso import linkedin``, ``mastodon`` and ``discourse``: members' own export archives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.bring import CollectedAt, Prefix, Replace, import_source, source_name
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import DryRun, JsonFlag, moment
from sayso.cli.progress import progress_bar
from sayso.errors import InputError, Problem
from sayso.intake.refusals import ImportReport, RowError
from sayso.values.records import VISIBILITIES
from sayso.wiring import Gatehouse, filled
from sayso.workflows.bring import Arrived

if TYPE_CHECKING:
    from sayso.intake.archives.pouring import Given

Archives = Annotated[
    list[Path],
    typer.Argument(metavar="ARCHIVE", help="The archives, as the platform made them: one for each member."),
]
Name = Annotated[
    str | None,
    typer.Option("--name", metavar="NAME", help="What to call the source; left out, after the platform."),
]
MemberId = Annotated[
    str | None,
    typer.Option("--member", metavar="ID", help="The member's id here; left out, what the archive says."),
]
Region = Annotated[
    str | None,
    typer.Option("--region", metavar="CODE", help="Where the members live: ISO 3166, such as IE or US-CA."),
]
Born = Annotated[
    str | None, typer.Option("--born", metavar="DAY", help="The member's birth day, as 1980-05-01.")
]
Unstated = Annotated[
    str | None,
    typer.Option(
        "--unstated",
        metavar="VISIBILITY",
        help="How far records are visible that do not say so: public, network or private, as if left out.",
    ),
]


def linkedin(
    ctx: typer.Context,
    archives: Archives,
    member: MemberId = None,
    region: Region = None,
    born: Born = None,
    unstated: Unstated = None,
    name: Name = None,
    prefix: Prefix = "",
    replace: Replace = False,
    collected_at: CollectedAt = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Bring in members' own LinkedIn archives ("Get a copy of your data").

    What the member wrote and did is theirs. Messages, invitations, recommendations and endorsements of others, and connections,
    come in as somebody else's and without words: no choice of the member's permits them. See docs/how-to/import-archives.md.

    Examples:

    \b
      sayso import linkedin Complete_LinkedInDataExport_09-18-2026.zip --region IE
      sayso import linkedin exports/*.zip --name staff
    """
    given = (member, region, born, unstated, collected_at)
    _import(ctx, "linkedin", archives, given, (name, prefix, replace), (json, dry_run))


def mastodon(
    ctx: typer.Context,
    archives: Archives,
    member: MemberId = None,
    region: Region = None,
    born: Born = None,
    name: Name = None,
    prefix: Prefix = "",
    replace: Replace = False,
    collected_at: CollectedAt = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Bring in members' own Mastodon archives.

    They are zips or, from older servers, .tar.gz. Posts, replies, likes and bookmarks come in. Boosts are what others
    wrote: they are counted and left out.

    Example:

    \b
      sayso import mastodon archive-20260918060405-0123456789abcdef0123456789abcdef.zip --region IE
    """
    given = (member, region, born, None, collected_at)
    _import(ctx, "mastodon", archives, given, (name, prefix, replace), (json, dry_run))


def discourse(
    ctx: typer.Context,
    archives: Archives,
    member: MemberId = None,
    region: Region = None,
    born: Born = None,
    unstated: Unstated = None,
    name: Name = None,
    prefix: Prefix = "",
    replace: Replace = False,
    collected_at: CollectedAt = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Bring in members' own archives of a Discourse forum.

    Posts, messages, likes and bookmarks come in. The archive does not say who can read a category: --unstated does.

    Example:

    \b
      sayso import discourse user_archive-ada-260918-060405-12.zip --unstated public
    """
    given = (member, region, born, unstated, collected_at)
    _import(ctx, "discourse", archives, given, (name, prefix, replace), (json, dry_run))


Said = tuple[str | None, str | None, str | None, str | None, str | None]


def _import(
    ctx: typer.Context,
    platform: str,
    archives: list[Path],
    said: Said,
    place: tuple[str | None, str, bool],
    how: tuple[bool, bool],
) -> None:
    # Imported here, as few commands read archives.
    from sayso.intake.archives.platforms import PLATFORMS
    from sayso.intake.archives.pouring import import_archives

    desk, (name, prefix, replace), (json, dry_run) = desk_of(ctx), place, how
    given, (opening, attributes) = _given(said, len(archives)), PLATFORMS[platform]
    # Not after the file: its name holds the member's, and the log keeps names of sources.
    source = source_name(name, platform)

    def pour(folder: Path, is_erased: Callable[[str], bool]) -> tuple[Arrived, ImportReport]:
        with progress_bar("Reading", desk.quiet) as tell:
            return filled(
                Gatehouse(folder, is_erased, prefix),
                lambda sink: import_archives(
                    platform,
                    tuple(archives),
                    lambda path, label: opening(path, label, given),
                    sink,
                    attributes,
                    tell,
                ),
            )

    reply(ctx, import_source(desk, source, pour, replace, dry_run), json)


def _given(said: Said, archives: int) -> Given:
    """Return what the options say of the archives; raises ``InputError`` with every option that cannot be."""
    from sayso.intake.archives.pouring import Given
    from sayso.intake.cells import birth_day, region_code

    member, region, born, unstated, collected_at = said
    problems = []
    if archives > 1 and (member is not None or born is not None):
        advice = "import each archive by itself, with --name for its source"
        problems.append(Problem("one-member", "--member and --born are one member's", advice=advice))
    code = None if region is None else region_code(region)
    if region is not None and code is None:
        problems.append(
            Problem("unknown-country", "--region is not a code of ISO 3166", advice="write IE or US-CA")
        )
    if unstated is not None and unstated not in VISIBILITIES:
        advice = f"write one of {', '.join(VISIBILITIES)}"
        problems.append(Problem("unknown-visibility", "--unstated is no visibility", advice=advice))
    day = None
    try:
        day = None if born is None else birth_day(born, None)
    except RowError:
        problems.append(Problem("bad-age", "--born is not a day", advice="write 1980-05-01"))
    if problems:
        raise InputError(*problems)
    return Given(member, code, day, unstated, moment(collected_at, "--collected-at"))
