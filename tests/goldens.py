"""Golden files: what a text was when somebody last approved it. ``SAYSO_GOLDEN=rewrite`` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def check_golden(path: str | Path, text: str) -> None:
    """Hold a text against the file of that path (a relative one is under ``tests/golden``).

    Fails where the file differs or is missing; with ``SAYSO_GOLDEN=rewrite`` set it writes the file instead.
    """
    file = GOLDEN / path
    if os.environ.get("SAYSO_GOLDEN") == "rewrite":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
        return
    assert file.exists(), f"no golden file {file.name}: write it with SAYSO_GOLDEN=rewrite, and read it"
    assert text == file.read_text(encoding="utf-8"), f"{file.name}: if the new text is right, `make golden`"
