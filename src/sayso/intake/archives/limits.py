"""How much an archive from a stranger may ask of us, and how it is refused when it asks for more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from sayso.errors import InputError, Place, Problem

ONE_EACH = "an archive is one member's: give each by itself"
READ_AGAIN = "ask the platform for the archive again, and give it as it came"


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of an archive.

    ``entries`` is how many files it may list, ``index_bytes`` how long that list may be; ``entry_bytes`` how much one file that is
    read may unpack to, ``total_bytes`` all of them. What unpacks to more than ``ratio`` times its size is a bomb, from ``ratio_from``
    bytes on: text packs 3 to 30 times, and a bomb 1,000. ``nested`` is how many archives may lie inside one another.
    """

    entries: int = 100_000
    index_bytes: int = 64 << 20
    entry_bytes: int = 2 << 30
    total_bytes: int = 256 << 30
    ratio: int = 200
    ratio_from: int = 1 << 20
    nested: int = 1


def refuse(code: str, what: str, place: Place, advice: str = READ_AGAIN) -> NoReturn:
    """Refuse an archive as a whole: raise ``InputError``."""
    raise InputError(Problem(code, what, place, advice)) from None


def entry_place(label: str, number: int) -> Place:
    """Return the place of a file in an archive by its number: its name may hold a member's.

    >>> str(entry_place("archive 2", 7))
    'archive 2, file 7'
    """
    return Place(f"{label}, file {number}")


def check_ratio(unpacked: int, packed: int, place: Place, limits: Limits) -> None:
    """Refuse what unpacks to too many times its size."""
    if unpacked > limits.ratio_from and unpacked > limits.ratio * max(packed, 1):
        what = f"it unpacks to more than {limits.ratio} times its size, as a zip bomb does"
        refuse("archive-bomb", what, place, "do not open it elsewhere either; ask the platform for it again")


def check_size(unpacked: int, limit: int, place: Place) -> None:
    """Refuse what unpacks to more bytes than are allowed."""
    if unpacked > limit:
        what = f"it unpacks to more than {limit >> 20:,} MiB"
        refuse("archive-too-large", what, place, "take out of it what is not text, and give the rest")


def check_count(entries: int, place: Place, limits: Limits) -> None:
    """Refuse an archive that lists too many files."""
    if entries > limits.entries:
        what = f"it lists more than {limits.entries:,} files"
        refuse("archive-too-large", what, place, "take out of it what is not text, and give the rest")


def safe_parts(name: str, place: Place) -> tuple[str, ...]:
    """Return the folders and the file that a name in an archive stands for.

    Refuses a name that points outside: nothing is ever unpacked to such a place, but no platform makes such a name.

    >>> safe_parts("export/./Shares.csv", Place("archive"))
    ('export', 'Shares.csv')
    """
    path = name.replace("\\", "/")
    parts = path.split("/")
    if path.startswith("/") or path[1:2] == ":" or ".." in parts or any(letter < " " for letter in path):
        what = "its name leads outside of the archive, or holds a control character"
        refuse("bad-path", what, place, "no platform writes such a name: ask it for the archive again")
    return tuple(part for part in parts if part not in ("", "."))


def is_litter(parts: tuple[str, ...]) -> bool:
    """Tell whether a file is what macOS leaves in the zips it makes.

    >>> is_litter(("__MACOSX", "._Shares.csv")), is_litter(("Shares.csv",))
    (True, False)
    """
    return not parts or "__MACOSX" in parts or parts[-1].startswith("._") or parts[-1] == ".DS_Store"
