"""The card: what a data set is, for people, in Markdown, made from its manifest alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sayso.dataset.digest import FIRST
from sayso.dataset.funnel import Withheld, stages
from sayso.dataset.manifest import Manifest
from sayso.dataset.taken import recall_of
from sayso.values.decisions import CHECKS, Reason
from sayso.values.moments import format_day

_WHY = {
    Reason.NOT_YET: "written or collected after the moment of the decision",
    Reason.NOT_IN_FORCE: "no policy was in force",
    Reason.REGION_UNKNOWN: "where the member lives is not known, and the rules depend on it",
    Reason.NOT_DISCLOSED: "the policy does not name this use",
    Reason.NEVER: "the policy never allows this use there",
    Reason.DELETED: "deleted by the author, or the account is closed",
    Reason.SUSPENDED: "a regulator or the office has stopped this use",
    Reason.MEMBER_EXCLUDED: "the policy leaves such members out, or what decides it is not known",
    Reason.RECORD_EXCLUDED: "the policy leaves such records out, or what decides it is not known",
    Reason.NO_NOTICE: "the member was not told in time",
    Reason.SAID_NO: "the member said no",
    Reason.NOT_OPTED_IN: "the member has not said yes",
}
_HELD = {
    Withheld.NOTHING_LEFT: "nothing was left after redaction",
    Withheld.NO_LONGER: "no longer permitted when it came to publishing",
}
REMAINS = (
    "This is not anonymous, and nobody should call it that. What detectors miss is still there, and so is what only somebody who "
    "knows the writer can tell: a way of writing, an event, a place described and not named. What is in pictures is not looked "
    "at. Treat the text as personal data."
)
"""What is to be said of every data set, however well it was redacted."""
LEFT_OUT = {**{str(reason): _WHY[reason] for reason in CHECKS}, **{str(why): _HELD[why] for why in Withheld}}
"""Why a check or a step left records out, in words, by its name."""
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#!|~])")


def card(manifest: Manifest) -> str:
    """Return the card of a data set version: what is in it, what was left out and why, how to check it, how to open it."""
    return "\n".join(
        (*_head(manifest), "", *_left_out(manifest), "", *_redaction(manifest), "", *_checking(manifest), "")
    )


def _plain(text: str) -> str:
    """Return a name with Markdown's signs disarmed, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _head(manifest: Manifest) -> Iterator[str]:
    use, policy = manifest.use, manifest.policy
    yield f"# {_plain(manifest.name)}, version {manifest.version}"
    yield ""
    yield (
        f"Records: {manifest.rows:,}. Members: {manifest.members:,}. Shards: {len(manifest.shards):,}. For the use "
        f"**{_plain(str(use))}** and no other."
    )
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| decided at | {format_day(manifest.decided_at)} |"
    yield f"| policy | {_plain(policy.id)}, version {_plain(policy.version or 'none in force')} |"
    yield f"| sources | {', '.join(_plain(source.name) for source in manifest.sources) or 'none'} |"
    yield f"| log | {_plain(manifest.log.origin)}, its first {manifest.log.size:,} entries |"
    yield f"| made by | {_plain(manifest.code)} |"
    yield f"| version before | {_before(manifest)} |"


def _before(manifest: Manifest) -> str:
    return f"`{manifest.previous}`" if manifest.previous else "none: this is the first"


def _left_out(manifest: Manifest) -> Iterator[str]:
    yield "## What was left out, and why"
    yield ""
    yield f"{manifest.funnel.considered:,} records were considered. Each was held against these checks in order."
    yield ""
    yield "| check | took out | left | why |"
    yield "|---|---:|---:|---|"
    for step in stages(manifest.funnel):
        if step.denied or step.unknown:
            yield f"| {step.name} | {step.denied + step.unknown:,} | {step.left:,} | {LEFT_OUT[step.name]} |"
    yield f"| **published** | | **{manifest.rows:,}** | |"


def _redaction(manifest: Manifest) -> Iterator[str]:
    yield "## What was taken out of the texts"
    yield ""
    used = manifest.redaction
    recalls = recall_of(used.measured)
    if used.taken:
        yield "| class | spans | records | how much of such data the detectors find, where somebody had marked it |"
        yield "|---|---:|---:|---|"
        for label, spans, records in used.taken:
            yield f"| {label} | {spans:,} | {records:,} | {recalls.get(label, 'not measured')} |"
    else:
        yield "Nothing that the detectors know was in the texts."
    yield ""
    yield REMAINS
    yield ""
    yield (
        f"By {_plain(used.version)}; the column `redacted` counts the labels of each record. Ids of members and records are "
        "pseudonyms that hold in this data set alone, and moments are months."
    )
    yield ""
    yield "The folder `private/` is for the platform alone: leave it out when the data set is handed over."


def _checking(manifest: Manifest) -> Iterator[str]:
    yield "## How to check it"
    yield ""
    yield "`manifest.dsse.json` is a signed in-toto statement (DSSE, Ed25519) that names every file by its digest. In the project:"
    yield ""
    yield f"    sayso verify {manifest.name}"
    yield ""
    yield "recomputes digests and decisions and names what does not hold."
    yield ""
    yield "| shard | records | members | SHA-256 of the file |"
    yield "|---|---:|---:|---|"
    for shard in manifest.shards:
        yield f"| {_plain(shard.name)} | {shard.rows:,} | {shard.members:,} | `{shard.file_sha256}` |"
    yield ""
    yield "## How to open it"
    yield ""
    yield "The shards are Parquet files with the columns `record`, `member`, `category`, `visibility`, `language`, `created`,"
    if manifest.logical == FIRST:
        yield "`text` and `redacted`:"
    else:
        yield "`text`, `redacted` and `reply_to` (the pseudonym of the record that it answers):"
    yield ""
    yield "    duckdb -c \"SELECT category, count(*) FROM 'shards/*.parquet' GROUP BY ALL\""
    yield "    python -c \"import pyarrow.dataset as d; print(d.dataset('shards').head(5))\""
