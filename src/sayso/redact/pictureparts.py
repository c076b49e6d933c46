"""The parts that files of pictures are made of: walked, named and filtered.

Every walk is linear, allocates nothing by what a file claims, and raises ``Broken`` for what is cut off or makes no sense.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from sayso.redact.orientation import UPRIGHT, minimal, orientation, ours


class Broken(Exception):
    """A file is cut off or is not what its first bytes say; the message says where, never what is in it."""


class Part(NamedTuple):
    """A part of a file: its kind as the format names it, what it holds, and where it starts and ends."""

    kind: str
    body: bytes
    start: int
    end: int


Outcome = tuple[bytes, list[str], list[str]]
"""A file without what is written about the picture, what was dropped, and what stays for its looks."""


def kept(colours: bool, turned: int) -> list[str]:
    """Return the names of what stays for the picture's looks, in alphabetical order.

    >>> kept(True, 6)
    ['ICC', 'orientation']
    """
    return ["ICC"] * colours + ["orientation"] * (turned != UPRIGHT)


_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")
_BARE = {0x01, 0xD8}
_END, _SCAN = 0xD9, 0xDA
_TABLES = {0xC4, 0xCC, _SCAN, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF}
_RESERVED = 0xC8
_JPEG_NAMES = (
    (0xE1, b"Exif\0", "EXIF"),
    (0xE1, b"http://ns.adobe.com/xap/1.0/", "XMP"),
    (0xE1, b"http://ns.adobe.com/xmp/extension/", "XMP"),
    (0xED, b"Photoshop 3.0\0", "IPTC"),
    (0xE2, b"ICC_PROFILE\0", "ICC"),
    (0xE2, b"MPF\0", "MPF"),
    (0xE0, b"JFIF\0", "JFIF"),
    (0xEE, b"Adobe", "Adobe"),
    (0xFE, b"", "comment"),
)
"""Segments by marker and first bytes: EXIF 2.32 4.7.2, XMP part 3 1.1.3, ICC.1 B.4, CIPA DC-007, ITU-T T.871 and T.872."""


def jpeg_parts(data: bytes) -> Iterator[Part]:
    """Yield the segments of a JPEG file (ITU-T T.81 B.1.1); ``trailer`` is what follows its end.

    The coded data after a start of scan belongs to that segment; stray bytes elsewhere belong to none.
    Raises ``Broken`` where a segment or the end is missing.
    """
    at = 2
    while found := _MARKER.search(data, at):
        marker, body = found.group(1)[0], found.end()
        if marker == _END:
            if data[body:].strip(b"\0"):
                yield Part("trailer", data[body:], body, len(data))
            return
        at = body
        if marker not in _BARE:
            at = _jpeg_end(data, body)
            after = _MARKER.search(data, at) if marker == _SCAN else None
            end = after.start() if after else at
            yield Part(_jpeg_name(marker, data[body + 2 : body + 48]), data[body + 2 : at], body - 2, end)
    raise Broken("the end of the picture is missing")


def _jpeg_end(data: bytes, body: int) -> int:
    if body + 2 > len(data):
        raise Broken("a segment is cut off")
    (length,) = struct.unpack_from(">H", data, body)
    if length < 2 or body + length > len(data):
        raise Broken("a segment is cut off")
    return body + int(length)


def _jpeg_name(marker: int, head: bytes) -> str:
    for kind, start, name in _JPEG_NAMES:
        if kind == marker and head.startswith(start):
            return name
    if 0xE0 <= marker <= 0xEF:
        return f"APP{marker - 0xE0}"
    if marker in _TABLES:
        return "coding"
    frame = 0xC0 <= marker <= 0xCF and marker != _RESERVED
    return "frame" if frame else "other segment"


_JPEG_CODE = ("frame", "coding")


def jpeg_filtered(data: bytes) -> Outcome:
    """Return a JPEG file with its picture, its colours and its orientation alone; what was dropped; what stays.

    A segment that is not needed for decoding is dropped, the JFIF and Adobe segments are cut to the fields that are.
    Raises ``Broken`` for a file that is cut off or holds no picture.
    """
    parts = list(jpeg_parts(data))
    if not any(part.kind == "frame" for part in parts):
        raise Broken("there is no picture in it")
    turned = next((orientation(part.body[6:]) for part in parts if part.kind == "EXIF"), UPRIGHT)
    jfif = next((_segment(0xE0, part.body[:12] + b"\0\0") for part in parts if part.kind == "JFIF"), b"")
    exif = _segment(0xE1, b"Exif\0\0" + minimal(turned)) if turned != UPRIGHT else b""
    rest = (_jpeg_kept(data, part) for part in parts)
    named = [part for part in parts if part.kind not in ("JFIF", "Adobe", "ICC", *_JPEG_CODE)]
    dropped = [part.kind for part in named if not (part.kind == "EXIF" and ours(part.body[6:]))]
    colours = any(part.kind == "ICC" for part in parts)
    return b"".join((b"\xff\xd8", jfif, exif, *rest, b"\xff\xd9")), dropped, kept(colours, turned)


def _jpeg_kept(data: bytes, part: Part) -> bytes:
    """Return what stays of a segment after the first ones."""
    if part.kind == "Adobe":
        return _segment(0xEE, part.body[:12])
    return data[part.start : part.end] if part.kind in ("ICC", *_JPEG_CODE) else b""


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


PNG = b"\x89PNG\r\n\x1a\n"


def png_parts(data: bytes) -> Iterator[Part]:
    """Yield the chunks of a PNG file (PNG specification, third edition, 5.3); ``trailer`` is what follows its end.

    Raises ``Broken`` where a chunk or the end is missing.
    """
    at = len(PNG)
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            break
        yield Part(name.decode("latin-1"), data[at + 8 : end - 4], at, end)
        at = end
        if name == b"IEND":
            if at < len(data):
                yield Part("trailer", data[at:], at, len(data))
            return
    raise Broken("a chunk is cut off")


def riff_parts(data: bytes, start: int, end: int) -> Iterator[Part]:
    """Yield the chunks of a RIFF file between two places; a chunk of odd length is followed by a byte of no meaning.

    Raises ``Broken`` where a chunk is cut off.
    """
    at = start
    while at < end:
        if at + 8 > end:
            raise Broken("a chunk is cut off")
        name, length = struct.unpack_from("<4sI", data, at)
        body, at = at + 8, at + 8 + length + length % 2
        if body + length > end:
            raise Broken("a chunk is cut off")
        yield Part(name.decode("latin-1"), data[body : body + length], body - 8, min(at, end))


_WEBP_KEPT = frozenset(("VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"))
_FRAME_KEPT = frozenset(("VP8 ", "VP8L", "ALPH"))
_WEBP_NAMES = {"EXIF": "EXIF", "XMP ": "XMP"}
_EXIF_BIT, _XMP_BIT = 0x08, 0x04


def webp_filtered(data: bytes) -> Outcome:
    """Return a WebP file with its picture, its colours and its orientation alone; what was dropped; what stays.

    Source: RFC 9649 2.7. A chunk that it does not name is dropped. Raises ``Broken`` for a file that is cut off.
    """
    (size,) = struct.unpack_from("<I", data, 4)
    end = 8 + size
    if end > len(data) or size < 4:
        raise Broken("the file is cut off")
    parts = list(riff_parts(data, 12, end))
    if not any(part.kind in ("VP8 ", "VP8L", "ANMF") for part in parts):
        raise Broken("there is no picture in it")
    turned = next((_webp_orientation(part) for part in parts if part.kind == "EXIF"), UPRIGHT)
    ours = [
        part for part in parts if part.kind == "EXIF" and turned != UPRIGHT and part.body == minimal(turned)
    ]
    gone = [part for part in parts if part.kind not in _WEBP_KEPT and part not in ours]
    dropped = [_WEBP_NAMES.get(part.kind, "unknown chunk") for part in gone]
    dropped += ["trailer"] if data[end:].strip(b"\0") else []
    out = []
    for part in parts:
        if part.kind in _WEBP_KEPT:
            body, inner = _webp_body(part, turned)
            dropped += inner
            out.append(_chunk(part.kind, body))
    extended = parts[0].kind == "VP8X"
    if extended and turned != UPRIGHT:
        out.append(_chunk("EXIF", minimal(turned)))
    whole = b"WEBP" + b"".join(out)
    kept = ["ICC"] if any(part.kind == "ICCP" for part in parts) else []
    return (
        b"RIFF" + struct.pack("<I", len(whole)) + whole,
        dropped,
        kept + ["orientation"] * (turned != UPRIGHT),
    )


def _webp_orientation(part: Part) -> int:
    body = part.body
    return orientation(body[6:] if body.startswith(b"Exif\0\0") else body)


def _webp_body(part: Part, turned: int) -> tuple[bytes, list[str]]:
    """Return what stays of a chunk, and what was dropped from it."""
    if part.kind == "VP8X" and part.body:
        flags = part.body[0] & ~_EXIF_BIT & ~_XMP_BIT | (_EXIF_BIT if turned != UPRIGHT else 0)
        return bytes((flags,)) + part.body[1:10], []
    if part.kind != "ANMF":
        return part.body, []
    inner = list(riff_parts(part.body, 16, len(part.body)))
    picture = b"".join(_chunk(one.kind, one.body) for one in inner if one.kind in _FRAME_KEPT)
    return part.body[:16] + picture, ["unknown chunk" for one in inner if one.kind not in _FRAME_KEPT]


def _chunk(kind: str, body: bytes) -> bytes:
    return kind.encode("latin-1") + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_GIF_NAMES = {0xFE: "comment", 0x01: "plain text"}


def gif_filtered(data: bytes) -> Outcome:
    """Return a GIF file with its pictures, their timing and how often they repeat alone; and what was dropped.

    Source: GIF89a, 20 to 27; the repeating of NETSCAPE2.0. Raises ``Broken`` for a file that is cut off.
    """
    at = 13 + _table(_byte(data, 10))
    out, dropped = [data[:at]], []
    pictures = 0
    while (kind := _byte(data, at)) != 0x3B:
        start = at
        if kind == 0x2C:
            at = _blocks_end(data, at + 11 + _table(_byte(data, at + 9)))
            out.append(data[start:at])
            pictures += 1
        elif kind == 0x21:
            at = _blocks_end(data, at + 2)
            stays, name = _extension(data[start:at])
            out.append(stays)
            dropped += [name] if name else []
        else:
            raise Broken("a block is of no known kind")
    if not pictures:
        raise Broken("there is no picture in it")
    dropped += ["trailer"] if data[at + 1 :].strip(b"\0") else []
    return b"".join(out) + b";", dropped, []


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise Broken("the file is cut off")
    return data[at]


def _table(flags: int) -> int:
    """Return the bytes of the colour table that the flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _blocks_end(data: bytes, at: int) -> int:
    """Return the place after a run of sub-blocks and the empty one that ends it."""
    while length := _byte(data, at):
        at += 1 + length
    return at + 1


def _extension(block: bytes) -> tuple[bytes, str]:
    """Return what stays of an extension, and the name of what was dropped, or an empty one."""
    kind = block[1]
    if kind == 0xF9 and block[2] == 4 and len(block) == 8:
        return block, ""
    if kind == 0xFF and block[2] == 11 and block[3:14] in _LOOPS and block[14:16] == b"\x03\x01":
        return (block, "") if len(block) == 19 else (block[:18] + b"\0", "application data")
    if kind == 0xFF and block[3:14] == b"XMP DataXMP":
        return b"", "XMP"
    return b"", _GIF_NAMES.get(kind, "application data")
