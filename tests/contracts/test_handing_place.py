"""What every place that a delivery is handed over at does: a folder, a ZIP file, object storage. Whole, or not at all."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sayso.addressed import place_at
from sayso.errors import Refused
from sayso.stores.handed import LAST
from sayso.stores.places import spot_of
from sayso.values.addresses import parse_address
from sayso.workflows.delivering.kept import HandingPlace

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
FILES = {"card.md": b"a card", "shards/0000.parquet": b"rows"}


@pytest.fixture(params=["folder", "zip", "file", "s3"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place where nothing is yet."""
    if request.param == "s3":
        return f"s3://{request.getfixturevalue('bucket')}/handed/one"
    if request.param == "file":
        return f"file://{tmp_path}/handed/one"
    return str(tmp_path / ("one.zip" if request.param == "zip" else "one"))


@pytest.fixture
def opened(where: str) -> Callable[[], HandingPlace]:
    """Open the same place anew each time, as another process would."""
    return lambda: place_at(where)


def seen(where: str) -> dict[str, bytes]:
    """Return what a recipient would see at a place."""
    if where.startswith("s3://"):
        spot = spot_of(parse_address(where))
        found = [each.path for each in spot.listed(spot.address.path) if each.is_file]
        return {
            path.removeprefix(spot.address.path + "/"): spot.files.open_input_stream(path).read()
            for path in found
        }
    path = Path(where.removeprefix("file://"))
    if path.suffix == ".zip" and path.exists():
        with zipfile.ZipFile(path) as file:
            return {name: file.read(name) for name in file.namelist()}
    return {
        each.relative_to(path).as_posix(): each.read_bytes() for each in path.rglob("*") if each.is_file()
    }


def staged(place: HandingPlace) -> None:
    for name, data in FILES.items():
        place.put(name, data)


def test_a_delivery_is_there_whole_once_it_is_finished(
    opened: Callable[[], HandingPlace], where: str
) -> None:
    opened().check_free()
    assert not opened().is_staged()
    staged(opened())
    assert opened().is_staged()
    assert LAST not in seen(where)
    opened().finish(LAST, b"signed")
    assert seen(where) == FILES | {LAST: b"signed"}
    assert not opened().is_staged()
    with pytest.raises(Refused, match="already"):
        opened().check_free()


def test_what_was_begun_can_be_cleared_away_and_what_is_finished_cannot(
    opened: Callable[[], HandingPlace], where: str
) -> None:
    staged(opened())
    opened().discard()
    assert (seen(where), opened().is_staged()) == ({}, False)
    opened().check_free()
    staged(opened())
    opened().finish(LAST, b"signed")
    opened().discard()
    assert seen(where) == FILES | {LAST: b"signed"}


def test_another_process_finishes_what_one_began(opened: Callable[[], HandingPlace], where: str) -> None:
    staged(opened())
    opened().put("receipt.json", b"{}")
    opened().finish(LAST, b"signed")
    assert seen(where)["receipt.json"] == b"{}"
