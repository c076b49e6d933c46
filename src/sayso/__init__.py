"""Sayso: nobody's words train a model without their say-so."""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Return ``open``, the one function of the package itself (``sayso.reader.open_dataset``).

    Not before it is asked for: everything imports this module first, and it must import nothing.
    """
    if name == "open":
        from importlib import import_module

        return import_module("sayso.reader").open_dataset
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
