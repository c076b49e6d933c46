"""Small Stack Exchange dumps, written for a test."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

BOM = b"\xef\xbb\xbf"
USER = {"CreationDate": "2018-03-09T18:00:00.000", "LastAccessDate": "2018-09-02T02:51:36.083"}
POST = {
    "PostTypeId": "1",
    "CreationDate": "2018-03-12T17:00:45.567",
    "Title": "A title",
    "Body": "<p>A body</p>",
}
COMMENT = {"PostId": "1", "CreationDate": "2018-03-12T17:00:45.567", "Text": "A remark"}


def row(**cells: str) -> str:
    """Return one row of a dump."""
    return "  <row " + " ".join(f"{name}={quoteattr(value)}" for name, value in cells.items()) + " />\n"


def document(root: str, *rows: str) -> bytes:
    """Return the bytes of a dump's file."""
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>\n'
    return BOM + (head + "".join(rows) + f"</{root}>\n").encode()


def write_dump(folder: Path, **files: list[dict[str, str]]) -> Path:
    """Write a dump of rows by file name (``Users=[{...}]``), with what every row needs filled in."""
    folder.mkdir(exist_ok=True)
    filled = {"Users": USER, "Posts": POST, "Comments": COMMENT, "PostHistory": {}}
    for name, rows in {"Users": [], "Posts": [], **files}.items():
        text = document(name.lower(), *(row(**(filled[name] | cells)) for cells in rows))
        (folder / f"{name}.xml").write_bytes(text)
    return folder
