"""``sayso demo``: a story about a community that does not exist, told by commands that are really run."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from sayso.cli.answer import Answer, Field
from sayso.cli.demo_forgetting import Forgetting
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import DryRun, JsonFlag
from sayso.cli.pictures import funnel_picture, funnels_side_by_side, shards_row, side_by_side
from sayso.cli.stage import COMMAND, Stage, hold
from sayso.dataset.funnel import Funnel, lines
from sayso.errors import IntegrityError, Problem, Refused
from sayso.values.moments import Moment, parse_moment
from sayso.values.regions import EEA
from sayso.values.uses import Use
from sayso.workflows.story import Witness, change, published, records_left, used_by_place, witness

OBSERVED, HOUSE, DAMAGED = "linkedin", "forum", "damaged"
"""The folders of the story: a project under LinkedIn's published terms, one under a house policy, a copy with a flipped bit."""

MARK = "made-by-sayso-demo.txt"
"""What tells the folder of a demo, whole or interrupted, from anything else: --fresh removes nothing without it."""

NAME, PURPOSE, CONTROL, RECEIPT = "writers", "content-generation", "ai-training", "receipt.json"
DAYS = ("2024-09-19", "2024-10-15", "2025-12-01")
HAPPENED = (
    "The terms are a day old. On for whoever has not said no; never in the EU, the EEA and Switzerland.",
    "Stopped in the United Kingdom (ICO) and in Hong Kong (PCPD). Canada's stop began on a day that was not published, "
    "and a doubt means no.",
    "Since November it is on in all of these places, too, for whoever has not said no.",
)
PLACES = {
    "EU, EEA, Switzerland": EEA | {"CH"},
    "United Kingdom": frozenset({"GB"}),
    "Hong Kong": frozenset({"HK"}),
    "Canada": frozenset({"CA"}),
}
MEANINGS = {
    "considered": "everything that came in",
    "region-unknown": "nobody knows where they live",
    "not-disclosed": "no rule names such records",
    "never": "not public: never used",
    "deleted": "its author took it back",
    "suspended": "stopped by an authority",
    "member-excluded": "a minor, or perhaps one",
    "no-notice": "not told 30 days before",
    "said-no": "the member said no",
    "not-opted-in": "asked first, and no yes",
    "published": "the training set",
}


OBSERVED_MEANINGS = {
    "considered": "everything that came in, in all years",
    "not-yet": "written later",
    "region-unknown": "nobody knows where the member lives",
    "not-disclosed": "the terms name no such use of it there",
    "never": "the terms say never",
    "suspended": "stopped by an authority, or perhaps so",
    "member-excluded": "a minor or a pupil, or perhaps one",
    "permitted": "could be used",
}


def demo_command(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to put it; a new folder.")] = Path(
        "demo-community"
    ),
    members: Annotated[int, typer.Option("--members", min=40, max=100_000, help="How many members.")] = 600,
    seed: Annotated[int, typer.Option("--seed", help="The same seed makes the same community.")] = 1,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Remove the folder of an earlier demo first.")
    ] = False,
    json: JsonFlag = False,
    dry_run: DryRun = False,
) -> None:
    """See what Sayso does, on a made-up community: half a minute, in the terminal.

    It makes a folder with two projects, runs real commands in them and shows what they answer: what published terms allowed and
    where, a training set, a member who says no and is taken out, a model that forgets another, and the proofs.

    Example:

    \b
      sayso demo --members 600 --seed 1
    """
    desk = desk_of(ctx)
    _check_place(folder, fresh)
    if dry_run:
        line = f"Dry run, nothing is written. It would make {folder} with a community of {members:,} members."
        reply(ctx, Answer({"dry_run": True, "folder": str(folder), "members": members}, (line,)), json)
        return
    if folder.exists():
        shutil.rmtree(folder)
    stage = Stage(ctx.find_root().command, desk.clock, folder, silent=json or desk.quiet)
    told = _Story(stage, folder, members, seed).tell()
    reply(ctx, Answer({"dry_run": False, **told}, ()), json)


def _check_place(folder: Path, fresh: bool) -> None:
    if not folder.exists():
        return
    if not (folder / MARK).is_file():
        what, advice = f"{folder} is there already, and is no demo", "name another folder"
        raise Refused(Problem("folder-exists", what, advice=advice))
    if not fresh:
        advice = "give --fresh to remove it and begin again, or name another folder"
        raise Refused(
            Problem("folder-exists", f"{folder} is there already, from an earlier demo", advice=advice)
        )


@dataclass(slots=True)
class _Story:
    """The story while it is told; ``facts`` is what ``--json`` answers."""

    stage: Stage
    folder: Path
    members: int
    seed: int
    facts: dict[str, Field] = field(default_factory=dict)

    def tell(self) -> dict[str, Field]:
        """Tell all of it, and return its facts."""
        self.folder.mkdir(parents=True)
        (self.folder / MARK).write_text(
            "Made by `sayso demo`, which removes this folder when it is given --fresh.\n"
        )
        self.facts |= {"folder": str(self.folder), "members": self.members, "seed": self.seed}
        self._opening()
        self._three_days()
        first = self._first_build()
        seen = self._seen()
        self._no(seen)
        self._second_build(seen, first)
        self._proof(seen)
        self.facts |= Forgetting(self.stage, HOUSE, NAME, CONTROL, seen.member).tell()
        self._next(seen)
        return self.facts

    def _opening(self) -> None:
        self.stage.print("Nobody's words train a model without their say-so.", "bold")
        self.stage.print()
        self.stage.say(
            f"A story about a made-up community: {self.members:,} members from all over the world, what they wrote, and what",
            "they said about its use over two years. Nobody in it exists, so their words may be shown here. Each line that",
            "begins with $ is a command that is really run. Run it again yourself, in the folder named above it.",
        )

    def _begin(self, place: str, policy: str) -> None:
        self.stage.enter(place)
        (self.folder / place).mkdir()
        self.stage.run(place, "init", "--policy", policy, shorten=lambda out: [out[1].strip()])
        sizes = ("--members", str(self.members), "--seed", str(self.seed))
        self.stage.run(place, "import", "community", *sizes, shorten=lambda out: [out[0], out[-1].strip()])

    def _three_days(self) -> None:
        self.stage.heading("What did the published terms allow, where, and when?")
        self.stage.say(
            "What LinkedIn's terms have said about training AI since 2024 comes with Sayso as a policy: dated, quoted, with",
            "its sources. Here it is applied to the made-up community, on three days.",
        )
        self.stage.print()
        self._begin(OBSERVED, "linkedin")
        use = Use(PURPOSE, "linkedin")
        plans = [self.stage.ask(OBSERVED, "plan", NAME, *_words(use), "--at", day) for day in DAYS]
        steps = [_taken(found["funnel"]["stages"]) for found in plans]
        self.stage.print("Side by side:", indent="    ")
        self.stage.picture(funnels_side_by_side(DAYS, steps, MEANINGS | OBSERVED_MEANINGS))
        places = self._places(use)
        self.stage.print()
        self.stage.print("Records that could be used, by where their authors live:", indent="    ")
        self.stage.picture(side_by_side(DAYS, places))
        self.stage.print()
        for day, happened in zip(DAYS, HAPPENED, strict=True):
            self.stage.print(f"{day}  {happened}", hanging=" " * 12)
        self.stage.print()
        self.stage.say(
            "“Could be used” means that terms, notices and choices allow it. It never means that it is lawful."
        )
        self.facts["days"] = {day: step["permitted"] for day, step in zip(DAYS, steps, strict=True)}
        self.facts["places"] = {name: list(counts) for name, counts in places.items()}

    def _places(self, use: Use) -> dict[str, tuple[int, ...]]:
        with self.stage.open(OBSERVED) as project:
            moments: list[Moment] = [parse_moment(day) for day in DAYS]
            found = [used_by_place(project.yard, use, at, PLACES) for at in moments]
        return dict(zip([*PLACES, "everywhere else"], zip(*found, strict=True), strict=True))

    def _first_build(self) -> Funnel:
        self.stage.heading("The same people, where they are told first")
        self.stage.say(
            "Now a policy of one's own, one of two to start from: members are told 30 days before anything is used and can say no",
            "at any time, and in Europe nothing is used without a yes.",
        )
        self.stage.print()
        self._begin(HOUSE, "opt-out-with-notice")
        funnel = self._build()
        self.facts |= {"considered": funnel.considered, "published": funnel.published}
        return funnel

    def _build(self, before: Funnel | None = None) -> Funnel:
        use = Use(PURPOSE, "platform")
        out = self.stage.run(HOUSE, "build", NAME, *_words(use), shorten=lambda out: out[:1]).splitlines()
        with self.stage.open(HOUSE) as project:
            funnel = published(project.yard, project.datasets, NAME).funnel
        self.stage.picture(funnel_picture(funnel, MEANINGS, before))
        if before is not None:
            self.stage.draw("    … the other steps took out as many records as before.")
        self.stage.quote(out[1 + len(lines(funnel)) :])
        return funnel

    def _seen(self) -> Witness:
        self.stage.heading("What the model gets to see")
        with self.stage.open(HOUSE) as project:
            seen = witness(project.yard, project.datasets, NAME)
        self.stage.say(
            f"One record, {seen.record}, as its author wrote it (what is personal in it was made up, too) and as it is in the",
            f"training set, under a pseudonym that only this project's key can join to them ({_redacted(seen)}):",
        )
        self.stage.print()
        self._text("written by", seen.member, seen.original)
        self._text("published as", f"{seen.row.member[:8]}…", seen.row.text)
        self.facts |= {"member": seen.member, "record": seen.record, "redacted": seen.row.redacted}
        return seen

    def _text(self, what: str, who: str, text: str) -> None:
        self.stage.print(f"{what} {who}:", "dim", "    ")
        for line in text.splitlines():
            self.stage.print(line, "", "    │ ")

    def _no(self, seen: Witness) -> None:
        self.stage.heading("A member says no")
        self.stage.say(
            f"{seen.member} has {_count(seen.published, 'record')} in the training set. Why may the one above be used?"
        )
        self.stage.print()
        ask = ("decide", "--record", seen.record, *_words(Use(PURPOSE, "platform")))
        before = self.stage.run(HOUSE, *ask)
        self.stage.print()
        self.stage.say(
            "Now they switch it off, and get a receipt. Whoever has it and the log's public key can check it, without any network:"
        )
        self.stage.print()
        self.stage.run(HOUSE, "choose", seen.member, CONTROL, "no", "--out", RECEIPT)
        self.stage.run(HOUSE, "receipt", "verify", RECEIPT, "--key", ".sayso/keys/log.pub")
        self.stage.print()
        self.stage.say("The same question again:")
        self.stage.print()
        after = self.stage.run(HOUSE, *ask)
        self.facts |= {"before": before.split(":")[0], "after": after.split(":")[0]}

    def _second_build(self, seen: Witness, first: Funnel) -> None:
        self.stage.heading("The training set without them")
        funnel = self._build(first)
        with self.stage.open(HOUSE) as project:
            found = change(project.yard, project.datasets, NAME)
            left = records_left(project.yard, project.datasets, NAME, seen.member)
        hold(left == 0, "the records of somebody who said no are still in the training set")
        self.stage.print()
        self.stage.print(
            f"The {len(found.shards)} shards:  {shards_row(found.shards, found.changed)}", indent="    "
        )
        self.stage.print()
        self.stage.say(
            f"{_count(len(found.changed), 'file')} of {len(found.shards)} changed: {', '.join(found.changed)}, from",
            f"{found.before:,} to {found.after:,} rows. {seen.member}'s {_count(seen.published, 'record')} went out, and none is",
            "left. The other files are the same, bit for bit: what was made from them need not be made again.",
        )
        self.facts |= {"published_then": funnel.published, "changed": list(found.changed)}

    def _proof(self, seen: Witness) -> None:
        self.stage.heading("Does it hold?")
        self.stage.say(
            "Everything kept is held against everything else, and every decision is made again from the log as it was:"
        )
        self.stage.print()
        self.stage.run(HOUSE, "verify")
        shutil.copytree(self.folder / HOUSE, self.folder / DAMAGED)
        with self.stage.open(DAMAGED) as copy:
            file = Path(copy.datasets.address(NAME, 2)) / seen.shard
        _flip(file)
        self.stage.print()
        self.stage.say(
            f"Now a copy of the project, in which one bit in the middle of {seen.shard} is flipped:"
        )
        self.stage.print()
        self.stage.print(f"$ cp -r . ../{DAMAGED}      # and flip the bit", COMMAND, "  ")
        out = self.stage.run(HOUSE, "verify", project=f"../{DAMAGED}", status=IntegrityError.exit_status)
        self.stage.print(f"(exit status {IntegrityError.exit_status})", "dim", "    ")
        hold(seen.shard in out, "verify did not name the shard in which a bit was flipped")
        self.facts |= {"flipped": seen.shard}

    def _next(self, seen: Witness) -> None:
        self.stage.heading("What next")
        self.stage.say(f"In {self.folder / HOUSE}, look around:")
        self._command("sayso policy show", "these rules, as a member would read them")
        self._command("sayso log show", "what happened here; tags stand for members")
        self._command(f"sayso erase {seen.member} --dry-run", "what goes when a member leaves for good")
        self._command("sayso lineage writers --svg tree.svg", "what was made of what, as a picture")
        self._command("sayso train --help", "models that recommend posts forget, too")
        self.stage.print()
        self.stage.print(
            "And with your own data, in a folder of your own (docs/tutorial.md walks through it):"
        )
        self._command("sayso init --policy opt-in", "a project, and a policy to make yours")
        self._command("sayso import stackexchange DUMP_DIR", "or: sayso import table --help")

    def _command(self, command: str, what: str) -> None:
        self.stage.print(f"{command:<40} # {what}", COMMAND, "    ")


def _words(use: Use) -> tuple[str, ...]:
    return "--purpose", use.purpose, "--recipient", use.recipient


def _taken(steps: Sequence[Any]) -> dict[str, int]:
    return {
        step["name"]: step["left"]
        if step["name"] in ("considered", "permitted")
        else step["denied"] + step["unknown"]
        for step in steps
    }


def _redacted(seen: Witness) -> str:
    return (
        f"taken out: {seen.row.redacted.lower().replace(':', ' ')}"
        if seen.row.redacted
        else "nothing to take out"
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
