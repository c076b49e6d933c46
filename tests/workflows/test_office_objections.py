"""Objections: who filed one, when an answer is due, and what the office may do about it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from sayso.errors import InputError, Problem, Refused
from sayso.ledger.events import ChoiceMade, ObjectionStep
from sayso.values.moments import DAY, Moment, format_day
from sayso.values.objections import Step
from sayso.wiring import Project
from sayso.workflows.choose import Wish, choose
from sayso.workflows.erase import erase
from sayso.workflows.logbook import write
from sayso.workflows.office.objections import Filed, Stage, handle, objections
from sayso.workflows.verify_steps import stray_steps
from shell import SetClock
from workflows.worlds_on_disk import community, copied, make, opened

MADE = community(60)
FORM = "processing-objection"
"""The objection form of the pack ``linkedin``."""


def living(*countries: str) -> str:
    """Return a member who lives in one of these countries."""
    return next(p.member.id for p in MADE.people if p.member.region and p.member.region[:2] in countries)


BRITON, EUROPEAN = living("GB"), living("DE", "FR", "NL", "IT", "ES", "IE", "SE", "BE", "PT", "AT", "PL")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make(tmp_path_factory.mktemp("objections") / "site", MADE, policy="linkedin")
    with opened(folder) as project:
        for member in (BRITON, EUROPEAN):
            choose(project.book, project.tags, Wish(member, FORM, False, channel="web"))
    return folder


def later(folder: Path) -> AbstractContextManager[Project]:
    """Open a project the day after they objected."""
    return opened(folder, SetClock("2026-11-02T00:00:00Z"))


def of(project: Project, member: str) -> Filed:
    """Return a member's last objection."""
    return [one for one in objections(project.yard) if one.member == member][-1]


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [one.code for one in problems]


def test_every_no_through_a_form_is_an_objection_and_nothing_else_is(prepared: Path) -> None:
    with later(prepared) as project:
        found = objections(project.yard)
        filed = [
            entry.number
            for entry in project.log.entries()
            if isinstance(entry.event, ChoiceMade) and entry.event.control == FORM and not entry.event.yes
        ]
        assert [one.entry for one in found] == filed
        assert len(filed) == 2
        late = [one for one in found if one.stage(project.clock.now()) is Stage.OVERDUE]
        assert {one.clock.due is not None and one.clock.due <= project.clock.now() for one in late} <= {True}
        assert of(project, BRITON).clock.regime.id == "uk-gdpr"
        assert of(project, EUROPEAN).clock.regime.id == "eu-gdpr"
        assert of(project, EUROPEAN).stage(project.clock.now()) is Stage.OPEN


def test_an_answer_ends_the_clock_and_can_be_given_once(prepared: Path, tmp_path: Path) -> None:
    with later(copied(prepared, tmp_path / "site")) as project:
        number = of(project, EUROPEAN).entry
        dry = handle(project.yard, number, Step.ANSWERED, dry_run=True)
        assert (dry.written.number, of(project, EUROPEAN).clock.answered) == (None, None)
        done = handle(project.yard, number, Step.ANSWERED)
        assert done.written.number == project.log.size() - 1
        assert of(project, EUROPEAN).stage(project.clock.now()) is Stage.ANSWERED
        with pytest.raises(Refused, match="was answered on"):
            handle(project.yard, number, Step.ANSWERED)
        assert codes(stray_steps(project.book)) == []


def test_the_clock_of_a_briton_can_be_stopped_and_that_of_a_european_cannot(
    prepared: Path, tmp_path: Path
) -> None:
    with later(copied(prepared, tmp_path / "site")) as project:
        briton, european = of(project, BRITON), of(project, EUROPEAN)
        with pytest.raises(Refused, match="cannot be stopped where the member lives"):
            handle(project.yard, european.entry, Step.STOPPED, "identity")
        handle(project.yard, briton.entry, Step.STOPPED, "identity")
        assert of(project, BRITON).stage(project.clock.now()) is Stage.STOPPED
        project.clock.at = Moment(project.clock.at + 9 * DAY)  # type: ignore[attr-defined]
        done = handle(project.yard, briton.entry, Step.STARTED)
        assert done.clock.due == of(project, BRITON).clock.due == Moment((briton.clock.due or 0) + 9 * DAY)
        longer = handle(project.yard, european.entry, Step.EXTENDED, "complexity")
        assert format_day(longer.clock.due or Moment(0)) == "2027-02-02"
        with pytest.raises(Refused, match="needs a reason"):
            handle(project.yard, briton.entry, Step.EXTENDED, "the holidays")
        assert codes(stray_steps(project.book)) == []


def test_a_step_about_anything_else_is_refused(prepared: Path) -> None:
    with later(prepared) as project:
        others = [e.number for e in project.log.entries() if not isinstance(e.event, ChoiceMade)]
        for number in (others[0], project.log.size() + 5):
            with pytest.raises(InputError):
                handle(project.yard, number, Step.ANSWERED)
        with pytest.raises(Refused, match="is dated"):
            handle(
                project.yard, of(project, BRITON).entry, Step.ANSWERED, at=Moment(project.clock.now() + DAY)
            )


def test_a_later_yes_is_shown_and_the_answer_is_still_owed(prepared: Path, tmp_path: Path) -> None:
    with later(copied(prepared, tmp_path / "site")) as project:
        with pytest.raises(InputError, match="no switch that could say yes to what it covers"):
            choose(project.book, project.tags, Wish(EUROPEAN, FORM, True))
        assert not of(project, EUROPEAN).taken_back
        # Older logs have a yes through the form itself.
        version, tag = project.policy.versions[-1].id, project.tags.tag_of(EUROPEAN) or ""
        write(project.book, [ChoiceMade(tag, FORM, True, project.clock.now(), version, "web")])
        found = of(project, EUROPEAN)
        assert found.taken_back
        assert found.stage(project.clock.now()) is Stage.OPEN


def test_an_erased_member_has_the_strictest_clock(prepared: Path, tmp_path: Path) -> None:
    with later(copied(prepared, tmp_path / "site")) as project:
        entry = of(project, BRITON).entry
        erase(project.book, project.tags, project.sources, project.yard.snapshots, BRITON)
        found = next(one for one in objections(project.yard) if one.entry == entry)
        assert (found.member, found.clock.regime.id) == (None, "eu-gdpr")


def test_a_step_that_could_not_be_taken_is_found(prepared: Path, tmp_path: Path) -> None:
    with later(copied(prepared, tmp_path / "site")) as project:
        filed, now = of(project, EUROPEAN), project.clock.now()
        for event in (
            ObjectionStep(filed.entry, filed.tag, "answered", now),
            ObjectionStep(filed.entry, filed.tag, "answered", now),
            ObjectionStep(filed.entry, of(project, BRITON).tag, "answered", now),
            ObjectionStep(0, filed.tag, "answered", now),
            ObjectionStep(10**6, filed.tag, "answered", now),
        ):
            write(project.book, [event])
        assert codes(stray_steps(project.book)) == ["stray-step"] * 4
        assert of(project, EUROPEAN).clock.answered == now


def test_an_objection_is_taken_back_by_yeses_to_all_that_it_covers_and_may_be_made_anew(
    tmp_path: Path,
) -> None:
    member = MADE.people[0].member.id
    switches = ("ai-training", "ai-training-affiliate", "licensing")
    with opened(make(tmp_path / "site", MADE, policy="opt-out-with-notice")) as project:

        def say(control: str, yes: bool) -> None:
            choose(project.book, project.tags, Wish(member, control, yes))

        say("objection", False)
        for switch in switches:
            assert not of(project, member).taken_back
            say(switch, True)
        assert of(project, member).taken_back
        say("objection", False)
        assert [one.taken_back for one in objections(project.yard) if one.member == member] == [True, False]
