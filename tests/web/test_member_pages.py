"""The member's pages, by forms alone: what they say is what the policy decides, and what they do is in the log."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from sayso.ledger.events import AccountClosed, ChoiceMade, ModelForgot, RecordDeleted
from sayso.values.moments import parse_moment
from sayso.wiring import Project, open_project
from sayso.workflows.receipts import check_receipt
from sayso.workflows.withdraw import purge
from shell import SetClock, Shell
from web.browsing import NAME, NOW, Visitor, another, published_authors, said, visiting

CONTROL = "ai-training"


@pytest.fixture
def project(own_forum: Path) -> Iterator[Project]:
    with open_project(own_forum, SetClock(NOW)) as project:
        yield project


@pytest.fixture
def author(writers: list[str]) -> str:
    """Return the member with most records in the data set."""
    return writers[0]


@pytest.fixture
def visitor(own_forum: Path, author: str) -> Iterator[Visitor]:
    """Return the author, signed in."""
    with visiting(own_forum, clock=SetClock("2026-06-02T09:00:00Z")) as visitor:
        yield visitor.sign_in(member=author)


def last_event(project: Project) -> object:
    size = project.log.size()
    return next(iter(project.log.entries(size - 1, size))).event


def no(visitor: Visitor, control: str = CONTROL, value: str = "no") -> str:
    """Say no on the page, and return where it leads."""
    done = visitor.send("/privacy", "/privacy/choices", control=control, value=value, version="2024-02-01")
    return str(done.headers["location"])


def test_a_no_is_in_the_log_at_once_and_the_page_says_so(
    visitor: Visitor, project: Project, author: str
) -> None:
    page = visitor.text(no(visitor))
    event = last_event(project)
    assert isinstance(event, ChoiceMade)
    assert (event.tag, event.control, event.yes) == (project.tags.tag_of(author), CONTROL, False)
    assert f"as entry {project.log.size() - 1} of the log" in page
    assert "You said no since 2026-06-02" in page
    assert "Because you said no." in page


def test_the_next_build_leaves_out_whoever_said_no_and_takes_them_in_after_a_yes(
    visitor: Visitor, own_forum: Path, project: Project, author: str
) -> None:
    shell = Shell(own_forum, SetClock("2026-06-02T10:00:00Z"))
    build = ("build", NAME, "--purpose", "content-generation", "--recipient", "platform")
    no(visitor)
    shell(*build)
    assert author not in published_authors(project)
    assert "Forgotten: version 2" in visitor.text("/uses")
    visitor.client.app.state.site.house._clock.at = parse_moment("2026-06-03T09:00:00Z")
    no(visitor, value="yes")
    Shell(own_forum, SetClock("2026-06-03T10:00:00Z"))(*build)
    assert author in published_authors(project)


def test_where_old_bytes_are_deleted_nobody_is_told_that_nothing_of_theirs_was_ever_used(
    visitor: Visitor, own_forum: Path, project: Project, author: str
) -> None:
    no(visitor)
    Shell(own_forum, SetClock("2026-06-02T10:00:00Z"))("work")
    assert purge(project.yard, project.datasets, NAME, now=True)
    page = visitor.get("/uses").text
    assert "Nothing of yours is, or ever was, in a published data set." not in page
    assert "Nothing of yours is in it now" in page
    assert "its bytes were deleted on" in page


def test_after_the_work_is_done_both_kinds_of_model_have_forgotten_them_with_proof(
    visitor: Visitor, own_forum: Path, project: Project
) -> None:
    no(visitor)
    Shell(own_forum, SetClock("2026-06-02T10:00:00Z"))("work")
    page = visitor.get("/uses").text
    assert "Models that forgot you" in page
    assert said(page).count("is in it now") == 0
    entry = page.split("Models that forgot you")[1].split("/receipts/")[1].split('"')[0]
    check = check_receipt(visitor.get(f"/receipts/{entry}").text, None)
    assert check.holds
    assert check.entry is not None
    assert isinstance(check.entry.event, ModelForgot)


def test_what_the_page_says_of_each_use_is_what_a_build_decides(visitor: Visitor, project: Project) -> None:
    before = visitor.get("/privacy").text
    assert "May be used" in before
    no(visitor)
    after = visitor.get("/privacy").text
    first = after.split('aria-labelledby="c-ai-training"')[1].split("</section>")[0]
    assert "May be used" not in first


def test_yes_and_no_are_one_click_each_and_of_the_same_kind(visitor: Visitor) -> None:
    switch = visitor.get("/privacy").text.split('class="yesno"')[1].split("</form>")[0]
    buttons = [line.strip() for line in switch.splitlines() if "<button" in line]
    plain = [button.replace('"true"', '"false"') for button in buttons]
    assert plain[0].replace("yes", "no").replace("Yes", "No") == plain[1]


def test_the_browsers_signal_is_a_no_to_passing_on_and_is_recorded_once(
    visitor: Visitor, project: Project
) -> None:
    size = project.log.size()
    page = said(visitor.get("/privacy", sec_gpc="1").text)
    assert "Global Privacy Control: your opt-out was processed, and recorded as a no" in page
    assert "opt-out processed on 2 June 2026" in page
    event = last_event(project)
    assert isinstance(event, ChoiceMade)
    assert (event.control, event.yes, event.channel) == ("global-privacy-control", False, "signal")
    visitor.get("/privacy", sec_gpc="1")
    assert project.log.size() == size + 1


def test_the_browsers_signal_is_heard_on_whatever_page_comes_first(
    visitor: Visitor, project: Project
) -> None:
    size = project.log.size()
    page = said(visitor.get("/history", sec_gpc="1").text)
    assert "your opt-out was processed" in page
    assert "by a signal of your browser, your site or your files; version 2024-02-01 was in force" in page
    assert project.log.size() == size + 1
    assert "your opt-out was processed" not in said(visitor.get("/try", sec_gpc="1").text)
    assert "opt-out processed on 2 June 2026" in said(visitor.get("/privacy").text)
    assert project.log.size() == size + 1


@pytest.mark.parametrize("control", ["global-privacy-control", "objection"])
def test_a_forged_yes_through_what_can_only_say_no_changes_nothing(
    visitor: Visitor, project: Project, control: str
) -> None:
    size = project.log.size()
    fields = {"control": control, "value": "yes", "version": "2024-02-01"}
    page = said(visitor.send("/privacy", "/privacy/choices", 422, **fields).text)
    assert "which can only say no" in page
    assert "a yes goes through a switch: ai-training" in page
    assert project.log.size() == size


@pytest.mark.parametrize("value", ["0", "", "true", "11"])
def test_any_other_value_of_the_signal_is_no_signal(visitor: Visitor, project: Project, value: str) -> None:
    size = project.log.size()
    visitor.get("/privacy", sec_gpc=value)
    assert project.log.size() == size


def test_a_yes_by_hand_after_the_signal_stands_though_the_browser_repeats_it(
    visitor: Visitor, project: Project
) -> None:
    visitor.get("/privacy", sec_gpc="1")
    visitor.client.app.state.site.house._clock.at = parse_moment("2026-06-03T09:00:00Z")
    no(visitor, "licensing", "yes")
    size = project.log.size()
    page = said(visitor.get("/privacy", sec_gpc="1").text)
    assert project.log.size() == size
    assert "you said yes later by your own hand: your last word stands" in page


def test_an_objection_needs_no_reason_and_covers_every_use(visitor: Visitor, project: Project) -> None:
    assert "You have not objected" in visitor.text("/objection")
    done = visitor.send("/objection", "/objection", control="objection", version="2024-02-01")
    event = last_event(project)
    assert isinstance(event, ChoiceMade)
    assert (event.control, event.yes) == ("objection", False)
    page = visitor.text(done.headers["location"])
    assert "You objected" in page
    assert "May be used" not in page
    assert "The office has to tell you before 3 July 2026" in page
    visitor.client.app.state.site.house._clock.at = parse_moment("2026-07-03T00:00:00Z")
    assert (
        "The office had to tell you before 3 July 2026 what was done about it, and has not"
        in visitor.text("/objection")
    )


def test_a_switch_says_when_an_objection_stands_over_it_and_a_later_yes_stands_again(
    visitor: Visitor,
) -> None:
    visitor.send("/privacy", "/privacy/choices", control="ai-training", value="yes", version="2024-02-01")
    assert "You said yes" in visitor.text("/privacy")
    visitor.send("/objection", "/objection", control="objection", version="2024-02-01")
    page = visitor.text("/privacy")
    assert "You said yes" not in page
    assert "A no of yours that covers more stands over this" in page
    assert 'aria-pressed="true"' not in visitor.get("/privacy").text
    visitor.send("/privacy", "/privacy/choices", control="ai-training", value="yes", version="2024-02-01")
    assert "You said yes" in visitor.text("/privacy")


def test_the_objection_form_takes_no_yes(visitor: Visitor, project: Project) -> None:
    visitor.send("/objection", "/objection", control="objection", version="2024-02-01", value="yes")
    event = last_event(project)
    assert isinstance(event, ChoiceMade)
    assert not event.yes


def test_a_receipt_of_the_page_holds_offline(visitor: Visitor, project: Project) -> None:
    entry = no(visitor).split("=")[1]
    found = visitor.get(f"/receipts/{entry}")
    assert "attachment" in found.headers["content-disposition"]
    check = check_receipt(found.text, (project.paths.keys / "log.pub").read_text())
    assert check.holds
    assert check.entry is not None
    assert check.entry.number == int(entry)


def test_nobody_gets_the_receipt_of_somebody_else(
    visitor: Visitor, project: Project, writers: list[str]
) -> None:
    entry = no(visitor).split("=")[1]
    other = another(visitor).sign_in(member=writers[1])
    other.get(f"/receipts/{entry}", 404)
    other.get(f"/receipts/{project.log.size() + 5}", 404)
    assert f"entry {entry}" not in other.text(f"/privacy?entry={entry}")


def test_each_record_stands_as_written_beside_what_the_model_saw(visitor: Visitor, project: Project) -> None:
    page = visitor.get(f"/uses/{NAME}").text
    assert page.count("As you wrote it") == page.count("As the model saw it</figcaption>") > 0
    assert "<del title=" in page


def test_the_history_has_what_was_chosen_and_what_was_told(visitor: Visitor) -> None:
    no(visitor)
    page = visitor.text("/history")
    assert "You said no : “Use what I write to train this community" in page
    assert "You were told : “Told first, and free to say no”" in page


def test_the_file_has_the_profile_the_records_the_history_and_the_uses(
    visitor: Visitor, author: str, project: Project
) -> None:
    no(visitor)
    held = json.loads(visitor.get("/my-data/file").text)
    assert held["schema"] == "sayso-member-file-v1"
    assert held["member"]["member"] == author
    assert len(held["records"]) == project.sources.count("community", frozenset({author}))[1]
    assert all(record["author"] == author for record in held["records"])
    assert held["history"][0]["what"] == "You said no"
    assert {use["data_set"] for use in held["uses"]} >= {NAME}
    assert any(version["records_of_yours"] for use in held["uses"] for version in use["versions"])


def test_a_deleted_record_is_deleted_in_the_log_and_shown_so(visitor: Visitor, project: Project) -> None:
    held = json.loads(visitor.get("/my-data/file").text)
    record = next(one["record"] for one in held["records"] if "deleted_at" not in one)
    visitor.send("/my-data", "/my-data/deletions", record=record)
    assert isinstance(last_event(project), RecordDeleted)
    held = json.loads(visitor.get("/my-data/file").text)
    assert next(one for one in held["records"] if one["record"] == record)["deleted_at"].startswith(
        "2026-06-02"
    )


def test_nobody_deletes_the_record_of_somebody_else(
    visitor: Visitor, project: Project, writers: list[str]
) -> None:
    held = json.loads(visitor.get("/my-data/file").text)
    other = another(visitor).sign_in(member=writers[1])
    size = project.log.size()
    other.send("/my-data", "/my-data/deletions", 404, record=held["records"][0]["record"])
    assert project.log.size() == size


def test_an_account_is_closed_only_where_it_was_confirmed(visitor: Visitor, project: Project) -> None:
    size = project.log.size()
    visitor.send("/my-data", "/my-data/closing", 409)
    assert project.log.size() == size
    visitor.send("/my-data", "/my-data/closing", sure="yes")
    assert isinstance(last_event(project), AccountClosed)
    assert "May be used" not in visitor.text("/privacy")


def test_the_compose_box_suggests_and_the_feed_recommends(visitor: Visitor) -> None:
    page = visitor.get("/try?text=thank").text
    assert 'class="ways"' in page
    assert "Posts for you" in page
    assert "Because you took part in" in page


def test_after_a_no_the_feed_is_what_everybody_is_shown(visitor: Visitor) -> None:
    no(visitor)
    page = visitor.text("/try")
    assert "You said no, so nothing of yours is looked at" in page
    assert "The newest posts" in page


@pytest.mark.parametrize(
    "path",
    ["/privacy", "/objection", "/uses", f"/uses/{NAME}", "/history", "/my-data", "/my-data/file", "/try"],
)
def test_whoever_is_not_signed_in_is_led_to_sign_in(own_forum: Path, path: str) -> None:
    with visiting(own_forum) as visitor:
        assert visitor.get(path, 303).headers["location"] == "/sign-in"


def test_what_a_member_wrote_is_shown_as_text_and_never_as_markup(visitor: Visitor) -> None:
    page = visitor.get("/try?text=%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_many_records_are_shown_some_at_a_time_and_each_once(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = visitor.text(f"/uses/{NAME}")
    records = re.findall(r"Record (\S+)", whole)
    assert len(records) > 4
    monkeypatch.setattr("sayso.web.member.routes.SEEN", 3)
    found, address = list[str](), f"/uses/{NAME}"
    while address:
        page = visitor.get(address).text
        found += re.findall(r"Record (\S+)", said(page))
        assert len(found) <= len(records)
        more = re.search(r'href="([^"]+)">Show more', page)
        address = unescape(more[1]) if more else ""
    assert found == records


def test_every_record_can_be_found_on_the_page_that_deletes_and_says_whether_it_is(
    visitor: Visitor, project: Project, author: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sayso.web.member.routes.LISTED", 3)
    held = {one["record"] for one in json.loads(visitor.get("/my-data/file").text)["records"]}
    found, address = list[str](), "/my-data"
    while address:
        page = visitor.get(address).text
        found += re.findall(r'<th scope="row"[^>]*>([^<]+)</th>', page)
        more = re.search(r'href="([^"]+)">Older', page)
        address = unescape(more[1]) if more else ""
    assert len(held) > 3
    assert (len(found), set(found)) == (len(held), held)
    visitor.send("/my-data", "/my-data/deletions", record=found[0])
    page = visitor.get("/my-data").text
    assert f'value="{found[0]}"' not in page
    assert f'value="{found[1]}"' in page


def test_a_closed_account_is_said_to_be_closed_and_cannot_be_closed_twice_by_a_page(visitor: Visitor) -> None:
    visitor.send("/my-data", "/my-data/closing", sure="yes")
    page = visitor.get("/my-data").text
    assert "You closed your account" in said(page)
    assert 'action="/my-data/closing"' not in page
