"""``sayso deliver``: a data set is handed to a licensee, and what is taken back since is asked for there, too."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from sayso.addressed import files_in, place_at
from sayso.cli.answer import Answer, Field, columns, count
from sayso.cli.dataset import records_done
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import DryRun, JsonFlag
from sayso.config import read_text
from sayso.deliveries.agreement import Agreement, parse_agreement
from sayso.deliveries.delivery import obligations
from sayso.errors import InputError, Problem
from sayso.values.moments import format_day, format_moment
from sayso.wiring import Project
from sayso.workflows.delivering.feeding import Fed, feeds
from sayso.workflows.delivering.hand_over import Handed, Order, finish, hand_over
from sayso.workflows.delivering.standing import Standing, State, standings
from sayso.workflows.delivering.taking import Taken, take_acknowledgement

DATASET = "dataset"


class DatasetFirst(TyperGroup):
    """A group in which a word that is no command is the data set to deliver: ``sayso deliver writers --to acme``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put ``dataset`` before words that begin with no command of the group and do not ask for its help."""
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = [DATASET, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=DatasetFirst, no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def deliver() -> None:
    """Hand a data set to a licensee, and have removed there what is taken back later.

    A word that is no command here is the data set to deliver: `sayso deliver writers --to acme` is
    `sayso deliver dataset writers --to acme`.

    Examples:

    \b
      sayso deliver writers --to acme --out /media/acme/writers-1
      sayso deliver feed acme --out feeds
      sayso deliver take-acknowledgement acknowledgement.json
      sayso deliver list
    """


@app.command(DATASET)
def dataset_command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="DATASET", help="The published data set.")],
    to: Annotated[
        str,
        typer.Option("--to", metavar="LICENSEE", help="A recipient of the policy: licensee or affiliate."),
    ],
    out: Annotated[
        str,
        typer.Option(
            "--out", metavar="PLACE", help="A folder that is not there yet, a .zip file, or s3://bucket/path."
        ),
    ],
    agreement: Annotated[
        Path | None,
        typer.Option(
            "--agreement", metavar="FILE", help="Left out: agreements/LICENSEE.yaml in the project."
        ),
    ] = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Hand the published version of a data set to a licensee, under an agreement.

    It is decided once more before it goes: where members have taken anything of it back since it was published, it is refused.
    The shards, the signed statement, the agreement, its RSL document and instructions lie at PLACE, whole or not at all.

    Example:

    \b
      sayso deliver dataset writers --to acme --out /media/acme/writers-1
    """
    desk = desk_of(ctx)
    with desk.open() as project, records_done("Delivering", desk, None) as progress:
        order = _order(project, name, to, agreement, out)
        done = hand_over(
            project.yard, project.datasets, project.deliveries, place_at, order, progress, dry_run
        )
    reply(ctx, _handed(done, out), json)


def _order(project: Project, name: str, to: str, file: Path | None, out: str) -> Order:
    path = project.paths.root / "agreements" / f"{to}.yaml" if file is None else file
    where = str(path.relative_to(project.paths.root)) if file is None else str(file)
    text = read_text(path)
    found = parse_agreement(text, where, project.policy)
    if not isinstance(found, Agreement):
        raise InputError(*found)
    if found.licensee != to:
        what, advice = (
            f"this agreement is with {found.licensee}, not with {to}",
            "name its file with --agreement",
        )
        raise InputError(Problem("other-licensee", what, found.place("licensee"), advice))
    place = out if "://" in out else str(Path(out).absolute())
    return Order(name, found, text, place)


def _handed(done: Handed, out: str) -> Answer:
    one = done.delivery
    fields: dict[str, Field] = {
        "dry_run": done.entry is None,
        "delivery": None if done.entry is None else one.id,
        "entry": None if done.entry is None else done.entry.number,
        "name": one.name,
        "version": one.version,
        "licensee": one.licensee,
        "purpose": one.use.purpose,
        "records": one.count,
        "agreement": one.terms.id,
        "until": format_moment(one.terms.ends),
        "remove_within_days": one.terms.days,
        "log_size": one.log.size,
        "place": out,
    }
    what = f"{one.name} v{one.version:04d}, {count(one.count, 'record', 'records')}, {{}} to {one.licensee} for {one.use.purpose}"
    if done.entry is None:
        return Answer(fields, (f"Dry run, nothing is handed over. {what.format('could go')} now.",))
    head = f"Entry {done.entry.number}: {what.format('was delivered')}: {out}"
    duties = columns((f"{name}:", says) for name, says in obligations(one.terms))
    last = f"Delivery {one.id}. `sayso deliver feed {one.licensee}` gives what is to be removed since."
    return Answer(fields, (head, f"Under {one.terms.id}, the licensee has taken on:", *duties, last))


@app.command("list")
def list_command(ctx: typer.Context, json: JsonFlag = False) -> None:
    """List the deliveries: which have rows to be removed, by when, and which are overdue.

    Rows count from the day on which they were taken back, whether a feed was sent or not.

    Example:

    \b
      sayso deliver list
    """
    with desk_of(ctx).open() as project:
        found = standings(project.yard, project.datasets, project.deliveries)
    reply(ctx, _listed(found), json)


def _listed(found: tuple[Standing, ...]) -> Answer:
    late = sum(one.state is State.OVERDUE for one in found)
    head = (
        "Nothing was delivered yet."
        if not found
        else f"{count(len(found), 'delivery', 'deliveries')}, {late} overdue."
    )
    rows = columns(_row(one) for one in found) if found else ()
    return Answer({"deliveries": [_fields(one) for one in found]}, (head, *rows))


def _row(one: Standing) -> tuple[str, ...]:
    delivery = one.kept.delivery
    what = (
        f"{delivery.name} v{delivery.version:04d}",
        f"to {delivery.licensee}",
        f"on {format_day(delivery.at)}",
    )
    return delivery.id, *what, str(one.state), _says(one)


def _says(one: Standing) -> str:
    gone = f"{count(one.removed, 'row', 'rows')} acknowledged as gone" if one.removed else ""
    if one.due is None:
        return gone or f"until {format_day(one.kept.delivery.terms.ends)}"
    unsent = f", {one.unsent:,} of them in no feed yet" if one.unsent else ""
    asked = f"{count(one.pending, 'row', 'rows')} to be gone by {format_day(one.due)}{unsent}"
    return f"{asked}; {gone}" if gone else asked


def _fields(one: Standing) -> dict[str, Field]:
    delivery = one.kept.delivery
    return {
        "delivery": delivery.id,
        "entry": one.kept.entry.number,
        "name": delivery.name,
        "version": delivery.version,
        "licensee": delivery.licensee,
        "delivered_at": format_moment(delivery.at),
        "until": format_moment(delivery.terms.ends),
        "state": str(one.state),
        "records": delivery.count,
        "pending": one.pending,
        "unsent": one.unsent,
        "due": None if one.due is None else format_moment(one.due),
        "acknowledged": one.removed,
    }


@app.command("feed")
def feed_command(
    ctx: typer.Context,
    licensee: Annotated[str, typer.Argument(metavar="LICENSEE", help="To whom something was delivered.")],
    out: Annotated[
        str,
        typer.Option("--out", metavar="PLACE", help="The folder to write the feeds to, or s3://bucket/path."),
    ] = ".",
    delivery: Annotated[
        str | None,
        typer.Option("--delivery", metavar="ID", help="One delivery; left out, all to this licensee."),
    ] = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Write the revocation feed of each delivery to a licensee: which rows are to be removed, since when, by when.

    A feed is signed and only ever grows. It names rows as they were delivered, and nobody. The licensee can fetch the same from
    `sayso serve` with a token of its own: `sayso token create acme-1 --scope licensee:acme`.

    Example:

    \b
      sayso deliver feed acme --out feeds
    """
    with desk_of(ctx).open() as project:
        if not dry_run:
            finish(project.yard, project.deliveries, place_at)
        found = feeds(project.yard, project.datasets, project.deliveries, licensee, delivery, dry_run)
    if not dry_run:
        write = files_in(out)
        for one in found:
            with write(_feed_file(one)) as file:
                file.write(one.signed)
    reply(ctx, _fed(found, dry_run), json)


def _feed_file(one: Fed) -> str:
    return f"feed-{one.feed.delivery.removeprefix('sha256:')[:16]}.dsse.json"


def _fed(found: tuple[Fed, ...], dry_run: bool) -> Answer:
    lines = ["Dry run, nothing is written."] if dry_run else []
    lines += [_feed_line(one) for one in found]
    return Answer({"dry_run": dry_run, "feeds": [_feed_fields(one) for one in found]}, tuple(lines))


def _feed_line(one: Fed) -> str:
    feed = one.feed
    asked = count(feed.count, "row", "rows") if feed.count else "nothing"
    what = f"{asked} to be removed of {feed.name} v{feed.version:04d}"
    return f"{_feed_file(one)}: {what}, in {count(len(feed.items), 'item', 'items')}."


def _feed_fields(one: Fed) -> dict[str, Field]:
    feed = one.feed
    return {
        "file": _feed_file(one),
        "name": feed.name,
        "version": feed.version,
        "rows": feed.count,
        "items": [
            {
                "since": format_day(item.since),
                "due": format_day(item.due),
                "why": str(item.why),
                "rows": item.count,
            }
            for item in feed.items
        ],
    }


@app.command("take-acknowledgement")
def take_command(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What the licensee sent.")],
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """Take in a licensee's signed acknowledgement that rows are gone, and log it.

    It is refused unless the licensee of that delivery signed it, for items of the feed that were asked for and not acknowledged
    before, and unless what remains there is, by its digests, what was delivered less those rows.

    Example:

    \b
      sayso deliver take-acknowledgement acknowledgement-3f2a9c0d11e8b745-000002.dsse.json
    """
    data = read_text(file).encode()
    with desk_of(ctx).open() as project:
        done = take_acknowledgement(project.yard, project.deliveries, data, dry_run=dry_run)
    reply(ctx, _taken(done), json)


def _taken(done: Taken) -> Answer:
    one, said = done.kept.delivery, done.said
    fields: dict[str, Field] = {
        "dry_run": done.entry is None,
        "entry": None if done.entry is None else done.entry.number,
        "delivery": one.id,
        "name": one.name,
        "version": one.version,
        "licensee": one.licensee,
        "items": said.items,
        "rows": done.rows,
        "removed_at": format_moment(said.at),
    }
    head = (
        "Dry run, nothing is written: it holds."
        if done.entry is None
        else f"Entry {done.entry.number}: taken in."
    )
    rows = count(done.rows, "row is", "rows are")
    what = f"{one.licensee} signed on {format_day(said.at)}: {rows} gone from {one.name} v{one.version:04d}."
    return Answer(fields, (head, f"{what} What remains there is, by its digests, what should."))
