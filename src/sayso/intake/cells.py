"""Cells to fields: what a mapped row says, as a member or a record; a row that cannot be one raises its reason."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache

import pycountry

from sayso.intake.gazetteer import country_named, region_of
from sayso.intake.htmltext import plain_text
from sayso.intake.mapping import Entry, TableMapping
from sayso.intake.refusals import Refusal, RowError
from sayso.intake.rowfiles import Cell
from sayso.intake.tablefiles import NamedMember
from sayso.values.members import UNKNOWN, Attributes, Member
from sayso.values.moments import Moment, day_number, parse_moment, to_moment
from sayso.values.records import VISIBILITIES, Record
from sayso.values.regions import COUNTRIES, is_region

OLDEST = 150
"""Years: nobody has been older."""

_EPOCHS = {"epoch-seconds": 1_000_000, "epoch-milliseconds": 1_000, "epoch-microseconds": 1}
_WIDEST = 2**53 - 1
_BAND = re.compile(r"(\d{1,3})(?:\s*[-–]\s*(\d{1,3})|(\+))?")
_CATEGORY = re.compile(r"[a-z0-9][a-z0-9-]*")
# What people write without saying which number is the day: 1-2-3, 01/02/2003, 1.2.03.
_DAYLIKE = re.compile(r"\s*\d{1,4}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,4}(?:[T\s].*)?")
_CLEAR_DAY = re.compile(r"\s*\d{4}-\d{2}-\d{2}(?:[T\s].*)?")


class RowReader:
    """Reads rows of one table by its mapping."""

    def __init__(self, mapping: TableMapping) -> None:
        """Take the mapping; entries are looked up by field."""
        self._fields = {entry.field: entry for entry in mapping.fields}
        self._attributes = mapping.attributes
        self._unknown = mapping.unknown
        self._values = {id(entry): dict(entry.values) for entry in (*mapping.fields, *mapping.attributes)}

    def attribute_names(self) -> tuple[str, ...]:
        """Return the attributes that rows carry, sorted."""
        return tuple(entry.field for entry in self._attributes)

    def member(self, cells: dict[str, Cell]) -> NamedMember:
        """Return the member that a row tells of. Raises ``RowError`` with the reason where it tells of none."""
        youngest, eldest = age_band(self._text("age", cells))
        member = Member(
            id=self._needed("member", cells, Refusal.MISSING_ID),
            region=self._region(cells),
            born=self._born(cells),
            age_min=youngest,
            age_max=eldest,
            attributes=self._carried(cells),
            joined_at=self._moment("joined_at", cells),
            closed_at=self._moment("closed_at", cells),
        )
        name, handle = self._text("name", cells), self._text("handle", cells)
        former = (self._list("former_names", cells, name), self._list("former_handles", cells, handle))
        return NamedMember(member, name, handle, *former)

    def record(self, cells: dict[str, Cell]) -> Record:
        """Return the record that a row tells of. Raises ``RowError`` with the reason where it tells of none."""
        author = self._known("author", cells)
        return Record(
            id=self._needed("record", cells, Refusal.MISSING_ID),
            author=author,
            category=_category(self._needed("category", cells, Refusal.MISSING_CATEGORY)),
            visibility=_visibility(self._text("visibility", cells)),
            created_at=self._created(cells),
            collected_at=self._moment("collected_at", cells),
            deleted_at=self._moment("deleted_at", cells),
            attributes=self._carried(cells),
            contributors=self._list("contributors", cells, author),
            language=self._text("language", cells),
            text=self._words(cells),
            reply_to=self._known("reply_to", cells),
        )

    def _known(self, field: str, cells: dict[str, Cell]) -> str | None:
        found = self._text(field, cells)
        return None if found == UNKNOWN else found

    def _text(self, field: str, cells: dict[str, Cell]) -> str | None:
        entry = self._fields.get(field)
        return self._value(entry, cells) if entry is not None else None

    def _value(self, entry: Entry, cells: dict[str, Cell]) -> str | None:
        found = entry.constant if entry.column is None else cells.get(entry.column)
        if found is None and entry.otherwise is None:
            return None
        if isinstance(found, list):
            raise RowError(Refusal.BAD_ROW)
        if entry.values and found is not None:
            found = self._values[id(entry)].get(found, found if entry.otherwise is None else entry.otherwise)
        elif found is None and entry.otherwise is not None:
            found = entry.otherwise
        return None if found is None or found.strip() in self._unknown else found

    def _needed(self, field: str, cells: dict[str, Cell], reason: Refusal) -> str:
        found = self._text(field, cells)
        if found is None:
            raise RowError(reason)
        return found

    def _carried(self, cells: dict[str, Cell]) -> Attributes:
        found = ((entry.field, self._value(entry, cells)) for entry in self._attributes)
        return tuple((name, value) for name, value in found if value is not None)

    def _region(self, cells: dict[str, Cell]) -> str | None:
        found = self._text("region", cells)
        if found is None or found.strip() == UNKNOWN:
            return None
        reading = self._fields["region"].reading
        if reading == "free-text":
            return region_of(found)
        region = country_named(found) if reading == "name" else region_code(found)
        if region is None:
            raise RowError(Refusal.UNKNOWN_COUNTRY)
        return region

    def _born(self, cells: dict[str, Cell]) -> int | None:
        found = self._text("born", cells)
        if found is None or found == UNKNOWN:
            return None
        return birth_day(found, self._fields["born"].time_format)

    def _moment(self, field: str, cells: dict[str, Cell]) -> Moment | None:
        found = self._text(field, cells)
        if found is None or found == UNKNOWN:
            return None
        return moment_of(found, self._fields[field].time_format)

    def _created(self, cells: dict[str, Cell]) -> Moment | None:
        if self._text("created_at", cells) is None:
            raise RowError(Refusal.MISSING_CREATED_AT)
        return self._moment("created_at", cells)

    def _list(self, field: str, cells: dict[str, Cell], but: str | None) -> tuple[str, ...]:
        entry = self._fields.get(field)
        found = cells.get(entry.column or "") if entry else None
        if entry is None or found is None:
            return ()
        names = found.split(entry.separator or ",") if isinstance(found, str) else found
        return tuple(sorted({name.strip() for name in names} - {but, ""} - self._unknown))

    def _words(self, cells: dict[str, Cell]) -> str:
        found = self._text("text", cells) or ""
        if self._fields["text"].reading != "html":
            return found
        try:
            return plain_text(found)
        except ValueError:
            raise RowError(Refusal.TEXT_TOO_LONG) from None


def moment_of(text: str, time_format: str | None) -> Moment:
    """Return the moment that a cell names, by its format; RFC 3339 where there is none.

    A pattern without ``%z`` is in UTC, like ``utc``: ISO 8601 without offset. Raises ``RowError``: ``ambiguous-moment`` for days
    such as 1-2-3 without a format, ``bad-moment`` for what does not follow the format or lies beyond the years 1684 to 2255.

    >>> moment_of("3.2.2001 10:00", "%d.%m.%Y %H:%M") == parse_moment("2001-02-03T10:00:00Z")
    True
    """
    try:
        found = _read_moment(text.strip(), time_format)
    except (ValueError, OverflowError):
        unclear = time_format is None and _DAYLIKE.fullmatch(text) and not _CLEAR_DAY.fullmatch(text)
        raise RowError(Refusal.AMBIGUOUS_MOMENT if unclear else Refusal.BAD_MOMENT) from None
    if abs(found) > _WIDEST:
        raise RowError(Refusal.BAD_MOMENT)
    return found


def _read_moment(text: str, time_format: str | None) -> Moment:
    if time_format is None or time_format == "instant":
        return parse_moment(text)
    if time_format in _EPOCHS:
        whole, _, fraction = text.partition(".")
        micros = (fraction + "000000")[:6] if time_format == "epoch-seconds" else "0"
        return Moment(
            int(whole) * _EPOCHS[time_format] + (-int(micros) if whole.startswith("-") else int(micros))
        )
    when = datetime.fromisoformat(text) if time_format == "utc" else datetime.strptime(text, time_format)  # noqa: DTZ007
    return to_moment(when if when.tzinfo else when.replace(tzinfo=UTC))


def birth_day(text: str, time_format: str | None) -> int:
    """Return a birth day as ``yyyymmdd``.

    Raises ``RowError``: ``ambiguous-moment`` like ``moment_of``, ``bad-age`` for anything else that is not a day.

    >>> birth_day("1980-05-01", None), birth_day("01/05/1980", "%d/%m/%Y")
    (19800501, 19800501)
    """
    try:
        if time_format is None or time_format in ("instant", "utc"):
            return day_number(date.fromisoformat(text.strip()[:10] if "T" in text else text.strip()))
        return day_number(datetime.strptime(text.strip(), time_format).date())  # noqa: DTZ007
    except ValueError:
        unclear = time_format is None and _DAYLIKE.fullmatch(text) and not _CLEAR_DAY.fullmatch(text)
        raise RowError(Refusal.AMBIGUOUS_MOMENT if unclear else Refusal.BAD_AGE) from None


def age_band(text: str | None) -> tuple[int | None, int | None]:
    """Return the least and greatest age of a band such as ``18-24``, ``65+`` or ``17``, each ``None`` where open.

    Raises ``RowError`` (``bad-age``) for anything else, and for a band upside down.

    >>> age_band("18-24"), age_band("65+"), age_band("17"), age_band(None)
    ((18, 24), (65, None), (17, 17), (None, None))
    """
    if text is None or text.strip() == UNKNOWN:
        return None, None
    found = _BAND.fullmatch(text.strip())
    if not found:
        raise RowError(Refusal.BAD_AGE)
    least = int(found[1])
    most = None if found[3] else int(found[2] or least)
    if least > OLDEST or (most is not None and not least <= most <= OLDEST):
        raise RowError(Refusal.BAD_AGE)
    return least, most


@lru_cache(maxsize=8192)
def region_code(text: str) -> str | None:
    """Return the ISO 3166-1 or -2 code that a cell holds, in capitals; ``None`` where there is no such code.

    >>> region_code("gb"), region_code("US-CA"), region_code("UK"), region_code("US-QQ")
    ('GB', 'US-CA', None, None)
    """
    code = text.strip().upper()
    if code in COUNTRIES:
        return code
    return code if is_region(code) and _is_subdivision(code) else None


def region_codes() -> tuple[str, ...]:
    """Return every code that ``region_code`` returns, sorted."""
    subdivisions = (one.code for one in pycountry.subdivisions)
    return tuple(sorted({*COUNTRIES, *(code for code in subdivisions if is_region(code))}))


def _is_subdivision(code: str) -> bool:
    return pycountry.subdivisions.get(code=code) is not None  # type: ignore[no-untyped-call]


def _category(found: str) -> str:
    if not _CATEGORY.fullmatch(found):
        raise RowError(Refusal.BAD_CATEGORY)
    return found


def _visibility(found: str | None) -> str:
    if found not in VISIBILITIES:
        raise RowError(Refusal.UNKNOWN_VISIBILITY)
    return found
