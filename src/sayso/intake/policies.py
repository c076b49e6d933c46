"""Policy files and packs from disk: bytes in, a policy or every problem out."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from sayso.errors import InputError, Place, Problem
from sayso.policy.model import Policy
from sayso.policy.parse import parse_policy
from sayso.policy.yamltext import MAX_BYTES

_PACKS = resources.files("sayso") / "policy" / "packs"


def pack_ids() -> tuple[str, ...]:
    """Return the ids of the packs that come with Sayso, in alphabetical order."""
    stems = (entry.name.removesuffix(".yaml") for entry in _PACKS.iterdir() if entry.name.endswith(".yaml"))
    return tuple(sorted(stem for stem in stems if "." not in stem))  # linkedin.cases.yaml is no pack


def load_policy(name: str | Path) -> Policy:
    """Return the policy of a pack id, or else of a file.

    Raises ``InputError`` with every problem when it cannot be read, is not UTF-8, or is not a policy.
    """
    text, file = read_policy_text(name)
    policy = parse_policy(text, file)
    if isinstance(policy, Policy):
        return policy
    raise InputError(*policy)


def read_policy_text(name: str | Path) -> tuple[str, str]:
    """Return the text of a pack, or else of a file, and the name that places in it carry.

    Raises ``InputError`` when it cannot be read or is not UTF-8.
    """
    if isinstance(name, str) and name in pack_ids():
        return (_PACKS / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml"
    return read_text(Path(name)), str(name)


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, of which no more is read than a policy may be long.

    Raises ``InputError`` when it cannot be read or is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        advice = f"give a file, or one of the packs {', '.join(pack_ids())}"
        what = f"the file cannot be read: {(error.strerror or 'unknown reason').lower()}"
        raise InputError(Problem("unreadable", what, Place(str(path)), advice)) from error
    return _decoded(data, path)


def _decoded(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(data) > MAX_BYTES:  # cut in the middle of a character: what is too large is reported as that
            return data.decode("utf-8-sig", "replace")
        before = data[: error.start]
        place = Place(str(path), before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
        advice = "save it as UTF-8 text" + (
            " (it looks like UTF-16)" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        )
        raise InputError(Problem("not-utf8", "the file is not UTF-8 text", place, advice)) from error
