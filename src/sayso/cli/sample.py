"""A made-up community with data sets and both models, for whoever wants to look around before they bring their own."""

from __future__ import annotations

from pathlib import Path

from sayso.cli.stage import Stage
from sayso.config import SETTINGS_FILE
from sayso.errors import EdgeError

PLACE, MEMBERS = "sample-community", "600"
_BEGIN = (
    ("init", "--policy", "opt-out-with-notice"),
    ("import", "community", "--members", MEMBERS, "--seed", "1"),
)
_WRITING = (
    ("build", "writers", "--purpose", "content-generation", "--recipient", "platform"),
    ("train", "suggestions", "writers"),
)
_READING = (
    ("build", "threads", "--purpose", "post-recommendations", "--recipient", "platform"),
    ("train", "recommendations", "threads"),
)


def make_sample(stage: Stage) -> Path:
    """Return the folder of the sample community below the stage's, made where it is not there yet, with both models.

    Raises what the commands raise; what an interrupted call left is finished by the next.
    """
    folder = stage.folder / PLACE
    if not (folder / SETTINGS_FILE).is_file():
        folder.mkdir(exist_ok=True)
        stage.run(PLACE, *_BEGIN[0], shorten=lambda out: out[:1])
    with stage.open(PLACE) as project:
        empty = not project.sources.names()
    if empty:
        stage.run(PLACE, *_BEGIN[1], shorten=lambda out: out[:1])
    complete(stage, PLACE)
    return folder


def complete(stage: Stage, place: str) -> None:
    """Build and train what visitors of a demonstration try, in a project in which it was not done yet.

    Where the optional part for models is missing, they see the pages without.
    """
    with stage.open(place) as project:
        have = {event.dataset for event in project.shelf.log().models.values()}
    for build, train in (_WRITING, _READING):
        if build[1] not in have:
            stage.run(place, *build, shorten=lambda out: out[:1])
            try:
                stage.run(place, *train, shorten=lambda out: out[:1])
            except EdgeError as error:
                stage.print(f"Without a model: {error.problems[0].what}.")
