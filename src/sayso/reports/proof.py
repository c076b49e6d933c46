"""Proof that an opt-out reached every data set and model, for the member, an auditor or an authority.

It names nobody: the member is the random tag of their entries in the log. What programs check is its ``evidence``: receipts with
inclusion proofs (RFC 6962), and the signed manifests that these name.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from sayso.reports.answers import NOTHING
from sayso.reports.document import Document, Note, Part, Section, Table
from sayso.reports.filling import Filler
from sayso.reports.reaching import DONE, SCHEMA, ModelReach, OldCopy, Reach, Reached, SetReach
from sayso.reports.wording import Words, counted, day, listed, purpose_of

KIND = "proof"

_MEANS = {
    Reached.REACHED: "reached: decided by a log that holds the opt-out, and nothing of theirs is in it",
    Reached.NOTHING: "nothing of theirs is in it, though it was made before the opt-out",
    Reached.WAITING: "not yet: it was made before the opt-out, and waits to be withdrawn from",
    Reached.STAYS: "stays: it was made before the opt-out, which reaches later uses only",
    Reached.NO_CHOICE: "the opt-out does not reach it: of these records the policy offers no choice",
    Reached.ALLOWED: "used again: their last word on this use is a yes",
    Reached.NOT_COVERED: "not asked: nothing that they took back speaks of this use",
    Reached.UNKNOWN: "not known: its bytes are gone or cannot be read",
}
_BEYOND = (
    "Not covered: copies that others made of the platform's own pages, and mentions of the member that others wrote under a name "
    "that nobody knows here."
)
_RESTS = (
    "What signatures and Merkle proofs show: the log holds the opt-out; each data set here was decided by that log; each model "
    "stands on that data set. What rests on the word of the platform: that its builds keep to the log that they name, that no later "
    "version exists than those named here, how the member's tag becomes a pseudonym in a data set, and of which uses the opt-out "
    "speaks, which the policy says. An auditor with the project checks all of it with “sayso verify”."
)


def proof(reach: Reach) -> Document:
    """Return the report on where an opt-out reached, with the evidence for it."""
    sections = (
        Section("answer", "", "In short", tuple(_answer(reach))),
        Section("words", "", "What was taken back", (_words(reach),)),
        Section("data-sets", "", "Data sets", tuple(_sets(reach))),
        Section("models", "", "Models", (_models(reach),)),
        Section("copies", "", "Older copies, and copies of others", tuple(_copies(reach))),
        Section("checking", "", "How to check it", tuple(_checking())),
    )
    entries = listed([str(one.entry) for one in reach.words if not one.yes], "and")
    subject = (
        f"whoever said no in the log's entry {entries}" if entries else "a member who took nothing back",
    )
    title = "Where an opt-out reached: every data set and every model"
    ground = reach.ground
    return Document(KIND, title, subject, ground.made_at, ground.grounds, sections, (), True, evidence(reach))


def _answer(reach: Reach) -> Iterator[Part]:
    fill = Filler(NOTHING)
    noes = [one for one in reach.words if not one.yes]
    every: tuple[SetReach | ModelReach, ...] = (*reach.sets, *reach.models)
    left = [one for one in every if _is_open(one.state)]
    if not noes:
        answer = "Nothing was taken back: there is no opt-out to prove."
    elif not left:
        sets, models = _names(reach.sets), _names(reach.models)
        answer = f"Yes. Nothing that they took back is in {sets} or {models}."
    else:
        names = listed([f"{one.name} v{one.version:04d}" for one in left], "and")
        answer = f"Not everywhere: see {names}."
    yield fill.known(
        "answer",
        "Did the opt-out reach every data set and model?",
        answer,
        basis=("the log", "the manifests"),
    )
    if noes:
        yield fill.known(
            "old_copies_kept",
            "Are there older copies that held records of theirs?",
            *_kept(reach),
            basis=("the log",),
        )
    due = [one.due for one in reach.sets if one.state is Reached.WAITING and one.due is not None]
    if due:
        late = min(due) <= reach.ground.made_at
        yield Note(
            f"The policy promises it by {day(min(due))}{'; that day has passed' if late else ''}.",
            warning=late,
        )


def _kept(reach: Reach) -> Iterator[str]:
    kept = [one for one in reach.old if one.purged is None]
    if not kept:
        yield "None is kept."
    for one in kept:
        until = (
            "no day is promised" if one.kept_until is None else f"due to be deleted by {day(one.kept_until)}"
        )
        yield f"{one.name} v{one.version:04d} is still kept; {until}."


def _is_open(state: Reached) -> bool:
    return state not in DONE and state not in (Reached.ALLOWED, Reached.NOT_COVERED)


def _names(found: tuple[SetReach, ...] | tuple[ModelReach, ...]) -> str:
    noun = "data set" if not found or isinstance(found[0], SetReach) else "model"
    return (
        f"any {noun}"
        if not found
        else listed([f"the {noun} {one.name} v{one.version:04d}" for one in found], "or")
    )


def _words(reach: Reach) -> Table:
    return Table(
        "opt_outs",
        "Words in the log, oldest first",
        ("Log entry", "Said", "Logged", "What", "Reaches"),
        tuple(
            (
                f"{one.entry}",
                day(one.at),
                day(one.logged_at),
                one.what,
                "" if one.yes else "what exists, too" if one.retroactive else "later uses",
            )
            for one in reach.words
        ),
    )


def _sets(reach: Reach) -> Iterator[Part]:
    words = Words(reach.ground.policy)
    yield Table(
        "data_sets",
        "Data sets in use, and those that models stand on",
        (
            "Data set",
            "For",
            "Outcome",
            "Records of theirs",
            "Opt-out",
            "Decided by the log's first",
            "Log entry",
        ),
        tuple(
            (
                f"{one.name} v{one.version:04d}{' (in use)' if one.current else ''}",
                purpose_of(words, one.use),
                _MEANS[one.state],
                "not known" if one.rows is None else f"{one.rows:,}",
                "none" if one.word is None else f"entry {one.word}",
                counted(one.log_size, "entry", "entries"),
                f"{one.entry}",
            )
            for one in reach.sets
        ),
        (3, 6),
    )


def _models(reach: Reach) -> Table:
    return Table(
        "models_reached",
        "Models, in their last version",
        ("Model", "Stands on", "Outcome", "Certificate of forgetting", "Log entry"),
        tuple(
            (
                f"{one.name} v{one.version:04d}",
                f"{one.dataset} v{one.dataset_version:04d}",
                _MEANS[one.state],
                "none needed" if one.forgot is None else f"entry {one.forgot}",
                f"{one.entry}",
            )
            for one in reach.models
        ),
        (4,),
    )


def _copies(reach: Reach) -> Iterator[Part]:
    yield Table(
        "old_copies",
        "Older versions of data sets that held records of theirs, or of which that is not known any more",
        ("Data set", "Records of theirs", "Bytes deleted", "Log entry"),
        tuple(
            (
                f"{one.name} v{one.version:04d}",
                "not known any more" if one.records is None else f"{one.records:,}",
                _bytes(one),
                f"{one.entry}",
            )
            for one in reach.old
        ),
        (3,),
    )
    yield Table(
        "handed",
        "Versions with records of theirs that were handed to others",
        ("Data set", "To", "Day", "Log entry"),
        tuple(
            (f"{name} v{each.version:04d}", each.recipient, day(each.at), f"{each.entry}")
            for name, each in reach.handed
        ),
        (3,),
    )
    yield Note(_BEYOND)


def _bytes(one: OldCopy) -> str:
    if one.purged is not None:
        return day(one.purged)
    return "still kept" if one.kept_until is None else f"still kept, due by {day(one.kept_until)}"


def _checking() -> Iterator[Part]:
    yield Note(
        "Anybody with the JSON form of this report and the log's public key can check it, offline and without the project: "
        "“sayso report check proof.json --key log.pub”."
    )
    yield Note(_RESTS)


# The evidence


def evidence(reach: Reach) -> dict[str, Any]:
    """Return what ``proof_check`` checks, as JSON of the schema ``sayso-optout-proof/1``."""
    return {
        "schema": SCHEMA,
        "tag": reach.tag,
        "words": [one.entry for one in reach.words],
        "datasets": [_set_fields(one) for one in reach.sets],
        "models": [_model_fields(one) for one in reach.models],
        "proofs": [dict(reach.receipts[number]) for number in sorted(reach.receipts)],
    }


def _set_fields(one: SetReach) -> dict[str, Any]:
    return {
        "name": one.name,
        "version": one.version,
        "entry": one.entry,
        "state": str(one.state),
        "word": one.word,
        "rows": one.rows,
        "shard": one.shard,
        "pseudonym": one.pseudonym or None,
        "inclusion": [base64.b64encode(step).decode("ascii") for step in one.inclusion],
        "manifest": one.manifest,
    }


def _model_fields(one: ModelReach) -> dict[str, Any]:
    return {
        "name": one.name,
        "version": one.version,
        "entry": one.entry,
        "state": str(one.state),
        "dataset": one.dataset,
        "dataset_version": one.dataset_version,
        "forgot": one.forgot,
        "manifest": one.manifest,
    }
