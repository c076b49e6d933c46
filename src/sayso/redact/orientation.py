"""Which way up a picture is: the one thing of its EXIF data that its looks depend on."""

from __future__ import annotations

import struct

UPRIGHT = 1
_ORIENTATION = 0x0112
_SHORT = 3


def orientation(tiff: bytes) -> int:
    """Return the EXIF orientation, 1 to 8 (EXIF 2.32, 4.6.4 A), of a TIFF header and its first directory; 1 where there is none.

    >>> orientation(minimal(6)), orientation(b"MM but no TIFF")
    (6, 1)
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return UPRIGHT
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    if start + 2 > len(tiff):
        return UPRIGHT
    (entries,) = struct.unpack_from(order + "H", tiff, start)
    for at in range(start + 2, min(start + 2 + 12 * entries, len(tiff) - 11), 12):
        tag, kind, count, value = struct.unpack_from(order + "HHIH", tiff, at)
        if (tag, kind, count) == (_ORIENTATION, _SHORT, 1):
            return int(value) if 1 <= value <= 8 else UPRIGHT
    return UPRIGHT


def minimal(value: int) -> bytes:
    """Return a TIFF header and a directory that hold an orientation, 1 to 8, and nothing else (26 bytes).

    >>> minimal(3).hex(" ", 2)
    '4d4d 002a 0000 0008 0001 0112 0003 0000 0001 0003 0000 0000 0000'
    """
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, _SHORT, 1, value, 0, 0)


def ours(exif: bytes) -> bool:
    """Return whether EXIF data is nothing but an orientation as written here.

    >>> ours(minimal(6)), ours(b"")
    (True, False)
    """
    return len(exif) == 26 and exif == minimal(orientation(exif))
