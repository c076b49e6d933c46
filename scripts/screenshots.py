"""Take the pictures of the pages: ``python scripts/screenshots.py FOLDER``, with ``tests`` on the path (``make screenshots``).

Every page of a member and of the office, of the made-up community, wide and light, and narrow and dark; and the first page in all four
ways. Look at them: they are what people see.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from sayso.web.pages import MEMBER_LINKS, OFFICE_LINKS
from sayso.wiring import open_project
from sayso.workflows.guests import guests
from web.browsing import chromium, make_forum, published_authors, serving

HEIGHT, LONGEST, COLOURS = 900, 2_200, 128
LOOKS = ((1440, "light"), (360, "dark"))
BOTH = (*LOOKS, (1440, "dark"), (360, "light"))
MORE = ("/uses/writers", "/try?text=thank+you")


def name_of(path: str) -> str:
    """Return a file's name for a page.

    >>> name_of("/uses/writers"), name_of("/try?text=thank+you")
    ('uses-writers', 'try')
    """
    return path.partition("?")[0].strip("/").replace("/", "-")


def take(page: Any, file: Path) -> None:
    """Write the picture of a page, its beginning where it is long, in as few colours as it needs."""
    tall = min(LONGEST, page.evaluate("document.documentElement.scrollHeight"))
    clip = {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": tall}
    taken = Image.open(BytesIO(page.screenshot(full_page=True, clip=clip)))
    taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


def visit(browser: Any, address: str, button: str, paths: tuple[str, ...], folder: Path) -> None:
    """Sign in by a button of the list, and take each page."""
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
        context.close()


def someone(forum: Path) -> str:
    """Return a member of the sign-in's list with records in the data set."""
    with open_project(forum) as project:
        listed = {guest.member for guest in guests(project.yard)}
        return next(one for one in published_authors(project) if one in listed)


def main(folder: Path) -> None:
    """Take all pictures into a folder, instead of those that are there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    member = tuple(link.path for link in MEMBER_LINKS if link.path != "/try")
    with tempfile.TemporaryDirectory() as place:
        forum = make_forum(Path(place))
        with serving(forum, "--demo", "--no-work") as address, chromium() as browser:
            visit(browser, address, f"button[value='{someone(forum)}']", (*member, *MORE), folder)
            if OFFICE_LINKS:
                office = tuple(link.path for link in OFFICE_LINKS)
                visit(browser, address, "button[value='office']", office, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
