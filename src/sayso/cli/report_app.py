"""The group `sayso report`: what regulators, buyers and journalists read."""

from __future__ import annotations

import typer

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Write what regulators, buyers and journalists read."
)
