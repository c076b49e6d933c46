"""The service as tests use it: a project with data sets and models, a client that signs in and fills in forms, and Chromium."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sayso.web.app import create_app
from sayso.web.house import House
from sayso.wiring import Project, open_project
from sayso.workflows.choose import Wish, choose
from shell import SetClock, Shell
from web.loopback import running

SITE = "http://localhost"
CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"
)
NOW = "2026-06-01T12:00:00Z"
MEMBERS, NAME, THREADS = "150", "writers", "threads"
MEMBER_PAGES = ("/privacy", "/objection", "/uses", f"/uses/{NAME}", "/history", "/my-data", "/try?text=thank")
OFFICE_PAGES = (
    "/office/overview", "/office/overview/cell?region=US&use=ai-training@platform", "/office/choices", "/office/policies",
    "/office/policies/2024-02-01", "/office/notices", "/office/notices/draft?version=2024-02-01", "/office/suspensions",
    "/office/objections", "/office/datasets", f"/office/datasets/{NAME}", "/office/models", f"/office/models/{NAME}-suggestions",
    "/office/log", "/office/log/0", "/office/problems",
)  # fmt: skip
"""Every page that an address opens by itself; two more come of ``previewed`` and ``objected``."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def make_forum(folder: Path) -> Path:
    """Make a project of a made-up community with a data set and a model that writes along, and return its folder."""
    forum = folder / "forum"
    forum.mkdir(parents=True)
    shell = Shell(forum, SetClock(NOW))
    shell("init", "--policy", "opt-out-with-notice")
    shell("import", "community", "--members", MEMBERS, "--seed", "3")
    shell("build", NAME, "--purpose", "content-generation", "--recipient", "platform")
    shell("train", "suggestions", NAME)
    shell("build", THREADS, "--purpose", "post-recommendations", "--recipient", "platform")
    shell("train", "recommendations", THREADS)
    return forum


class _Fields(HTMLParser):
    """Reads the hidden fields of a page's forms."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("type") == "hidden" and found.get("name"):
            self.fields[str(found["name"])] = found.get("value") or ""


class Visitor:
    """Somebody with a browser that has no script: reads pages, and sends forms with what the pages put into them."""

    def __init__(self, client: TestClient) -> None:
        """Come with no session."""
        self.client = client

    def get(self, path: str, status: int = 200, **headers: str) -> Any:
        """Return the answer to a page that was asked for; holds it to its status."""
        found = self.client.get(
            path, headers={key.replace("_", "-"): value for key, value in headers.items()}
        )
        assert found.status_code == status, f"{path}: {found.status_code}\n{found.text[:2000]}"
        return found

    def text(self, path: str) -> str:
        """Return what a page says of its own, without its tags."""
        return said(self.get(path).text)

    def send(self, page: str, path: str, status: int = 303, **fields: str) -> Any:
        """Open a page, and send one of its forms with some fields filled in; holds the answer to its status."""
        form = _Fields()
        form.feed(self.get(page).text)
        token = {"form_token": form.fields["form_token"]}
        found = self.client.post(path, data=token | fields, headers={"Origin": SITE})
        assert found.status_code == status, f"{path}: {found.status_code}\n{found.text[:2000]}"
        return found

    def sign_in(self, **who: str) -> Visitor:
        """Sign in from the demonstration's list: ``member="m1"`` or ``role="office"``."""
        self.send("/sign-in", "/sign-in/demo", **who)
        return self


def said(page: str) -> str:
    """Return what a page says between its header and its footer, without its tags, spaces as people see them."""
    page = page.split("<main", 1)[-1].split("</main>")[0].partition(">")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).strip()


@contextmanager
def visiting(folder: Path, demo: bool = True, clock: SetClock | None = None) -> Iterator[Visitor]:
    """Give a visitor of the project in a folder, served without a socket."""
    with House(folder, clock or SetClock(NOW), demo) as house:
        app = create_app(house)
        with TestClient(app, SITE, follow_redirects=False, raise_server_exceptions=False) as client:
            yield Visitor(client)


def another(visitor: Visitor) -> Visitor:
    """Return somebody else who comes to the same server with no session."""
    app = visitor.client.app
    return Visitor(TestClient(app, SITE, follow_redirects=False, raise_server_exceptions=False))


def previewed(page: Any) -> None:
    """Have the office shown what a suspension of the United Kingdom would stop: nothing is written."""
    page.goto("/office/suspensions")
    page.get_by_label("AI models that write").check()
    page.get_by_label("Where").fill("GB")
    page.get_by_label("Authority").fill("ICO")
    page.get_by_role("button", name="Show what it would stop").click()
    page.wait_for_url("**/preview")


def objected(folder: Path, member: str) -> str:
    """File a member's objection, and return the path of the office's page about it."""
    with open_project(folder) as project:
        wish = Wish(member, "objection", False, channel="objection form")
        return f"/office/objections/{choose(project.book, project.tags, wish).written.number}"


@contextmanager
def shown(folder: Path) -> Iterator[str]:
    """Give the address of a project that is served as a demonstration by this process, as ``sayso serve --demo --no-work`` does."""
    with House(folder, demo=True) as house, running(create_app(house)) as address:
        yield address


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[str]:
    """Give the address of ``sayso serve`` in a process of its own, on loopback; it is ended with the context."""
    command = [sys.executable, "-m", "sayso", "--project", str(folder), "serve", "--port", "0", *words]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        for line in server.stdout:
            found = re.search(r"http://\S+", line)
            if found:
                yield found[0]
                break
        else:
            raise AssertionError(f"it does not serve: {server.stderr.read() if server.stderr else ''}")
    finally:
        server.terminate()
        server.communicate(timeout=30)


@contextmanager
def chromium() -> Iterator[Any]:
    """Give Debian's Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def published_authors(project: Project, name: str = NAME) -> list[str]:
    """Return the members with records in the published version of a data set, those with most of them first."""
    from collections import Counter

    from sayso.dataset.rows import dataset_key, member_pseudonym
    from sayso.workflows.reading import open_published

    key = dataset_key(project.keys.secret(), name)
    counts = Counter(
        one
        for table in open_published(project.yard, project.datasets, name).tables()
        for one in table["member"].to_pylist()
    )
    tags = project.tags.table()
    pairs = zip(tags["member"].to_pylist(), tags["tag"].to_pylist(), strict=True)
    names = {member_pseudonym(key, tag): member for member, tag in pairs}
    return [names[one] for one, _ in counts.most_common()]
