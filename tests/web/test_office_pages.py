"""The office's pages, by forms alone: who may come in, what they show, and what they write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest

from sayso.ledger.events import ChoiceMade, Event, NoticeGiven, ObjectionStep, SuspensionLifted, SuspensionSet
from sayso.values.moments import parse_moment
from sayso.values.uses import Use
from sayso.wiring import Project, open_project
from sayso.workflows.choose import Wish, choose
from sayso.workflows.plan import plan
from shell import SetClock
from web.browsing import NAME, NOW, Visitor, another, said, visiting

LATER = "2026-06-02T09:00:00Z"
SOON = parse_moment("2026-06-03")
WRITING = Use("content-generation", "platform")
STAFF = ("office", "engineer", "auditor")
PAGES = (
    "/office/overview", "/office/overview/cell?region=GB&use=ai-training@platform", "/office/choices?by=week", "/office/policies",
    "/office/policies/2024-02-01", "/office/notices", "/office/notices/draft?version=2024-02-01&regions=GB", "/office/suspensions",
    "/office/datasets", f"/office/datasets/{NAME}", "/office/models", f"/office/models/{NAME}-suggestions", "/office/log",
    "/office/log/0", "/office/log/0/receipt", "/office/problems",
)  # fmt: skip
ANSWERING = ("/office/objections", "/office/objections?show=all")
WRITES = (
    ("/office/notices", {"version": "2024-02-01", "channel": "e-mail"}),
    ("/office/suspensions/preview", {"purposes": "ai-training", "authority": "ICO"}),
    ("/office/suspensions", {"purposes": "ai-training", "authority": "ICO"}),
    ("/office/suspensions/lift", {"suspension": "S1"}),
    ("/office/objections/1", {"step": "answered"}),
)


@pytest.fixture
def project(own_forum: Path) -> Iterator[Project]:
    with open_project(own_forum, SetClock(NOW)) as project:
        yield project


@pytest.fixture
def office(own_forum: Path) -> Iterator[Visitor]:
    """Return somebody of the office, signed in."""
    with visiting(own_forum, clock=SetClock(LATER)) as visitor:
        yield visitor.sign_in(role="office")


@pytest.fixture(scope="module")
def readers(forum: Path, writers: list[str]) -> Iterator[dict[str, Visitor]]:
    """Return one of each role, and a member, in a project that nobody writes in."""
    with visiting(forum, clock=SetClock(LATER)) as visitor:
        found = {role: another(visitor).sign_in(role=role) for role in STAFF}
        yield {**found, "member": another(visitor).sign_in(member=writers[0]), "nobody": another(visitor)}


def last_event(project: Project) -> Event:
    size = project.log.size()
    return next(iter(project.log.entries(size - 1, size))).event


@pytest.mark.parametrize("path", [*PAGES, *ANSWERING])
def test_who_may_read_what(readers: dict[str, Visitor], path: str) -> None:
    for role, visitor in readers.items():
        hidden = role == "member" or (role == "engineer" and path in ANSWERING)
        visitor.get(path, 303 if role == "nobody" else 403 if hidden else 200)


@pytest.mark.parametrize(("path", "fields"), WRITES)
def test_only_the_office_writes(
    own_forum: Path, project: Project, writers: list[str], path: str, fields: dict[str, str]
) -> None:
    size = project.log.size()
    with visiting(own_forum, clock=SetClock(LATER)) as visitor:
        for role in ("engineer", "auditor"):
            another(visitor).sign_in(role=role).send("/office/log", path, 403, **fields)
        another(visitor).sign_in(member=writers[0]).send("/privacy", path, 403, **fields)
        visitor.sign_in(role="office")
        assert visitor.client.post(path, data=fields).status_code == 403  # no token
        forged = fields | {"form_token": "0" * 64}
        assert visitor.client.post(path, data=forged).status_code == 403
    assert project.log.size() == size


def test_an_auditor_sees_no_way_to_write(readers: dict[str, Visitor]) -> None:
    for path in (*PAGES, *ANSWERING):
        page = readers["auditor"].get(path).text
        assert page.count('method="post"') == (0 if "receipt" in path else 1), path  # signing out
    assert 'action="/office/suspensions/preview"' in readers["office"].get("/office/suspensions").text


def test_the_overview_says_what_a_plan_says(readers: dict[str, Visitor], forum: Path) -> None:
    with open_project(forum, SetClock(LATER)) as project:
        funnel = plan(project.yard, Use("ai-training", "platform")).funnel
    page = readers["auditor"].text("/office/overview?use=ai-training@platform")
    assert f"{funnel.permitted:,} of {funnel.considered:,} records permitted" in page
    assert "Training AI, by this community" in page
    assert 'role="img"' in readers["auditor"].get("/office/overview").text


def test_the_office_suspends_the_united_kingdom_and_lifts_it_again(office: Visitor, project: Project) -> None:
    before = plan(project.yard, WRITING, SOON).funnel.permitted
    stop = {
        "purposes": "content-generation",
        "regions": "GB",
        "authority": "ICO",
        "reference": "<script>alert(1)</script>",
    }
    page = office.send("/office/suspensions", "/office/suspensions/preview", 200, **stop)
    shown = said(page.text)
    assert "Nothing has been written yet" in shown
    assert f"Data set {NAME} , version 1" in shown
    assert f"Model {NAME}-suggestions" in shown
    assert "<script>alert" not in page.text
    size = project.log.size()
    done = office.send("/office/suspensions", "/office/suspensions", **stop)
    assert project.log.size() == size + 1
    event = last_event(project)
    assert isinstance(event, SuspensionSet)
    assert (event.purposes, event.regions, event.authority) == (("content-generation",), ("GB",), "ICO")
    page = office.get(done.headers["location"])
    assert f"as entry {size} of the log" in said(page.text)
    assert "&lt;script&gt;" in page.text
    assert plan(project.yard, WRITING, SOON).funnel.permitted < before
    for _ in range(100):  # it may still be counting
        cell = office.text("/office/overview/cell?region=GB&use=content-generation@platform")
        if "Suspended" in cell:
            break
        sleep(0.1)
    assert "Suspended : stopped by a regulator or the office" in cell
    office.send("/office/suspensions", "/office/suspensions/lift", suspension=f"S{size}")
    assert isinstance(last_event(project), SuspensionLifted)
    assert "Nothing is suspended" in office.text("/office/suspensions")


def test_a_suspension_that_names_nothing_known_is_refused_with_advice(
    office: Visitor, project: Project
) -> None:
    size = project.log.size()
    wrong = {"purposes": "dreaming", "authority": "ICO", "regions": "UK"}
    page = office.send("/office/suspensions", "/office/suspensions/preview", 422, **wrong)
    assert "not a purpose of the policy" in said(page.text)
    office.send("/office/suspensions", "/office/suspensions", 422, purposes="ai-training")
    office.send(
        "/office/suspensions",
        "/office/suspensions",
        422,
        purposes="ai-training",
        authority="ICO",
        until="soon",
    )
    for odd in ({"starts_at": "0001-01-01T00:00"}, {"starts_at": "2027-13-45"}, {"reference": "x" * 201}):
        fields = {"purposes": "ai-training", "authority": "ICO"} | odd
        office.send("/office/suspensions", "/office/suspensions", 422, **fields)
    assert project.log.size() == size


def test_a_notice_is_drafted_sent_and_counted(office: Visitor, project: Project) -> None:
    draft = office.text("/office/notices/draft?version=2024-02-01&regions=BR,europe")
    assert "This community may use this for training AI, unless you say no" in draft
    assert "Record that it was sent" in draft
    done = office.send(
        "/office/notices/draft?version=2024-02-01&regions=BR",
        "/office/notices",
        version="2024-02-01",
        channel="letter",
        regions="BR",
        at="2026-05-30",
    )
    event = last_event(project)
    assert isinstance(event, NoticeGiven)
    assert (event.version, event.channel, event.regions) == ("2024-02-01", "letter", ("BR",))
    page = office.text(done.headers["location"])
    assert f"The notice was recorded as entry {project.log.size() - 1} of the log" in page
    assert "BR letter" in page
    office.send(
        "/office/notices/draft?version=2024-02-01",
        "/office/notices",
        409,
        version="2024-02-01",
        channel="x",
        at="2031-01-01",
    )
    office.get("/office/notices/draft?version=1999", 422)


@pytest.fixture
def objection(project: Project, writers: list[str]) -> tuple[int, str]:
    """Have a member object, and return the entry and the member."""
    member = writers[0]
    done = choose(project.book, project.tags, Wish(member, "objection", False, channel="objection form"))
    return done.written.number or 0, member


def test_an_objection_is_seen_answered_and_proved(
    office: Visitor, project: Project, objection: tuple[int, str]
) -> None:
    number, member = objection
    path = f"/office/objections/{number}"
    assert f"Entry {number}" in office.text("/office/objections")
    page = office.text(path)
    assert member in page
    assert "29 days left" in page or "30 days left" in page
    auditor = another(office).sign_in(role="auditor").text(path)
    assert member not in auditor
    assert "Record the answer" not in auditor
    office.send(path, path, step="extended", reason="complexity")
    done = office.send(path, path, step="answered")
    event = last_event(project)
    assert isinstance(event, ObjectionStep)
    assert (event.entry, event.step, event.reason) == (number, "answered", None)
    assert "Answered in time" in office.text(done.headers["location"])
    assert "Nobody waits for an answer" in office.text("/office/objections")
    told = another(office).sign_in(member=member).text("/history")
    assert "The office answered your objection" in told
    assert "The office takes two further months" in told
    office.send(path, path, 409, step="answered")
    office.send(path, path, 422, step="forgotten")
    office.get("/office/objections/0", 404)
    assert "objection-step" in office.text("/office/log")


def test_the_log_is_paged_and_every_entry_has_its_proof(readers: dict[str, Visitor]) -> None:
    auditor = readers["auditor"]
    first = auditor.text("/office/log?start=0")
    assert "Entries 0 to 49" in first
    assert "policy-adopted" in first
    assert "signed" in auditor.text("/office/log/3")
    receipt = auditor.get("/office/log/3/receipt")
    assert receipt.headers["content-disposition"] == 'attachment; filename="entry-3.json"'
    auditor.get("/office/log/999999", 404)
    auditor.get("/office/log?start=999999", 404)


def test_verification_is_run_when_asked_and_its_result_stays(own_forum: Path) -> None:
    with visiting(own_forum, clock=SetClock(LATER)) as visitor:
        engineer = another(visitor).sign_in(role="engineer")
        assert "Nobody has looked yet" in engineer.text("/office/problems")
        engineer.send("/office/problems", "/office/problems")
        site = visitor.client.app.state.site  # type: ignore[attr-defined]
        site.jobs.close()
        assert "Everything holds." in engineer.text("/office/problems")
        another(visitor).sign_in(role="auditor").send("/office/log", "/office/problems", 403)
    with visiting(own_forum, clock=SetClock(LATER)) as visitor:
        assert "Everything holds." in visitor.sign_in(role="auditor").text("/office/problems")


def test_what_is_not_there_is_not_found(readers: dict[str, Visitor]) -> None:
    for path in (
        "/office/datasets/none", f"/office/datasets/{NAME}?version=77", "/office/models/none", "/office/overview/cell?region=XX",
        "/office/objections/5",
    ):  # fmt: skip
        readers["office"].get(path, 404)
    readers["office"].get("/office/policies/none", 422)


def test_members_words_and_names_are_on_none_of_the_pages(readers: dict[str, Visitor], forum: Path) -> None:
    with open_project(forum, SetClock(NOW)) as project:
        members = [entry.event.tag for entry in project.log.entries() if isinstance(entry.event, ChoiceMade)]
        names = {project.tags.member_of(tag) for tag in members}
    for path in (*PAGES, *ANSWERING):
        page = readers["auditor"].get(path).text
        assert not [name for name in names if name and f">{name}<" in page], path
