"""Content Credentials out of pictures, sound and films, as the JSON that a C2PA reader makes of them."""

from __future__ import annotations

from pathlib import Path

from sayso.errors import EdgeError, InputError, Place, Problem

SUFFIXES = frozenset(
    ".avi .avif .c2pa .dng .flac .gif .heic .heif .jpeg .jpg .jxl .m4a .mov .mp3 .mp4 .pdf .png .svg .tif .tiff .wav .webp".split()
)
"""Files that are asked for credentials; any other is taken for the JSON itself."""


def read_credentials(path: Path) -> str:
    """Return the credentials in a file as JSON, with those of what it was made from.

    Whether their signature is trusted is not asked: a no needs no proof of who says it. Nothing is fetched; credentials that lie
    elsewhere on the network are none. Raises ``InputError`` for a file without credentials, or none that can be read;
    ``EdgeError`` where the extra ``credentials`` is not installed.
    """
    try:
        import c2pa  # few projects read media
    except ImportError:
        what = "Content Credentials are read from media by c2pa-python, which is not installed"
        advice = "install it: pip install 'sayso[credentials]', or give the JSON of another C2PA reader"
        raise EdgeError(Problem("missing-part", what, advice=advice)) from None
    quiet = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
    try:
        with (
            c2pa.Context(c2pa.Settings.from_dict(quiet)) as context,
            c2pa.Reader(path, context=context) as found,
        ):
            return str(found.json())
    except (c2pa.C2paError, OSError):
        what = "there are no Content Credentials in it that can be read"
        raise InputError(
            Problem("no-credentials", what, Place(path.name), "is it the original file?")
        ) from None
