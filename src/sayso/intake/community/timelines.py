"""Timelines: what moved members to speak, and when. LinkedIn's, as the policy pack dates it, and those of house policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sayso.intake.community.model import NoticeFact, SuspensionFact
from sayso.values.moments import DAY, Moment, parse_moment
from sayso.values.regions import EEA

_EUROPEAN = EEA | {"CH"}
_LATE_STARTERS = _EUROPEAN | {"GB", "CA", "HK"}


@dataclass(frozen=True, slots=True)
class Wave:
    """A stretch of time in which a ``share`` of some members use a control, ``yes_share`` of them to say yes.

    ``regions`` is ``None`` for members everywhere, those of unknown region included; ``excepted`` are left out. Most speak
    soon after ``starts``; nobody at or after ``ends``.
    """

    control: str
    starts: Moment
    ends: Moment
    share: float
    yes_share: float = 0.0
    regions: frozenset[str] | None = None
    excepted: frozenset[str] = frozenset()
    channel: str = "settings"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Versions with the moments from which they are in force, waves, notices and suspensions.

    ``change_share`` of those who said something change their mind. Of the members who join after the first version,
    ``joiner_share`` are sent the version then in force.
    """

    versions: tuple[tuple[str, Moment], ...]
    waves: tuple[Wave, ...]
    notices: tuple[NoticeFact, ...] = ()
    suspensions: tuple[SuspensionFact, ...] = ()
    change_share: float = 0.12
    joiner_share: float = 0.6

    def version_at(self, at: Moment) -> str | None:
        """Return the version in force at a moment, ``None`` before the first."""
        begun = [(since, version) for version, since in self.versions if since <= at]
        return max(begun)[1] if begun else None

    def renamed(self, controls: Mapping[str, str | None]) -> Timeline:
        """Return the timeline with its controls under other names; waves of a control mapped to ``None`` fall away."""
        renamed = [(controls.get(wave.control, wave.control), wave) for wave in self.waves]
        waves = tuple(replace(wave, control=name) for name, wave in renamed if name is not None)
        return replace(self, waves=waves)


def _wave(
    control: str, starts: str, ends: str, share: float, yes_share: float = 0.0, **rest: frozenset[str]
) -> Wave:
    channel = "form" if control == "processing-objection" else "settings"
    moments = parse_moment(starts), parse_moment(ends)
    return Wave(
        control, *moments, share, yes_share, rest.get("regions"), rest.get("excepted", frozenset()), channel
    )


_LINKEDIN_VERSIONS = (
    "2024-03-06",
    "2024-07-31",
    "2024-09-18",
    "2024-11-20",
    "2025-02-27",
    "2025-11-03",
    "2026-08-21",
)

LINKEDIN = Timeline(
    versions=tuple((version, parse_moment(version)) for version in _LINKEDIN_VERSIONS),
    waves=(
        _wave("genai-training", "2024-09-18", "2024-12-31", 0.24, 0.06, excepted=_EUROPEAN),
        _wave("processing-objection", "2024-09-18", "2024-12-31", 0.03, excepted=_EUROPEAN),
        _wave("processing-objection", "2025-02-27", "2025-06-30", 0.02, regions=_EUROPEAN),
        _wave("genai-training", "2025-09-18", "2025-11-03", 0.10, 0.02, regions=_LATE_STARTERS),
        _wave("genai-training", "2025-11-03", "2025-12-31", 0.28, 0.06, regions=_LATE_STARTERS),
        _wave("genai-training", "2025-11-03", "2025-12-31", 0.05, 0.10, excepted=_LATE_STARTERS),
        _wave("processing-objection", "2025-11-03", "2025-12-31", 0.05, regions=_EUROPEAN | {"GB"}),
        _wave("genai-training", "2026-01-05", "2026-10-30", 0.08, 0.25),
    ),
    notices=(
        NoticeFact(parse_moment("2024-09-18"), "2024-09-18", "web-page"),
        NoticeFact(parse_moment("2025-09-18"), "2025-11-03", "banner"),
        NoticeFact(
            parse_moment("2025-09-18T12:00:00Z"), "2025-11-03", "e-mail", tuple(sorted(_LATE_STARTERS))
        ),
    ),
    suspensions=(
        SuspensionFact(
            parse_moment("2024-09-20"),
            ("content-generation",),
            "ICO",
            "statement of 2024-09-20",
            ("GB",),
            until=parse_moment("2025-11-03"),
        ),
        SuspensionFact(
            parse_moment("2024-10-11"),
            ("content-generation",),
            "PCPD",
            "statement of 2024-10-15",
            ("HK",),
            until=parse_moment("2025-11-03"),
        ),
    ),
)
"""Mostly noes after the news of 2024-09-18, more in November 2025, some after the fact in 2026. The versions and the two
suspensions are dated as in the LinkedIn policy pack; the shares are invented."""


def house(controls: Sequence[str], versions: Sequence[tuple[str, Moment]], opt_in: bool) -> Timeline:
    """Return the timeline of a house policy: members speak at its start and whenever LinkedIn makes news.

    The first control is used most, each further one two fifths as often as the one before. Where members are asked first
    (everywhere with ``opt_in``, else in the EEA, Switzerland and the UK) most of those who answer say yes. Every version is
    announced to everyone on the day from which it is in force; of those who join later six in ten are told.
    Raises ``ValueError`` when there is no version.
    """
    if not versions:
        raise ValueError("a timeline needs a version")
    waves = [
        replace(wave, control=control, share=wave.share * 0.4**number)
        for number, control in enumerate(controls)
        for wave in _house_waves(versions[0][1], opt_in)
    ]
    notices = tuple(NoticeFact(since, version, "e-mail") for version, since in versions)
    return Timeline(tuple(versions), tuple(waves), notices)


def _house_waves(first: Moment, opt_in: bool) -> Iterator[Wave]:
    asked_first = _EUROPEAN | {"GB"}
    spans = (
        (first, Moment(first + 90 * DAY), 0.16),
        (parse_moment("2024-09-18"), parse_moment("2024-12-31"), 0.16),
        (parse_moment("2025-11-03"), parse_moment("2025-12-31"), 0.14),
        (parse_moment("2026-01-05"), parse_moment("2026-10-30"), 0.07),
    )
    for starts, ends, share in spans:
        if opt_in:
            yield Wave("", starts, ends, share, 0.75)
        else:
            yield Wave("", starts, ends, share, 0.08, excepted=asked_first)
            yield Wave("", starts, ends, share, 0.65, regions=asked_first)


_PACK_CONTROLS = ("ai-training", "ai-training-affiliate", "licensing")
_PACK_VERSIONS = (("2024-02-01", parse_moment("2024-02-01")),)

OPT_IN = house(_PACK_CONTROLS, _PACK_VERSIONS, opt_in=True)
"""What members say under the house pack ``opt-in``."""

OPT_OUT_WITH_NOTICE = house(_PACK_CONTROLS, _PACK_VERSIONS, opt_in=False)
"""What members say under the house pack ``opt-out-with-notice``."""
