"""Pictures without what is written about them: EXIF, XMP, IPTC, comments and whatever else is no part of the picture.

What the picture shows is not looked at. PNG is rewritten by oxipng without loss. JPEG, WebP and GIF are filtered here, and their
coded pixels pass as they are: no maintained library does it for the latter two, and the one for JPEG
(mozjpeg-lossless-optimization 1.3.2) ends the process on coefficients out of range, which anybody can put into a file.
Kept, because the picture would look otherwise without: the ICC profile and other statements of colour, the timing of animations, and
which way up it is (EXIF data of our own with the orientation and nothing else; to turn the pixels instead would cut
or recode the edges of a JPEG whose sides are no multiples of its blocks).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from sayso.errors import EdgeError, Problem
from sayso.redact.orientation import UPRIGHT, minimal, orientation, ours
from sayso.redact.pictureparts import (
    PNG,
    Broken,
    Outcome,
    Part,
    gif_filtered,
    jpeg_filtered,
    kept,
    png_parts,
    webp_filtered,
)

MOST_PIXELS = 200_000_000
"""The largest PNG rewritten, in pixels: what the largest sensors of telephones take. A small file can claim any size, and memory
for a PNG is asked for before it is read."""


@dataclass(frozen=True, slots=True)
class Stripped:
    """A picture without what was written about it.

    ``kind`` is ``jpeg``, ``png``, ``webp`` or ``gif``; ``dropped`` names the kinds of segments that were taken out (``EXIF``,
    ``XMP``, ``IPTC``, ``comment``, ``text``, ...), ``kept`` those left in for the picture's looks (``ICC``, ``orientation``);
    each name once, in alphabetical order.
    """

    data: bytes
    kind: str
    dropped: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotStripped:
    """A file that could not be rewritten, and so should not be passed on: its kind, empty when unknown, and the reason."""

    kind: str
    reason: str


def strip_metadata(data: bytes) -> Stripped | NotStripped:
    """Return the picture without what is written about it, or why that cannot be done: the bytes never raise anything.

    Raises ``EdgeError`` when the optional part that rewrites PNG is not installed.

    >>> strip_metadata(b"BM and so on")
    NotStripped(kind='', reason='it is neither JPEG, PNG, WebP nor GIF')
    >>> pixel = bytes.fromhex("4749463839610100010080000000000000000021fe03416461002c0000000001000100000202440100 3b")
    >>> stripped = strip_metadata(pixel)
    >>> stripped.dropped, len(pixel) - len(stripped.data)
    (('comment',), 7)
    """
    kind = picture_kind(data)
    if not kind:
        return NotStripped("", "it is neither JPEG, PNG, WebP nor GIF")
    try:
        clean, dropped, stays = _STRIP[kind](data)
    except Broken as broken:
        return NotStripped(kind, str(broken))
    return Stripped(clean, kind, tuple(sorted(set(dropped))), tuple(stays))


def picture_kind(data: bytes) -> str:
    """Return ``jpeg``, ``png``, ``webp`` or ``gif`` by a file's first bytes; an empty string for any other.

    >>> picture_kind(b"GIF89a"), picture_kind(b"")
    ('gif', '')
    """
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(PNG):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return "gif" if data[:6] in (b"GIF87a", b"GIF89a") else ""


_PNG_KEPT = ("cICP", "iCCP", "sRGB", "gAMA", "cHRM", "sBIT", "mDCV", "cLLI", "pHYs", "acTL", "fcTL", "fdAT")
"""Chunks that stay beside the critical ones: colour, the shape of a pixel, animation (PNG specification, third edition, 11.3)."""
_PNG_NEEDED = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "bKGD", "hIST", *_PNG_KEPT}
_PNG_NAMES = {
    "eXIf": "EXIF",
    "zTXt": "text",
    "tEXt": "text",
    "iTXt": "text",
    "tIME": "time",
    "trailer": "trailer",
}


def _png(data: bytes) -> Outcome:
    parts = list(png_parts(data))
    if len(parts[0].body) < 8 or parts[0].kind != "IHDR":
        raise Broken("it does not start with a header")
    width, height = struct.unpack_from(">II", parts[0].body)
    if width * height > MOST_PIXELS:
        raise Broken(f"it claims more than {MOST_PIXELS} pixels")
    turned = next((orientation(part.body) for part in parts if part.kind == "eXIf"), UPRIGHT)
    clean = _oxipng(data)
    if turned != UPRIGHT:
        header = len(PNG) + 25
        clean = clean[:header] + _png_chunk(b"eXIf", minimal(turned)) + clean[header:]
    dropped = [_png_name(part) for part in parts if part.kind not in _PNG_NEEDED and not ours(part.body)]
    return clean, dropped, kept(any(part.kind == "iCCP" for part in parts), turned)


def _png_name(part: Part) -> str:
    return "XMP" if part.body.startswith(b"XML:com.adobe.xmp\0") else _PNG_NAMES.get(part.kind, "other chunk")


def _png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _oxipng(data: bytes) -> bytes:
    try:
        import oxipng
    except ImportError as error:
        raise _absent() from error
    keep = oxipng.StripChunks.keep([name.encode() for name in _PNG_KEPT])
    try:
        return bytes(oxipng.optimize_from_memory(data, level=0, strip=keep, fix_errors=False))
    except oxipng.PngError as error:
        raise Broken("its coded data cannot be read") from error


_STRIP: dict[str, Callable[[bytes], Outcome]] = {
    "jpeg": jpeg_filtered,
    "png": _png,
    "webp": webp_filtered,
    "gif": gif_filtered,
}


def _absent() -> EdgeError:
    return EdgeError(
        Problem(
            "pictures-not-installed",
            "pyoxipng, which rewrites PNG pictures, is not installed",
            advice="install it with: pip install 'sayso[pictures]'",
        )
    )
