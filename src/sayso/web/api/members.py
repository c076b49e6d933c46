"""``/v1/members/…``: what one member has and sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request

from sayso.ledger.events import Entry, ModelTrained, NoticeGiven
from sayso.values.moments import format_moment
from sayso.web.api.answers import reads
from sayso.web.api.callers import Door, MemberPath, subject
from sayso.web.api.gateway import opened_for
from sayso.web.api.paging import PageOf, page_of
from sayso.web.api.schemas.common import Page, UseFields
from sayso.web.api.schemas.members import (
    Controls,
    ControlState,
    Forgotten,
    GivenNotice,
    Removed,
    SeenRecord,
    UsedIn,
    Uses,
)
from sayso.web.api.served import Served
from sayso.web.principals import STAFF, Principal, Role
from sayso.workflows.history import member_file, notices_to
from sayso.workflows.privacy import Effect, Switch, privacy
from sayso.workflows.seen import Seen, seen
from sayso.workflows.uses import Held, UsedFor, uses

router = APIRouter(prefix="/v1/members/{member}", route_class=Served, tags=["members"])
CHOICES = Door(("choices:read",), members=True, office=STAFF)
MEMBERS = Door(("members:read",), members=True, office=STAFF)
OWN = Door(("members:read",), members=True)


@router.get("/controls", **reads(CHOICES, 404, 409))
def controls(request: Request, member: MemberPath, who: Annotated[Principal, Depends(CHOICES)]) -> Controls:
    """Give the controls that change anything for a member, as they stand."""
    opened = opened_for(request)
    found = privacy(opened.project.yard, opened.catalogue, subject(who, member))
    version = None if found.version is None else found.version.id
    return Controls(
        version=version, region=found.member.region, controls=[_control(one) for one in found.switches]
    )


def _control(one: Switch) -> ControlState:
    control, word = one.control, one.word
    return ControlState.model_construct(
        id=control.id,
        kind=str(control.kind),
        label=control.label,
        path=control.path,
        purposes=list(control.purposes),
        recipients=list(control.recipients),
        covers=[_sentence(effect) for effect in one.effects],
        not_covered=control.not_covered,
        reach=str(control.reach),
        state="silent" if word is None else "yes" if word.yes else "no",
        default="off" if one.asks_first else "on",
        since=None if word is None else format_moment(word.at),
        entry=None if word is None else word.entry,
        overruled=one.overruled,
        in_use=one.in_use,
    )


def _sentence(effect: Effect) -> str:
    return f"{', '.join(effect.kinds)}: {effect.purpose}, by {effect.recipient}."


@router.get("/notices", **reads(MEMBERS, 404, 409))
def notices(
    request: Request, member: MemberPath, paged: PageOf, who: Annotated[Principal, Depends(MEMBERS)]
) -> Page[GivenNotice]:
    """List the notices that reached a member: to everyone, to their region, or to them alone."""
    opened = opened_for(request)
    found = notices_to(opened.project.yard, opened.catalogue, subject(who, member))
    rest = [entry for entry in found if entry.number > paged.number()]
    return page_of(paged, rest, _notice, lambda entry: entry.number)


def _notice(entry: Entry) -> GivenNotice:
    event = entry.event
    assert isinstance(event, NoticeGiven)
    return GivenNotice(
        entry=entry.number,
        version=event.version,
        at=format_moment(event.at),
        channel=event.channel,
        regions=None if event.regions is None else list(event.regions),
        personal=event.tag is not None,
    )


@router.get("/uses", **reads(MEMBERS, 404, 409))
def used(request: Request, member: MemberPath, who: Annotated[Principal, Depends(MEMBERS)]) -> Uses:
    """List the versions of data sets and models that a member's records are or were in."""
    project = opened_for(request).project
    found = uses(project.yard, project.datasets, subject(who, member))
    trained = project.log.entries_of_kinds((ModelTrained,)) if found else ()
    return Uses(items=[item for one in found for item in _items(trained, one)])


def _items(trained: Sequence[Entry], found: UsedFor) -> Iterator[UsedIn]:
    for held in found.versions:
        if held.records == 0:
            continue
        yield _dataset(found, held)
        for model in held.models:
            yield UsedIn(
                kind="model",
                name=model.name,
                version=model.version,
                use=UseFields.of(held.use),
                at=format_moment(model.at),
                entry=model.entry,
                records=held.records,
                forgotten=_forgotten_by(trained, found, model.name),
            )


def _dataset(found: UsedFor, held: Held) -> UsedIn:
    gone = found.forgotten
    return UsedIn(
        kind="dataset",
        name=found.name,
        version=held.version,
        use=UseFields.of(held.use),
        at=format_moment(held.at),
        entry=held.entry,
        records=held.records,
        forgotten=None if gone is None else Forgotten(entry=gone.entry, at=format_moment(gone.at)),
    )


def _forgotten_by(trained: Sequence[Entry], found: UsedFor, model: str) -> Forgotten | None:
    """Return the first version of a model that stands on a version of the data set without the member."""
    gone = found.forgotten
    if gone is None:
        return None
    for entry in trained:
        event = entry.event
        assert isinstance(event, ModelTrained)
        if event.name == model and event.dataset == found.name and event.dataset_version >= gone.version:
            return Forgotten(entry=entry.number, at=format_moment(entry.logged_at))
    return None


DatasetName = Annotated[str, Path(min_length=1, max_length=64, description="The name of a data set.")]


@router.get("/uses/{name}/records", **reads(OWN, 404, 409))
def records(
    request: Request,
    member: MemberPath,
    name: DatasetName,
    paged: PageOf,
    who: Annotated[Principal, Depends(OWN)],
) -> Page[SeenRecord]:
    """List a member's records in the published version of a data set; to the member, each as the model saw it."""
    project = opened_for(request).project
    wanted = subject(who, member)
    # One more than a page holds tells whether another page follows.
    rest = seen(project.yard, project.datasets, name, wanted, paged.after, paged.limit + 1)
    with_text = who.role is Role.MEMBER
    return page_of(paged, rest, lambda one: _record(one, with_text), lambda one: one.record)


def _record(one: Seen, with_text: bool) -> SeenRecord:
    taken = None
    if one.removals is not None:
        counts = Counter(str(removed.label) for removed in one.removals).most_common()
        taken = [Removed(label=label, count=count) for label, count in counts]
    return SeenRecord(record=one.record, seen=one.text if with_text else None, removed=taken)


FILE = Door(scopes=None, members=True)
"""A member's whole file is for them alone."""


@router.get("/file", **reads(FILE, 404, 409))
def whole_file(
    request: Request, member: MemberPath, who: Annotated[Principal, Depends(FILE)]
) -> dict[str, Any]:
    """Give all that is held of the member: the schema `sayso-member-file-v1` (GDPR, Articles 15 and 20)."""
    opened = opened_for(request)
    project = opened.project
    return member_file(project.yard, project.datasets, opened.catalogue, subject(who, member))
