"""Pictures lose what is written about them and keep their pixels, their colours and which way up they are."""

from __future__ import annotations

import io
import struct
import zlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps, ImageSequence, PngImagePlugin

from sayso.redact.orientation import minimal, orientation
from sayso.redact.pictures import NotStripped, Stripped, strip_metadata

PLANTED = (
    b"SECRETCAM",
    b"SECRETXMP",
    b"SECRETCOM",
    b"SECRETTXT",
    b"SECRETIPTC",
    b"SECRETTAIL",
    b"SECRETAPP",
    b"SECRETTHUMB",
)
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF dc:creator="SECRETXMP"/></x:xmpmeta>'
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
GPS = {1: "N", 2: (52.0, 30.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)}


def drawn(width: int = 83, height: int = 61, mode: str = "RGB") -> Image.Image:
    """Return a picture whose sides are no multiples of a JPEG block, and that looks different each way up."""
    gradient = Image.linear_gradient("L").resize((width, height))
    bands = (gradient, gradient.rotate(180), gradient.resize((height, width)).rotate(90, expand=True))
    return Image.merge("RGB", [band.resize((width, height)) for band in bands]).convert(mode)


def exif(turn: int | None = None) -> Image.Exif:
    made = Image.Exif()
    made[0x010F] = "SECRETCAM"
    made[0x8825] = GPS
    if turn is not None:
        made[0x0112] = turn
    return made


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def jpeg(turn: int | None = None, mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    drawn(mode=mode).save(
        out, "JPEG", quality=90, exif=exif(turn), xmp=XMP, comment=b"SECRETCOM", icc_profile=ICC, **options
    )
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", 15) + b"\x1c\x02\x50\0\x0aSECRETIPTC\0"
    more = segment(0xED, iptc) + segment(0xE5, b"SECRETAPP") + segment(0xE0, b"JFXX\0\x10SECRETTHUMB")
    data = out.getvalue()
    at = 4 + int.from_bytes(data[4:6], "big")
    return data[:at] + more + data[at:] + b"SECRETTAIL"


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(turn: int | None = None, **options: object) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "SECRETTXT")
    info.add_text("Comment", "SECRETTXT " * 50, zip=True)
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    out = io.BytesIO()
    drawn().save(out, "PNG", exif=exif(turn), pnginfo=info, icc_profile=ICC, **options)
    data = out.getvalue()
    return (
        data[:33]
        + chunk(b"gAMA", struct.pack(">I", 45455))
        + chunk(b"seCr", b"SECRETAPP")
        + data[33:]
        + b"SECRETTAIL"
    )


def webp(turn: int | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    drawn().save(out, "WEBP", quality=80, exif=exif(turn).tobytes(), xmp=XMP, icc_profile=ICC, **options)
    body = out.getvalue()[12:] + b"SECR" + struct.pack("<I", 9) + b"SECRETAPP\0"
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body + b"SECRETTAIL"


def gif(**options: object) -> bytes:
    out = io.BytesIO()
    drawn().save(out, "GIF", comment=b"SECRETCOM", **options)
    data = out.getvalue()[:-1]
    xmp = b"\x21\xff\x0bXMP DataXMP" + XMP + b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    own = b"\x21\xff\x0bSECRETAPP00\x05hello\0"
    return data + xmp + own + b"\x3bSECRETTAIL"


def pixels(data: bytes) -> list[bytes]:
    with Image.open(io.BytesIO(data)) as picture:
        return [frame.convert("RGBA").tobytes() for frame in ImageSequence.Iterator(picture)]


def upright(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as picture:
        return ImageOps.exif_transpose(picture).convert("RGB").tobytes()


def stripped(data: bytes) -> Stripped:
    outcome = strip_metadata(data)
    assert isinstance(outcome, Stripped)
    return outcome


FILES = {
    "jpeg": jpeg(),
    "progressive jpeg": jpeg(progressive=True),
    "grey jpeg": jpeg(mode="L"),
    "cmyk jpeg": jpeg(mode="CMYK"),
    "restarting jpeg": jpeg(restart_marker_blocks=2),
    "png": png(),
    "animated png": png(
        save_all=True, append_images=[drawn().rotate(180), drawn().rotate(90)], duration=70, loop=3
    ),
    "webp": webp(),
    "lossless webp": webp(lossless=True),
    "animated webp": webp(save_all=True, append_images=[drawn().rotate(180)], duration=70),
    "gif": gif(),
    "animated gif": gif(save_all=True, append_images=[drawn().rotate(180)], duration=70, loop=3),
}
EVERY = pytest.mark.parametrize("data", FILES.values(), ids=FILES.keys())


@EVERY
def test_nothing_planted_is_left(data: bytes) -> None:
    assert any(secret in data for secret in PLANTED)
    assert not [secret for secret in PLANTED if secret in stripped(data).data]


@EVERY
def test_the_pixels_of_every_frame_are_the_same(data: bytes) -> None:
    assert pixels(stripped(data).data) == pixels(data)


@EVERY
def test_what_is_clean_stays_as_clean(data: bytes) -> None:
    once = stripped(data)
    again = stripped(once.data)
    assert again.dropped == ()
    assert again.kept == once.kept
    assert pixels(again.data) == pixels(data)


@EVERY
def test_no_reader_finds_anything_about_the_picture(data: bytes) -> None:
    with Image.open(io.BytesIO(stripped(data).data)) as picture:
        assert not dict(picture.getexif())
        assert not {"comment", "xmp", "XML:com.adobe.xmp", "Author", "Comment", "photoshop"} & set(
            picture.info
        )


@pytest.mark.parametrize(
    ("data", "dropped"),
    [
        (FILES["jpeg"], ("APP0", "APP5", "EXIF", "IPTC", "XMP", "comment", "trailer")),
        (FILES["png"], ("EXIF", "XMP", "other chunk", "text", "trailer")),
        (FILES["webp"], ("EXIF", "XMP", "trailer", "unknown chunk")),
        (FILES["gif"], ("XMP", "application data", "comment", "trailer")),
    ],
    ids=["jpeg", "png", "webp", "gif"],
)
def test_what_was_dropped_is_named(data: bytes, dropped: tuple[str, ...]) -> None:
    assert stripped(data).dropped == dropped


@pytest.mark.parametrize("make", [jpeg, png, webp])
def test_the_colour_profile_stays(make: object) -> None:
    outcome = stripped(make())  # type: ignore[operator]
    assert outcome.kept == ("ICC",)
    with Image.open(io.BytesIO(outcome.data)) as picture:
        assert picture.info["icc_profile"] == ICC


def test_statements_of_colour_stay_in_a_png() -> None:
    assert b"gAMA" in stripped(FILES["png"]).data


@pytest.mark.parametrize("turn", range(2, 9))
@pytest.mark.parametrize("make", [jpeg, png, webp])
def test_a_turned_picture_stays_the_right_way_up(make: object, turn: int) -> None:
    data = make(turn)  # type: ignore[operator]
    outcome = stripped(data)
    assert outcome.kept == ("ICC", "orientation")
    assert upright(outcome.data) == upright(data)
    assert not [secret for secret in PLANTED if secret in outcome.data]
    with Image.open(io.BytesIO(outcome.data)) as picture:
        assert dict(picture.getexif()) == {0x0112: turn}
    assert stripped(outcome.data).dropped == ()


@pytest.mark.parametrize("name", ["animated gif", "animated png", "animated webp"])
def test_an_animation_keeps_its_time(name: str) -> None:
    with (
        Image.open(io.BytesIO(FILES[name])) as one,
        Image.open(io.BytesIO(stripped(FILES[name]).data)) as other,
    ):
        assert one.n_frames == other.n_frames > 1
        one.load()
        other.load()
        assert one.info["duration"] == other.info["duration"] == 70
        assert one.info["loop"] == other.info["loop"]


@pytest.mark.parametrize("data", [b"", b"BM", b"<svg/>", b"II*\0", b"\xff\xd8", b"RIFF....WAVE"])
def test_what_is_no_known_picture_is_refused(data: bytes) -> None:
    assert strip_metadata(data) == NotStripped("", "it is neither JPEG, PNG, WebP nor GIF")


def test_a_picture_that_claims_to_be_vast_is_refused_before_memory_is_asked_for() -> None:
    vast = FILES["png"][:16] + struct.pack(">II", 2**31 - 1, 2**31 - 1) + FILES["png"][24:]
    outcome = strip_metadata(vast)
    assert isinstance(outcome, NotStripped)
    assert "pixels" in outcome.reason


def test_bytes_between_the_segments_of_a_jpeg_do_not_pass() -> None:
    data = FILES["jpeg"]
    at = data.index(b"\xff\xdb")
    assert b"SECRETGAP" not in stripped(data[:at] + b"SECRETGAP" + data[at:]).data


@EVERY
def test_a_cut_off_picture_is_refused_and_never_half_cleaned(data: bytes) -> None:
    whole = len(data) - len(b"SECRETTAIL")
    for end in sorted({*range(12, min(whole, 200), 7), *range(200, whole, max(1, whole // 25)), whole - 1}):
        outcome = strip_metadata(data[:end])
        assert isinstance(outcome, NotStripped), end
        assert outcome.reason


@given(
    st.sampled_from(sorted(FILES)),
    st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=4)), max_size=6),
)
def test_a_damaged_picture_never_raises_anything(name: str, damage: list[tuple[float, bytes]]) -> None:
    data = bytearray(FILES[name])
    for place, new in damage:
        at = int(place * (len(data) - 1))
        data[at : at + len(new)] = new
    assert isinstance(strip_metadata(bytes(data)), Stripped | NotStripped)


STARTS = (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x20\0\0\0WEBP", b"GIF89a", FILES["png"][:33])


@given(st.sampled_from(STARTS), st.binary(max_size=300))
def test_any_bytes_give_an_answer(start: bytes, rest: bytes) -> None:
    assert isinstance(strip_metadata(start + rest), Stripped | NotStripped)


@given(st.sampled_from(sorted(FILES)), st.data())
def test_pieces_put_together_at_random_never_raise_anything(name: str, chance: st.DataObject) -> None:
    data = FILES[name]
    cuts = sorted(chance.draw(st.lists(st.integers(12, len(data)), max_size=8)))
    pieces = [data[a:b] for a, b in pairwise([12, *cuts, len(data)])]
    shuffled = chance.draw(st.permutations(pieces))
    assert isinstance(strip_metadata(data[:12] + b"".join(shuffled)), Stripped | NotStripped)


@given(st.binary(max_size=200))
def test_any_bytes_have_an_orientation(data: bytes) -> None:
    assert orientation(b"II*\0" + data) in range(1, 9)


@given(st.integers(1, 8))
def test_what_is_written_of_the_orientation_is_read(turn: int) -> None:
    assert orientation(minimal(turn)) == turn
