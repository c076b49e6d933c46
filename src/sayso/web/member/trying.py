"""What the data is for, to be tried: a box to write in that suggests how to go on, and a feed of recommended posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from sayso.errors import EdgeError, Refused
from sayso.models.manifest import ModelManifest
from sayso.web.api.gateway import opened_for
from sayso.web.doors import MemberId
from sayso.web.member.hearing import Heard
from sayso.web.pages import site_of
from sayso.workflows.serve import RECOMMENDATIONS, WRITING, Continuation, recommend, suggest
from sayso.workflows.shelf import Shelf, known_model
from sayso.workflows.shown import Shown, newest, shown

router = APIRouter(dependencies=[Heard])
SUGGESTED, FED, LONGEST = 5, 8, 2_000
"""How many ways to go on and how many posts are shown, and how many characters the box takes."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Posts for a member, each with why it is shown (empty: everybody is shown it); ``said_no``: nothing of theirs was looked at."""

    posts: tuple[tuple[Shown, str], ...]
    model: ModelManifest | None
    said_no: bool = False


@router.get("/try")
def try_page(
    request: Request, member: MemberId, text: Annotated[str, Query(max_length=LONGEST)] = ""
) -> Response:
    """Show ways in which a text may go on, and a feed for the member."""
    shelf = opened_for(request).project.shelf
    models = _models(shelf)
    writing = next((one for one in models if one.kind.name in WRITING), None)
    return site_of(request).page(
        request,
        "member/try.html",
        text=text,
        writing=writing,
        longest=LONGEST,
        ways=_ways(shelf, writing, text),
        feed=_feed(shelf, next((one for one in models if one.kind.name == RECOMMENDATIONS), None), member),
    )


def _models(shelf: Shelf) -> tuple[ModelManifest, ...]:
    events = shelf.log().models.values()
    return tuple(one for one in (known_model(shelf, event) for event in events) if one is not None)


def _ways(shelf: Shelf, model: ModelManifest | None, text: str) -> tuple[Continuation, ...]:
    if model is None or not text.strip():
        return ()
    return suggest(shelf, model.name, text, SUGGESTED)[1]


def _feed(shelf: Shelf, model: ModelManifest | None, member: str) -> Feed:
    """Return the feed: what the model recommends, and what everybody is shown where it knows nothing, or was told no."""
    said_no = False
    if model is not None:
        try:
            _, found = recommend(shelf, model.name, member, FED)
        except Refused:
            said_no, found = True, ()
        except EdgeError:  # the optional part for models is missing
            found = ()
        why = {post.record: post.reason for post in found if post.record is not None}
        posts = shown(shelf.yard, why)
        if posts:
            return Feed(tuple((one, why[one.record]) for one in posts), model)
    return Feed(tuple((one, "") for one in newest(shelf.yard, FED)), model, said_no)
