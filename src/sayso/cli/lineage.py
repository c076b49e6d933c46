"""``sayso lineage``: what was made of what, as a tree, as JSON and as a picture."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.answer import Answer, Field
from sayso.cli.desk import desk_of, reply
from sayso.cli.options import JsonFlag
from sayso.workflows.lineage import Node, flat, lineage
from sayso.workflows.redaction import whole_file

ROW, INDENT, WIDE = 26, 22, 8.0
"""Of the picture, in pixels: the height of a line, the step to the right, and the width of a letter, roughly."""

_COLOURS = {
    "member": "#7048a8",
    "data set": "#1f6f8b",
    "version": "#2f7d4f",
    "model": "#b4572a",
    "source": "#6b6b6b",
    "event": "#6b6b6b",
}


def lineage_command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME|ID", help="A data set, a model, or a member.")],
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Write the tree as a picture, too.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Show what a data set or a model was made of and what was made of it, or where a member's records are.

    Examples:

    \b
      sayso lineage writers --svg writers.svg
      sayso lineage 1204
    """
    with desk_of(ctx).open() as project:
        found = lineage(project.yard, project.datasets, name)
    if svg is not None:
        with whole_file(svg) as file:
            file.write(picture(found).encode())
    reply(ctx, Answer(_fields(found), tuple(tree(found))), json)


def _fields(node: Node) -> dict[str, Field]:
    return {
        "kind": node.kind,
        "name": node.name,
        "facts": list(node.facts),
        "entry": node.entry,
        "children": [_fields(child) for child in node.children],
    }


def _line(node: Node) -> str:
    kind = "" if node.kind in ("version", "event") else f"{node.kind} "
    facts = ", ".join(node.facts)
    entry = "" if node.entry is None else f" [entry {node.entry}]"
    return f"{kind}{node.name}{': ' if facts else ''}{facts}{entry}"


def tree(node: Node, before: str = "", mark: str = "", after: str = "") -> list[str]:
    """Return a tree as lines.

    >>> tree(Node("model", "m", (), None, (Node("version", "v0001"), Node("version", "v0002"))))
    ['model m', '├─ v0001', '└─ v0002']
    """
    lines = [before + mark + _line(node)]
    for child in node.children:
        last = child is node.children[-1]
        lines += tree(child, before + after, "└─ " if last else "├─ ", "   " if last else "│  ")
    return lines


def picture(node: Node) -> str:
    """Return a tree as an SVG picture: a dot and a line of text for each node, joined to what it follows from."""
    rows = list(flat(node))
    width = max(60 + depth * INDENT + len(_line(one)) * WIDE for depth, one in rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{len(rows) * ROW + 20}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="14"><title>{escape(_line(node))}</title>',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    places: list[tuple[int, int]] = []
    for number, (depth, one) in enumerate(rows):
        x, y = 20 + depth * INDENT, 24 + number * ROW
        places = [*places[:depth], (x, y)]
        if depth:
            above = places[depth - 1]
            parts.append(f'<path d="M{above[0]} {above[1] + 6} V{y} H{x - 6}" fill="none" stroke="#bbbbbb"/>')
        parts.append(f'<circle cx="{x}" cy="{y}" r="5" fill="{_COLOURS[one.kind]}"/>')
        parts.append(f'<text x="{x + 12}" y="{y + 5}" fill="#222222">{escape(_line(one))}</text>')
    return "\n".join([*parts, "</svg>\n"])
