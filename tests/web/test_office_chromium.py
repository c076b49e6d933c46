"""What the office does, in Chromium, with script and without, and its pages as axe-core sees them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sayso.ledger.events import ObjectionStep
from sayso.values.uses import Use
from sayso.wiring import open_project
from sayso.workflows.plan import plan
from web.browsing import OFFICE_PAGES, chromium, needs_chromium, objected, previewed, shown
from web.test_chromium import violations

NARROW = 360
LOOKS = [
    (1440, "light"),
    *(
        pytest.param(*look, marks=pytest.mark.deep)
        for look in ((NARROW, "dark"), (1440, "dark"), (NARROW, "light"))
    ),
]
"""Width and colour scheme: axe-core looks at one pair in the normal run, at the others with `make test-deep`."""

pytestmark = [needs_chromium, pytest.mark.allow_hosts(["127.0.0.1"])]


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
    previewed(page)
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
    number = int(objected(own_forum, writers[0]).rpartition("/")[2])
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
    with looking(browser, looked_at, width, scheme) as page:
        found = []
        for path in OFFICE_PAGES:
            page.goto(path)
            found += misfits(page, path)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_of_what_somebody_has_done_are_accessible_and_fit(
    browser: Any, own_forum: Path, writers: list[str], width: int, scheme: str
) -> None:
    objection = objected(own_forum, writers[0])
    with shown(own_forum) as address, looking(browser, address, width, scheme) as page:
        page.goto(objection)
        found = misfits(page, objection)
        previewed(page)
        found += misfits(page, "the preview of a suspension")
    assert not found, "\n".join(found)


@contextmanager
def looking(browser: Any, address: str, width: int, scheme: str) -> Iterator[Any]:
    """Give a page of somebody of the office, of a width and in a colour scheme."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=address
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("button[name=role][value=office]").click()
    page.wait_for_url("**/office/overview")
    yield page
    context.close()


def misfits(page: Any, path: str) -> list[str]:
    """Return what is wrong with the page that is open, a line each."""
    found, size = violations(page, path), page.viewport_size
    for width in (size["width"], NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [f"{path}: {wide} px too wide at {width}"] if wide > 0 else []
    page.set_viewport_size(size)
    return found
