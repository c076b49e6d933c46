"""Take the pictures of the pages: ``python scripts/screenshots.py FOLDER``, with ``tests`` on the path (``make screenshots``).

Every page of a member and of the office, of the made-up community, wide and light, and narrow and dark; the first page in all four
ways; and a simulation. Look at them: they are what people see.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from sayso.cli.main import main as run
from sayso.wiring import open_project
from sayso.workflows.guests import guests
from web.browsing import (
    MEMBER_PAGES,
    OFFICE_PAGES,
    chromium,
    make_forum,
    objected,
    previewed,
    published_authors,
    serving,
)

HEIGHT, LONGEST, COLOURS = 900, 2_200, 128
LOOKS = ((1440, "light"), (360, "dark"))
BOTH = (*LOOKS, (1440, "dark"), (360, "light"))


def name_of(path: str) -> str:
    """Return a file's name for a page.

    >>> name_of("/uses/writers"), name_of("/try?text=thank"), name_of("/office/objections/17")
    ('uses-writers', 'try', 'office-objections-one')
    """
    words = path.partition("?")[0].strip("/").split("/")
    return "-".join("one" if word.isdigit() else word for word in words)


def take(page: Any, file: Path) -> None:
    """Write the picture of a page, its beginning where it is long, in as few colours as it needs."""
    tall = min(LONGEST, page.evaluate("document.documentElement.scrollHeight"))
    clip = {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": tall}
    taken = Image.open(BytesIO(page.screenshot(full_page=True, clip=clip)))
    taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


def visit(browser: Any, address: str, button: str, paths: tuple[str, ...], folder: Path) -> None:
    """Sign in by a button of the list, and take each page; and the office's preview of a suspension."""
    for width, scheme in BOTH:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, base_url=address
        )
        page = context.new_page()
        page.goto("/sign-in")
        take(page, folder / f"sign-in-{width}-{scheme}.png")
        page.locator(button).first.click()
        for path in paths:
            if (width, scheme) in LOOKS or path == paths[0]:
                page.goto(path)
                take(page, folder / f"{name_of(path)}-{width}-{scheme}.png")
        if (width, scheme) in LOOKS and paths[0].startswith("/office"):
            previewed(page)
            take(page, folder / f"office-suspensions-preview-{width}-{scheme}.png")
        context.close()


def documents(browser: Any, place: Path, folder: Path) -> None:
    """Take the pages that commands write: a simulation of every observed pack."""
    written = place / "simulation.html"
    if run(["-q", "simulate", "--sample", "--to", "2026-12", "--html", str(written)]):
        raise SystemExit("the simulation failed")
    for width, scheme in LOOKS:
        page = browser.new_context(
            viewport={"width": width, "height": HEIGHT}, color_scheme=scheme
        ).new_page()
        page.goto(written.as_uri())
        take(page, folder / f"simulation-{width}-{scheme}.png")
        page.context.close()


def people(forum: Path) -> tuple[str, str]:
    """Return a member of the sign-in's list with records in the data set, and another with records in it."""
    with open_project(forum) as project:
        listed = {guest.member for guest in guests(project.yard)}
        authors = published_authors(project)
    shown = next(one for one in authors if one in listed)
    return shown, next(one for one in reversed(authors) if one != shown)


def main(folder: Path) -> None:
    """Take all pictures into a folder, instead of those that are there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as place:
        forum = make_forum(Path(place))
        who, other = people(forum)
        objection = objected(forum, other)
        with serving(forum, "--demo", "--no-work") as address, chromium() as browser:
            visit(browser, address, f"button[value='{who}']", (*MEMBER_PAGES, "/nowhere"), folder)
            visit(browser, address, "button[value='office']", (*OFFICE_PAGES, objection), folder)
            documents(browser, Path(place), folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
