"""Reports in Chromium: nobody is asked for anything, everybody can read them, and words stay words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports.makings import given, of_model
from reports.test_rendering import HOSTILE, of_words
from sayso.reports.art53 import art53
from sayso.reports.as_html import as_html
from sayso.reports.document import Field, Section, State
from web.browsing import chromium, needs_chromium
from web.test_chromium import violations

pytestmark = [needs_chromium, pytest.mark.enable_socket, pytest.mark.deep]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_a_page_is_accessible_fits_and_asks_for_nothing(
    browser: Any, tmp_path: Path, width: int, scheme: str
) -> None:
    """Held by axe-core to WCAG 2.2 AA, with fields in every state."""
    document = art53(of_model(), given(crawlers="yes", own_services_only="yes", provider_name="Example"))
    assert all(document.count(state) for state in State if state is not State.WAITING)
    file = tmp_path / "report.html"
    file.write_text(as_html(document), "utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    found = violations(page, "report")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
    assert not found, "\n".join(found)
    assert asked == [file.as_uri()]


def test_hostile_words_run_nothing_and_are_read_as_they_are(browser: Any, tmp_path: Path) -> None:
    fields = tuple(Field(f"f{n}", words, State.GIVEN, (words,)) for n, words in enumerate(HOSTILE))
    section = Section("hostile", "", HOSTILE[0], fields)
    document = replace(of_words(HOSTILE[1]), sections=(section,))
    file = tmp_path / "hostile.html"
    file.write_text(as_html(document), "utf-8")
    page, ran = browser.new_page(), []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: ran.append(request.url) if request.url[:4] == "http" else None)
    page.goto(file.as_uri())
    shown = page.locator("dt").all_inner_texts()[: len(HOSTILE)]
    assert [" ".join(one.split()) for one in shown] == [" ".join(one.split()) for one in HOSTILE]
    page.close()
    assert not ran
