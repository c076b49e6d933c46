"""What the office does, in Chromium, with script and without, and its pages as axe-core sees them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sayso.ledger.events import ObjectionStep
from sayso.values.uses import Use
from sayso.wiring import open_project
from sayso.workflows.choose import Wish, choose
from sayso.workflows.plan import plan
from web.browsing import NAME, chromium, needs_chromium, shown
from web.test_chromium import LOOKS, violations

pytestmark = [needs_chromium, pytest.mark.allow_hosts(["127.0.0.1"])]
PAGES = (
    "/office/overview", "/office/overview/cell?region=US&use=ai-training@platform", "/office/choices", "/office/policies",
    "/office/policies/2024-02-01", "/office/notices", "/office/notices/draft?version=2024-02-01", "/office/suspensions",
    "/office/objections", "/office/datasets", f"/office/datasets/{NAME}", "/office/models", f"/office/models/{NAME}-suggestions",
    "/office/log", "/office/log/0", "/office/problems",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(request: pytest.FixtureRequest, browser: Any, own_forum: Path) -> Iterator[Any]:
    """Return a page of somebody of the office who has just signed in."""
    with shown(own_forum) as address:
        context = browser.new_context(java_script_enabled=request.param, base_url=address)
        page = context.new_page()
        page.goto("/")
        page.locator("button[name=role][value=office]").click()
        page.wait_for_url("**/office/overview")
        yield page
        context.close()


def permitted(folder: Path) -> int:
    with open_project(folder) as project:
        return plan(project.yard, Use("content-generation", "platform")).funnel.permitted


def test_the_office_suspends_the_united_kingdom_and_the_next_decision_says_so(
    page: Any, own_forum: Path
) -> None:
    before = permitted(own_forum)
    page.get_by_role("link", name="Suspensions", exact=True).click()
    page.get_by_label("AI models that write").check()
    page.get_by_label("Where").fill("GB")
    page.get_by_label("Authority").fill("ICO")
    page.get_by_role("button", name="Show what it would stop").click()
    assert "Nothing has been written yet" in page.locator(".lead").inner_text()
    page.get_by_role("button", name="Suspend", exact=True).click()
    page.wait_for_url("**entry=*")
    assert page.get_by_role("status").inner_text().startswith("Recorded as entry")
    assert permitted(own_forum) < before
    for _ in range(20):  # it may still be counting
        page.goto("/office/overview/cell?region=GB&use=content-generation@platform")
        if page.locator(".badge").count():
            break
    assert page.locator(".badge").inner_text().startswith("Suspended")
    page.goto("/office/suspensions")
    page.get_by_role("button", name="Lift").click()
    page.wait_for_url("**entry=*")
    assert permitted(own_forum) == before


def test_the_office_answers_an_objection(page: Any, own_forum: Path, writers: list[str]) -> None:
    with open_project(own_forum) as project:
        wish = Wish(writers[0], "objection", False, channel="objection form")
        number = choose(project.book, project.tags, wish).written.number
    page.get_by_role("link", name="Objections", exact=True).click()
    page.get_by_role("link", name=f"Entry {number}").click()
    page.get_by_role("button", name="Record the answer").click()
    page.wait_for_url("**entry=*")
    assert page.locator(".stage").inner_text() == "Answered"
    with open_project(own_forum) as project:
        event = next(iter(project.log.entries(project.log.size() - 1))).event
    assert isinstance(event, ObjectionStep)
    assert (event.entry, event.step) == (number, "answered")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_is_accessible_and_fits(browser: Any, looked_at: str, width: int, scheme: str) -> None:
    """Held by axe-core to WCAG 2.2 AA, and to no scrolling sideways."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=looked_at
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("button[name=role][value=office]").click()
    page.wait_for_url("**/office/overview")
    found = []
    for path in PAGES:
        page.goto(path)
        found += violations(page, path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()
    assert not found, "\n".join(found)
