"""Zip archives from strangers, read without unpacking: the list of files is checked as a whole before any of them is opened."""

from __future__ import annotations

import stat
import struct
import zipfile
from functools import partial
from typing import IO

from sayso.errors import Place
from sayso.intake.archives.limits import (
    Limits,
    check_count,
    check_ratio,
    check_size,
    entry_place,
    is_litter,
    refuse,
    safe_parts,
)
from sayso.intake.archives.streams import Archive, Entry, guarded

# APPNOTE.TXT 6.3.10, sections 4.3.14 to 4.3.16: what ends a zip, and its 64-bit form.
_END, _END_64, _LOCATOR_64 = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q"), struct.Struct("<4sLQL")
_LONGEST_COMMENT = 0xFFFF
_HEADER = 30
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def open_zip(file: IO[bytes], label: str, given_name: str, limits: Limits) -> Archive:
    """Return the zip in an open file, which has to stay open as long as it is read.

    Raises ``InputError`` for what is torn, split, encrypted, too much, or made to trick whoever unpacks it.
    """
    place = Place(label)
    with guarded(place):
        size = file.seek(0, 2)
        _check_index(file, size, place, limits)
        inside = zipfile.ZipFile(file)
    listed = inside.infolist()
    check_count(len(listed), place, limits)
    for number, one in enumerate(listed, 1):
        _check_kind(one, entry_place(label, number))
        check_ratio(one.file_size, one.compress_size, entry_place(label, number), limits)
    total = sum(one.file_size for one in listed)
    check_size(total, limits.total_bytes, place)
    check_ratio(total, size, place, limits)
    _check_overlaps(listed, inside.start_dir, place)
    return Archive(label, given_name, _entries(inside, label), limits.entry_bytes)


def _check_index(file: IO[bytes], size: int, place: Place, limits: Limits) -> None:
    """Refuse a list of files that is too long, before it is read into memory."""
    start = max(0, size - _END.size - _LONGEST_COMMENT)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06", 0, len(tail) - _END.size + 4)
    if at < 0:
        refuse("torn-archive", "its end is missing, where a zip lists its files", place)
    _, disk, _, _, entries, length, _, _ = _END.unpack_from(tail, at)
    if disk not in (0, 0xFFFF):
        refuse("split-archive", "it is one part of several", place, "put the parts together first")
    if entries == 0xFFFF or length == 0xFFFFFFFF:
        entries, length = _index_64(file, start + at)
    check_count(entries, place, limits)
    check_size(length, limits.index_bytes, place)


def _index_64(file: IO[bytes], end: int) -> tuple[int, int]:
    file.seek(max(0, end - _LOCATOR_64.size))
    _, _, offset, _ = _LOCATOR_64.unpack(file.read(_LOCATOR_64.size))
    file.seek(offset)
    found = _END_64.unpack(file.read(_END_64.size))
    return found[7], found[8]


def _check_kind(one: zipfile.ZipInfo, place: Place) -> None:
    """Refuse a file that is encrypted, packed in a way nobody uses here, or no plain file at all."""
    if one.flag_bits & _ENCRYPTED:
        refuse("encrypted-archive", "it is encrypted", place, "unpack it with its password, and zip it again")
    if one.compress_type not in _METHODS:
        refuse("unknown-packing", "it is packed neither as stored nor as deflated", place, "zip it again")
    kind = stat.S_IFMT(one.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        what = "it is a link or a device, and no plain file"
        refuse("bad-entry", what, place, "no platform puts one there: ask it for the archive again")


def _check_overlaps(listed: list[zipfile.ZipInfo], index: int, place: Place) -> None:
    """Refuse files that share bytes, by which a small zip unpacks to a huge one."""
    ordered = sorted(listed, key=lambda one: one.header_offset)
    ends = [one.header_offset + _HEADER + one.compress_size for one in ordered]
    starts = [*(one.header_offset for one in ordered[1:]), index]
    if any(end > start for end, start in zip(ends, starts, strict=False)):
        refuse("overlapping-entries", "files in it overlap one another, as in a zip bomb", place)


def _entries(inside: zipfile.ZipFile, label: str) -> tuple[Entry, ...]:
    seen: set[tuple[str, ...]] = set()
    entries = []
    for number, one in enumerate(inside.infolist(), 1):
        parts = safe_parts(one.orig_filename, entry_place(label, number))
        if one.is_dir() or is_litter(parts):
            continue
        if parts in seen:
            refuse("duplicate-entry", "another file has the same name", entry_place(label, number))
        seen.add(parts)
        entries.append(Entry(parts, one.file_size, partial(inside.open, one)))
    return tuple(entries)
