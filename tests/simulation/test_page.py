"""The page of a simulation, in Chromium: with script and without, light and dark, wide and narrow; and what it must not hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from shell import Shell
from web.browsing import chromium, needs_chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


def opened(browser: Any, file: Path, **how: Any) -> Any:
    """Return the page in a tab of its own that notes what it asks of others, and what goes wrong in it."""
    page = browser.new_context(**how).new_page()
    page.asked, page.wrong = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda message: page.wrong.append(message.text))
    page.goto(file.as_uri())
    return page


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_it_asks_nothing_of_anybody_and_fits(browser: Any, written: Path, width: int, scheme: str) -> None:
    page = opened(browser, written, viewport={"width": width, "height": 900}, color_scheme=scheme)
    assert page.asked == [written.as_uri()]
    assert page.wrong == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@needs_chromium
def test_the_united_kingdom_steps_in_september_2024_and_november_2025(browser: Any, written: Path) -> None:
    page = opened(browser, written, java_script_enabled=False)
    place = page.locator("details.place").filter(has=page.get_by_role("heading", name="United Kingdom"))
    if place.get_attribute("open") is None:
        place.locator("summary").click()
    row = place.locator(".row").filter(has_text="LinkedIn").first
    facts = row.locator(".facts").inner_text()
    assert re.search(r"20 Sept 2024 Paused: ICO: generative AI \d+% → 0%", facts)
    assert re.search(r"3 Nov 2025 .*Pause ends \(ICO\): generative AI 0% → \d+%", facts)
    assert "Source: ICO statement of 2024-09-20" in facts
    assert row.locator("svg.of-records path.own").is_visible()
    box = row.locator("svg.of-records").bounding_box()
    assert box["width"] > 300
    assert box["height"] > 40
    page.context.close()


@needs_chromium
def test_records_and_members_can_be_seen_without_script(browser: Any, written: Path) -> None:
    page = opened(browser, written, java_script_enabled=False)
    first = page.locator(".row").first
    assert first.locator("svg.of-records").is_visible()
    assert not first.locator("svg.of-members").is_visible()
    page.get_by_text("Share of members", exact=True).click()
    assert first.locator("svg.of-members").is_visible()
    assert not first.locator("svg.of-records").is_visible()
    assert page.locator("#ask").is_hidden()
    assert page.locator("#posts-table").is_visible()
    page.context.close()


@needs_chromium
def test_another_author_place_and_day_are_answered_as_the_command_would(browser: Any, written: Path) -> None:
    page = opened(browser, written)
    places = page.locator("select[name=place] option").all_inner_texts()
    kingdom = str(next(n for n, name in enumerate(places) if "United Kingdom" in name))
    page.locator("select[name=place]").select_option(kingdom)
    cell = page.locator("#posts-table td[data-kind='0'][data-platform='0'] p[data-family='0'] .said")
    for day, said in (
        ("2024-09-18", "used unless you say no"),
        ("2024-09-25", "no: paused"),
        ("2025-11-03", "used unless you say no"),
        ("2024-05-01", "no: not named in its terms"),
    ):
        page.locator("input[name=day]").fill(day)
        assert cell.inner_text() == said, day
    page.locator("select[name=who]").select_option("1")
    page.locator("input[name=day]").fill("2025-11-03")
    assert cell.inner_text() == "no: author left out"
    page.locator("select[name=who]").select_option("2")
    assert cell.inner_text() == "not known: depends on the author"
    assert "in the United Kingdom, on 3 November 2025" in page.locator("#posts-table-cap").inner_text()
    assert page.wrong == []
    page.context.close()


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.deep)])
def test_nothing_is_hard_to_read_or_to_reach(browser: Any, written: Path, scheme: str) -> None:
    from web.test_chromium import violations

    # axe-core is put into the page by the driver, which the page's own rules against strangers' scripts would refuse.
    page = opened(browser, written, color_scheme=scheme, bypass_csp=True)
    assert violations(page, scheme) == []
    page.context.close()


def test_it_holds_nothing_that_a_member_wrote_and_no_identifier(silent: Shell, written: Path) -> None:
    text = written.read_text()
    words = set(re.findall(r"[\w.'-]+", text))
    source = silent.folder / ".sayso" / "sources" / "community"
    for row in pq.read_table(source / "members.parquet", columns=["member", "name", "handle"]).to_pylist():
        assert not {value for value in row.values() if value} & words
        assert not row["name"] or row["name"] not in text
    for row in pq.read_table(source / "records.parquet", columns=["record", "text"]).to_pylist():
        assert row["record"] not in text
        assert len(row["text"]) < 25 or row["text"] not in text


def test_it_says_what_it_means_and_what_it_does_not(written: Path) -> None:
    text = written.read_text()
    assert "It never means that it was lawful" in text
    assert "What is not known is shown as not known" in text
    assert "Nobody in this community has said yes or no" in text
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", text)


def test_the_data_for_the_script_are_the_tables(written: Path) -> None:
    text = written.read_text()
    data = json.loads(re.search(r'id="posts-data">(.*?)</script>', text, re.S).group(1))  # type: ignore[union-attr]
    for shape, codes in zip(data["shape"], data["codes"], strict=True):
        assert len(codes) == 3 * data["kinds"] * data["authors"] * data["places"] * shape
