"""Pictures in text: bars, a funnel, a few counts side by side, and shards in a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sayso.dataset.funnel import Funnel, stages

_EIGHTHS = " ▏▎▍▌▋▊▉"
_TOTALS = ("considered", "permitted", "published")


def bar(count: int, whole: int, width: int) -> str:
    """Return a bar of at most ``width`` columns for a count of 0 to ``whole``; whatever is not nothing can be seen.

    >>> bar(5, 10, 4), bar(1, 1000, 4), bar(0, 10, 4)
    ('██', '▏', '')
    """
    eighths = 0 if whole < 1 else round(count * width * 8 / whole)
    full, rest = divmod(max(eighths, 1 if count else 0), 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")


def funnel_picture(
    funnel: Funnel, meanings: Mapping[str, str], before: Funnel | None = None, width: int = 26
) -> tuple[str, ...]:
    """Return the funnel as lines: what a step took out, what it left as a number and as a bar, and what the step means.

    Steps that took nothing out are left out; beside an earlier funnel, those that took out as much as then, too.
    """
    then = {} if before is None else {step.name: step.denied + step.unknown for step in stages(before)}
    steps = [
        step
        for step in stages(funnel)
        if step.name in ("considered", "published") or step.denied + step.unknown != then.get(step.name, 0)
    ]
    return tuple(
        f"{step.name:<15} {_taken(step.denied + step.unknown):>7} {step.left:>7,}  "
        f"{bar(step.left, funnel.considered, width):<{width}}  {meanings.get(step.name, '')}".rstrip()
        for step in steps
    )


def _taken(count: int) -> str:
    return f"-{count:,}" if count else ""


def side_by_side(heads: Sequence[str], rows: Mapping[str, Sequence[int]], width: int = 14) -> tuple[str, ...]:
    """Return a table with a number and a bar in each cell; all bars have one scale, that of the largest number.

    >>> for line in side_by_side(["May", "June"], {"here": (5, 10)}, 4): print(line)
           May        June
    here    5  ██     10  ████
    """
    largest = max((count for counts in rows.values() for count in counts), default=0)
    digits, label = len(f"{largest:,}"), max(map(len, ("", *rows)))
    cell = digits + 2 + width
    first = " " * label + "".join(f"   {head:<{cell}}" for head in heads)
    lines = [
        f"{name:<{label}}"
        + "".join(f"   {count:>{digits},}  {bar(count, largest, width):<{width}}" for count in counts)
        for name, counts in rows.items()
    ]
    return tuple(line.rstrip() for line in (first, *lines))


def funnels_side_by_side(
    heads: Sequence[str], funnels: Sequence[Mapping[str, int]], meanings: Mapping[str, str]
) -> tuple[str, ...]:
    """Return what each step of several funnels took out, in one table; a step that took nothing out anywhere is left out.

    Each funnel names all steps, in their order; ``meanings`` says of some what they mean.

    >>> funnels = {"never": 0, "permitted": 9}, {"never": 2, "permitted": 7}
    >>> for line in funnels_side_by_side(["May", "June"], funnels, {"never": "not here"}): print(line)
               May  June
    never        -    -2  not here
    permitted    9     7
    """
    names = [name for name in funnels[0] if any(funnel[name] for funnel in funnels)]
    rows = [(name, *(_cell(name, funnel[name]) for funnel in funnels)) for name in names]
    widths = [max(map(len, column)) for column in zip(("", *heads), *rows, strict=True)]
    return tuple(
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
                meanings.get(row[0], ""),
            ]
        ).rstrip()
        for row in (("", *heads), *rows)
    )


def _cell(name: str, count: int) -> str:
    if name in _TOTALS:
        return f"{count:,}"
    return f"-{count:,}" if count else "-"


def shards_row(shards: Sequence[str], changed: Sequence[str]) -> str:
    """Return one square for each shard, a full one for a changed shard.

    >>> shards_row(["a", "b", "c"], ["b"])
    '□ ■ □'
    """
    return " ".join("■" if shard in changed else "□" for shard in shards)
