"""Finds the real data beside the project; a test that needs it skips with a plain message where it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "data"


def need_shared(relative: str) -> Path:
    """Return the path of a file or folder of the shared data, or skip the test."""
    path = Path(os.environ.get("SAYSO_SHARED_DATA", DEFAULT)) / relative
    if not path.exists():
        pytest.skip(
            f"needs the shared data set {relative!r}: set SAYSO_SHARED_DATA to the folder that holds it"
        )
    return path
