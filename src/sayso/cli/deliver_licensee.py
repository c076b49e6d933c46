"""``sayso deliver key``, ``check`` and ``acknowledge``: what a licensee runs, on its own machine, without a project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field, count
from sayso.cli.deliver import app as deliver_app
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import DryRun, JsonFlag
from sayso.config import read_text
from sayso.errors import EdgeError, IntegrityError, Problem
from sayso.ledger.checkpoints import format_vkey
from sayso.stores.licensee import LicenseeCopy, LicenseeKey, make_key
from sayso.values.moments import format_day, format_moment
from sayso.workflows.delivering.removing import Checked, Removed, check_copy, remove_revoked

__all__ = ["deliver_app"]

HouseKey = Annotated[
    str | None,
    typer.Option(
        "--house-key", metavar="KEY", help="The house's public key, as you were told it; left out, house.pub."
    ),
]


@deliver_app.command("key")
def key_command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose key it is: acme.example/removals, say.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file for the private half.")],
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """For licensees: make the key that acknowledgements are signed with, and print its public half.

    Keep the file, and send the public half to the house: the agreement names it as `acknowledgement_key`. No project is needed.

    Example:

    \b
      sayso deliver key acme.example/removals --out acme.pem
    """
    if dry_run:
        reply(
            ctx,
            Answer({"dry_run": True}, (f"Dry run, nothing is written. A key would be made in {out}.",)),
            json,
        )
        return
    made = format_vkey(make_key(out, name))
    reply(
        ctx,
        Answer(
            {"dry_run": False, "file": str(out), "key": made},
            (f"The private half is in {out}. The public half:", made),
        ),
        json,
    )


@deliver_app.command("check")
def check_command(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="What was handed over.")],
    house_key: HouseKey = None,
    json: JsonFlag = False,
) -> None:
    """For licensees: check that a delivery is as it was signed. No project is needed.

    Every file has to be what was handed over, to the bit; once a feed was carried out, less the rows that it named.

    Example:

    \b
      sayso deliver check writers-1
    """
    found = check_copy(LicenseeCopy(folder), house_key)
    if found.problems:
        raise IntegrityError(*found.problems)
    reply(ctx, _checked(found, house_key is not None), json)


def _checked(found: Checked, told: bool) -> Answer:
    one, house = found.delivery, format_vkey(found.house)
    fields: dict[str, Field] = {
        "delivery": one.id,
        "name": one.name,
        "version": one.version,
        "licensee": one.licensee,
        "records": one.count,
        "removed": found.less,
        "house_key": house,
    }
    what = f"{one.name} v{one.version:04d} for {one.licensee}, {count(one.count, 'record', 'records')}"
    less = f", less {count(found.less, 'row', 'rows')} by the last feed" if found.less else ""
    head = f"{what}: every file is as it was signed{less}."
    key = (
        "Signed with the key that you named."
        if told
        else f"Signed with {house}: compare it with the key that you were told."
    )
    return Answer(fields, (head, key))


@deliver_app.command("acknowledge")
def acknowledge_command(
    ctx: typer.Context,
    feed: Annotated[Path, typer.Argument(metavar="FEED", help="The revocation feed that the house sent.")],
    data: Annotated[
        Path, typer.Option("--data", metavar="FOLDER", help="Your copy: the folder that was handed over.")
    ],
    key: Annotated[Path, typer.Option("--key", metavar="FILE", help="The private half of your key.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to write the acknowledgement; left out, here."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="Remove all rows, not only those that the feed names.")
    ] = False,
    house_key: HouseKey = None,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """For licensees: take the revoked rows out of your copy, and sign that they are gone. No project is needed.

    What remains is held against digests before anything is changed. By signing you say that the rows are gone from every copy that
    you hold or have given on, backups included. Send the file that it writes back to the house.

    Example:

    \b
      sayso deliver acknowledge feed-3f2a9c0d11e8b745.dsse.json --data writers-1 --key acme.pem
    """
    signed = read_text(feed).encode()
    signer, copy = LicenseeKey(key), LicenseeCopy(data)
    done = remove_revoked(copy, signed, signer, desk_of(ctx).clock, house_key, everything, dry_run)
    file = out or Path(f"acknowledgement-{done.delivery.id}-{done.said.items:06d}.dsse.json")
    if done.signed is not None:
        _write(file, done.signed)
    reply(ctx, _removed(done, file), json)


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        what = f"{file} cannot be written ({(error.strerror or type(error).__name__).lower()})"
        advice = "the rows are gone; run it again with another --out"
        raise EdgeError(Problem("unwritable", what, advice=advice)) from None


def _removed(done: Removed, file: Path) -> Answer:
    one, left = done.delivery, sum(each.rows for each in done.said.remaining)
    fields: dict[str, Field] = {
        "dry_run": done.signed is None,
        "delivery": one.id,
        "name": one.name,
        "version": one.version,
        "items": done.said.items,
        "removed": done.rows,
        "remaining": left,
        "removed_at": format_moment(done.said.at),
        "file": None if done.signed is None else str(file),
    }
    verb = "would leave" if done.signed is None else "left"
    rest = f"{count(left, 'remains', 'remain')}: by the digests, what should"
    head = f"{count(done.rows, 'row', 'rows')} {verb} {one.name} v{one.version:04d}, {rest}."
    if done.signed is None:
        return Answer(fields, ("Dry run, nothing is changed and nothing signed.", head))
    told = f"Signed on {format_day(done.said.at)}: {file}. Send it to the house."
    return Answer(fields, (head, told))
