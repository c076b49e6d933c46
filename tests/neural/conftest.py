"""What tests of language models share."""

from __future__ import annotations

from pathlib import Path

import pytest

from neural.tiny import tiny_model


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small model."""
    return tiny_model(tmp_path_factory.mktemp("model") / "tiny")
