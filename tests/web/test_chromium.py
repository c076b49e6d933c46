"""What members do, in Chromium, with script and without: the same clicks, the same outcome."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sayso.wiring import open_project
from sayso.workflows.guests import guests
from shell import Shell
from web.browsing import MEMBER_PAGES, NAME, chromium, needs_chromium, published_authors, shown

pytestmark = [needs_chromium, pytest.mark.allow_hosts(["127.0.0.1"])]
LOOKS = (
    (1440, "light"),
    (360, "dark"),
    pytest.param(1440, "dark", marks=pytest.mark.deep),
    pytest.param(360, "light", marks=pytest.mark.deep),
)
"""Width and colour scheme: each of both in the normal run, the other two pairs with `make test-deep`."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(request: pytest.FixtureRequest, browser: Any, own_forum: Path) -> Iterator[Any]:
    """Return a page of somebody who has just come to the sign-in of a server of their own."""
    with shown(own_forum) as address:
        context = browser.new_context(
            java_script_enabled=request.param, base_url=address, accept_downloads=True
        )
        page = context.new_page()
        page.goto("/")
        yield page
        context.close()


@pytest.fixture(scope="module")
def author(forum: Path, writers: list[str]) -> str:
    """Return a member of the sign-in's list who has records in the data set."""
    with open_project(forum) as project:
        listed = {guest.member for guest in guests(project.yard)}
    return next(one for one in writers if one in listed)


def sign_in(page: Any, member: str) -> None:
    page.locator(f"button[name=member][value='{member}']").click()
    page.wait_for_url("**/privacy")


def switch(page: Any, answer: str) -> None:
    """Click yes or no of the first switch."""
    page.locator("section.card").first.get_by_role("button", name=answer, exact=True).click()
    page.wait_for_url("**entry=*")


def build(folder: Path) -> list[str]:
    """Build the data set anew with the command line, and return whose records it has."""
    Shell(folder, None)("build", NAME, "--purpose", "content-generation", "--recipient", "platform")
    with open_project(folder) as project:
        return published_authors(project)


def test_a_member_says_no_in_two_clicks_and_yes_again(page: Any, own_forum: Path, author: str) -> None:
    """The first click signs in: the switch is on the page that follows."""
    sign_in(page, author)
    switch(page, "No")
    assert page.get_by_role("status").inner_text().startswith("Recorded as entry")
    assert page.locator(".state").first.inner_text().startswith("You said no")
    assert author not in build(own_forum)
    switch(page, "Yes")
    assert page.locator(".state").first.inner_text().startswith("You said yes")
    assert author in build(own_forum)


def test_a_member_objects_and_has_the_receipt_verified(
    page: Any, own_forum: Path, author: str, tmp_path: Path
) -> None:
    sign_in(page, author)
    page.get_by_role("link", name="Object", exact=True).click()
    page.get_by_role("button", name="Object", exact=True).click()
    page.wait_for_url("**entry=*")
    assert page.locator(".state").first.inner_text().startswith("You objected")
    with page.expect_download() as found:
        page.get_by_role("link", name="Download the receipt").click()
    receipt = tmp_path / "receipt.json"
    found.value.save_as(receipt)
    said = Shell(own_forum, None).json("receipt", "verify", receipt, "--key", ".sayso/keys/log.pub")
    assert said["holds"]
    assert said["said"].startswith("no through objection")


def test_a_member_sees_a_record_as_the_model_saw_it(page: Any, author: str) -> None:
    sign_in(page, author)
    page.get_by_role("link", name="What it was used for").click()
    page.locator("section.card").filter(has_text=NAME).get_by_role("link", name="as the model saw").click()
    pairs = page.locator("section.card .two")
    assert pairs.count() > 0
    taken = page.locator("del").first.inner_text()
    card = page.locator("section.card").filter(has=page.locator("del")).first
    assert taken in card.locator(".text").first.inner_text()
    assert "[" in card.locator(".text.seen").inner_text()


def test_a_member_takes_their_data_along(page: Any, author: str) -> None:
    sign_in(page, author)
    page.get_by_role("link", name="My data").click()
    with page.expect_download() as found:
        page.get_by_role("link", name="Download my data").click()
    assert json.loads(Path(found.value.path()).read_text())["member"]["member"] == author


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_is_accessible_and_fits(
    browser: Any, looked_at: str, author: str, width: int, scheme: str
) -> None:
    """Held by axe-core to WCAG 2.2 AA, and to no scrolling sideways."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=looked_at
    )
    page = context.new_page()
    page.goto("/sign-in")
    found = violations(page, "/sign-in")
    sign_in(page, author)
    for path in (*MEMBER_PAGES, "/nowhere"):
        page.goto(path)
        found += violations(page, path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()
    assert not found, "\n".join(found)


RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def violations(page: Any, path: str) -> list[str]:
    """Return what axe-core finds wrong with the page that is open, a line each."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"runOnly": {"type": "tag", "values": list(RULES)}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{path}: {one['id']}: {one['help']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found
    ]
