"""The blocks ``service`` (where the service is reached, who gets in) and ``log`` of ``sayso.yaml``. Only ``config`` reads with it.

Secrets are not written here, but where they lie: in an environment variable, or in a file.
"""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from sayso.errors import Place
from sayso.policy.parse_report import Report, shown
from sayso.policy.yamltext import Fields, Items, Word

OfficeRole = Literal["office", "engineer", "auditor"]
OFFICE_ROLES: tuple[OfficeRole, ...] = ("office", "engineer", "auditor")

_KEYS = ("url", "members", "office")
_MEMBERS_KEYS = ("issuer", "audience", "jwks", "pages")
_OFFICE_KEYS = ("issuer", "client_id", "client_secret", "claim", "roles")
LOG_COMMENT = "# The log and the tags are in PostgreSQL (docs/how-to/postgres.md). Its address lies elsewhere: it is a secret."
_LOG_KEY = re.compile(r"log\s*:")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class MembersEntry:
    """How members are known: tokens (JWT) that the platform signs.

    ``issuer`` and ``audience`` are what a token's ``iss`` and ``aud`` must be; ``jwks`` is where the platform's public keys are (a
    JWK set, RFC 7517): an address, or a file relative to the project. ``pages`` are the origins of the platform's pages that may
    send a member over by a form, beside the service's own.
    """

    issuer: str
    audience: str
    jwks: str
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """Where a secret lies: in an environment variable or in a file, relative to the project where it is not absolute."""

    kind: Literal["env", "file"]
    name: str


def named_place(word: str) -> SecretPlace:
    """Return the place that a word names: a variable where it can be the name of one, else a file.

    >>> named_place("SAYSO_LOG_URL").kind, named_place("secrets/log.url").kind
    ('env', 'file')
    """
    return SecretPlace("env" if _VARIABLE.fullmatch(word) else "file", word)


@dataclass(frozen=True, slots=True)
class OfficeEntry:
    """How the office is known: an OpenID Connect provider, found by its ``issuer`` (OpenID Connect Discovery 1.0).

    ``roles`` says which values of the claim ``claim`` make somebody what.
    """

    issuer: str
    client_id: str
    client_secret: SecretPlace
    roles: tuple[tuple[str, OfficeRole], ...]
    claim: str = "roles"


@dataclass(frozen=True, slots=True)
class Service:
    """Where browsers reach the service (``None``: at the address that it listens on), and who gets in."""

    url: str | None = None
    members: MembersEntry | None = None
    office: OfficeEntry | None = None

    @property
    def is_secure(self) -> bool:
        """Tell whether browsers reach it over HTTPS alone."""
        return self.url is not None and self.url.startswith("https:")

    @property
    def host(self) -> str | None:
        """Return the name by which browsers reach it."""
        return None if self.url is None else urlsplit(self.url).hostname


def parse_service(block: Fields, report: Report) -> Service:
    """Return what a ``service`` block says; what is wrong with it is in the report, and then the value means nothing."""
    found = _pairs(block, _KEYS, report)
    url = _origin("url", found.get("url"), report)
    members, office = found.get("members"), found.get("office")
    return Service(
        url,
        None if members is None else _members(members, report),
        None if office is None else _office(office, url, report),
    )


def parse_log(block: Fields | None, report: Report) -> SecretPlace | None:
    """Return where a ``log`` block says that the address of its database lies, ``None`` where there is no block."""
    if block is None:
        return None
    for key, value in block.pairs:
        if key.text != "postgres":
            report.unknown("key", key.text, key.place, ("postgres",))
        elif isinstance(value, Fields) and [each.text for each, _ in value.pairs] == ["url"]:
            return secret_place("url", value.pairs[0][1], key.place, report)
    advice = "write `log: {postgres: {url: {env: NAME}}}`"
    report.add("bad-shape", "log does not say where the address of its database lies", block.place, advice)
    return None


def log_text(place: SecretPlace | None) -> str:
    """Return the lines of the project file that say where the log is; none where it is in a file of the project.

    >>> print(log_text(SecretPlace("env", "SAYSO_LOG_URL")).splitlines()[1])
    log: {postgres: {url: {env: SAYSO_LOG_URL}}}
    """
    if place is None:
        return ""
    return f"{LOG_COMMENT}\nlog: {{postgres: {{url: {{{place.kind}: {_quoted(place)}}}}}}}\n"


def with_log(text: str, place: SecretPlace | None) -> str:
    """Return the text of a project file that says another place of the log, and whatever else it said.

    >>> text = with_log("sayso: 1\\nname: forum\\n", SecretPlace("env", "SAYSO_LOG_URL"))
    >>> text.splitlines()[-1], with_log(text, None)
    ('log: {postgres: {url: {env: SAYSO_LOG_URL}}}', 'sayso: 1\\nname: forum\\n')
    """
    kept: list[str] = []
    inside = False
    for line in text.splitlines(keepends=True):
        inside = bool(_LOG_KEY.match(line)) or (inside and line[:1] in " \t#\r\n")
        if not inside and line.rstrip() != LOG_COMMENT:
            kept.append(line)
    rest = "".join(kept)
    gap = "" if rest.endswith("\n") or not rest else "\n"
    return f"{rest}{gap}{log_text(place)}"


def _quoted(place: SecretPlace) -> str:
    return json.dumps(place.name, ensure_ascii=False) if place.kind == "file" else place.name


def _pairs(block: object, keys: tuple[str, ...], report: Report) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in block.pairs if isinstance(block, Fields) else ():
        if key.text in keys:
            found[key.text] = value
        else:
            report.unknown("key", key.text, key.place, keys)
    return found


def _place(value: object) -> Place:
    assert isinstance(value, Word | Items | Fields)
    return value.place


def _members(block: object, report: Report) -> MembersEntry | None:
    if not _is_mapping("members", block, report):
        return None
    found = _pairs(block, _MEMBERS_KEYS, report)
    issuer, audience = (_word(key, found, block, report) for key in ("issuer", "audience"))
    jwks = _word("jwks", found, block, report)
    if "://" in jwks:
        _check_address("jwks", jwks, _place(found["jwks"]), report)
    return MembersEntry(issuer, audience, jwks, _pages(found.get("pages"), issuer, report))


def _pages(value: object, issuer: str, report: Report) -> tuple[str, ...]:
    """Return the origins that are named, or the issuer's own where it is an address."""
    if value is None:
        parts = urlsplit(issuer)
        return (f"{parts.scheme}://{parts.netloc}",) if parts.scheme in ("https", "http") else ()
    words = value.items if isinstance(value, Items) else (value,)
    return tuple(found for word in words if (found := _origin("pages", word, report)))


def _office(block: object, url: str | None, report: Report) -> OfficeEntry | None:
    if not _is_mapping("office", block, report):
        return None
    found = _pairs(block, _OFFICE_KEYS, report)
    issuer, client_id = (_word(key, found, block, report) for key in ("issuer", "client_id"))
    if issuer:
        _check_address("issuer", issuer, _place(found["issuer"]), report)
    if url is None:
        advice = "write `url: https://NAME` in the block `service`: the provider sends browsers back to it"
        report.add("missing-key", "signing in through a provider needs a url", _place(block), advice)
    claim = _word("claim", found, block, report) if "claim" in found else "roles"
    secret = secret_place("client_secret", found.get("client_secret"), _place(block), report)
    return OfficeEntry(issuer, client_id, secret, _roles(found.get("roles"), _place(block), report), claim)


def secret_place(key: str, value: object, otherwise: Place, report: Report) -> SecretPlace:
    """Return where the secret of a key lies; what is wrong is in the report, and then the value means nothing."""
    found = _pairs(value, ("env", "file"), report)
    kind, word = next(iter(found.items()), ("", None))
    if len(found) == 1 and isinstance(word, Word) and word.text:
        if kind == "file":
            return SecretPlace("file", word.text)
        if _VARIABLE.fullmatch(word.text):
            return SecretPlace("env", word.text)
    place = value.place if isinstance(value, Word | Items | Fields) else otherwise
    what = f"{key} does not say where the secret lies"
    report.add("bad-value", what, place, f"write `{key}: {{env: NAME}}` or `{{file: PATH}}`")
    return SecretPlace("env", "")


def _roles(value: object, otherwise: Place, report: Report) -> tuple[tuple[str, OfficeRole], ...]:
    if not isinstance(value, Fields) or not value.pairs:
        place = value.place if isinstance(value, Word | Items) else otherwise
        what = "roles does not say who is what in the office"
        report.add("missing-key", what, place, "write `roles: {VALUE-OF-THE-CLAIM: office}`")
        return ()
    return tuple((key.text, role) for key, word in value.pairs if (role := _role(word, report)) is not None)


def _role(word: object, report: Report) -> OfficeRole | None:
    text = word.text if isinstance(word, Word) else ""
    found = next((role for role in OFFICE_ROLES if role == text), None)
    if found is None:
        advice = f"use one of {', '.join(OFFICE_ROLES)}"
        report.add("bad-value", f"{shown(text)} is not a role of the office", _place(word), advice)
    return found


def _is_mapping(key: str, block: object, report: Report) -> bool:
    if isinstance(block, Fields):
        return True
    report.add("bad-shape", f"{key} needs a mapping", _place(block), f"write `{key}:` and keys below it")
    return False


def _word(key: str, found: dict[str, object], block: object, report: Report) -> str:
    value = found.get(key)
    if isinstance(value, Word) and value.text:
        return value.text
    if value is None:
        report.add("missing-key", f"the key {key!r} is missing", _place(block), f"write `{key}: ...`")
    else:
        report.add("bad-shape", f"{key} needs one word", _place(value), f"write `{key}: value`")
    return ""


def _origin(key: str, value: object, report: Report) -> str | None:
    """Return an address that is an origin (scheme, host, port) and no more; ``None`` where it is none."""
    if value is None:
        return None
    text = value.text.rstrip("/") if isinstance(value, Word) else ""
    parts = _check_address(key, text, _place(value), report)
    if parts is None:
        return None
    if parts.path or parts.query or parts.fragment:
        report.add(
            "bad-value", f"{key} has a path", _place(value), "write the address without what follows the host"
        )
        return None
    return text


def _check_address(key: str, text: str, place: Place, report: Report) -> SplitResult | None:
    """Return the parts of an address over HTTPS, or over HTTP to this machine."""
    try:
        parts = urlsplit(text)
        whole = bool(parts.hostname) and parts.port != 0 and not parts.username and " " not in text
    except ValueError:
        parts, whole = urlsplit(""), False
    if whole and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))):
        return parts
    advice = "write https://NAME; http is for this machine alone (127.0.0.1, localhost)"
    report.add("bad-value", f"{key} is not an address over HTTPS", place, advice)
    return None


def is_loopback(host: str | None) -> bool:
    """Tell whether a host is this machine, reached from itself alone.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("::1"), is_loopback("0.0.0.0"), is_loopback(None)
    (True, True, True, False, False)
    """
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"
