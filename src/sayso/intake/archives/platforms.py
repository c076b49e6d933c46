"""The platforms whose archives are read, by the names of their commands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from sayso.intake.archives import discourse, linkedin, mastodon
from sayso.intake.archives.pouring import Given, Reader


class Platform(NamedTuple):
    """What opens an archive of a platform, and the attributes that its members and records may carry."""

    opening: Callable[[Path, str, Given], AbstractContextManager[Reader]]
    attributes: tuple[tuple[str, ...], tuple[str, ...]]


PLATFORMS = {
    "linkedin": Platform(linkedin.opening, linkedin.ATTRIBUTES),
    "mastodon": Platform(mastodon.opening, mastodon.ATTRIBUTES),
    "discourse": Platform(discourse.opening, discourse.ATTRIBUTES),
}
