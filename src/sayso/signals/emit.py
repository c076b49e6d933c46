"""What a site publishes so that outsiders read what its policy says, in every form, each with a sentence that says what and why."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from sayso.signals.cawg import LABEL
from sayso.signals.paths import normal
from sayso.signals.rsl import NAMESPACE
from sayso.signals.statement import said
from sayso.values.preferences import TRAINING, Preference, Say, Usage

ROOT = "/"


@dataclass(frozen=True, slots=True)
class Told:
    """What is said about the paths of a pattern; ``/`` is all that no other pattern names."""

    path: str
    preference: Preference


@dataclass(frozen=True, slots=True)
class Published:
    """One thing to publish: the name of its file, where it goes, what it says and why, and its text."""

    file: str
    where: str
    why: str
    text: str


@dataclass(frozen=True, slots=True)
class Outline:
    """What everything is made from.

    ``told`` has the path ``/`` and any others; ``heading`` says whose policy it is, and why it says so; ``silence`` of what nothing
    is said, empty where there is nothing; ``base`` is the site's address, empty where it was not given; ``gpc_since`` the day since
    when Global Privacy Control is heard, ``None`` where it is not.
    """

    told: tuple[Told, ...]
    heading: tuple[str, ...]
    silence: str = ""
    base: str = ""
    gpc_since: str | None = None


def published(outline: Outline) -> tuple[Published, ...]:
    """Return everything to publish; a form that has nothing to say is left out.

    Raises ``ValueError`` where nothing is told of the path ``/``.
    """
    if not any(one.path == ROOT for one in outline.told):
        raise ValueError("nothing is told of the whole site")
    makers: tuple[Callable[[Outline], Published | None], ...] = (
        _robots, _headers, _tdmrep, _rsl, _meta, _cawg, _gpc,
    )  # fmt: skip
    return tuple(made for make in makers if (made := make(outline)) is not None)


def _training(preference: Preference) -> Say:
    """Return what is said of training, generative or not: the forms have one word for both."""
    found = {preference.of(usage) for usage in TRAINING}
    if Say.DISALLOWED in found:
        return Say.DISALLOWED
    return Say.ALLOWED if found == {Say.ALLOWED} else Say.UNKNOWN


def _words(preference: Preference, names: Sequence[tuple[str, Say]], yes: str, no: str) -> str:
    spoken = ((name, say) for name, say in names if say is not Say.UNKNOWN)
    return ", ".join(f"{name}={yes if say is Say.ALLOWED else no}" for name, say in spoken)


def expression(preference: Preference) -> str:
    """Return a preference as AIPREF writes it, in the labels of vocab-07.

    >>> expression(Preference(frozenset({Usage.SEARCH}), TRAINING))
    'train-ai=n, search=y'
    """
    names = (("train-ai", _training(preference)), ("search", preference.of(Usage.SEARCH)))
    return _words(preference, names, "y", "n")


def content_signal(preference: Preference) -> str:
    """Return a preference as a Content-Signal.

    >>> content_signal(Preference(frozenset({Usage.SEARCH}), TRAINING))
    'search=yes, ai-train=no'
    """
    names = (
        ("search", preference.of(Usage.SEARCH)),
        ("ai-input", preference.of(Usage.AI_USE)),
        ("ai-train", _training(preference)),
    )
    return _words(preference, names, "yes", "no")


def _everywhere(told: Iterable[Told]) -> Preference:
    """Return what is said of every path alike: a form that knows no paths can say that, and no more."""
    preferences = [one.preference for one in told]
    allowed = frozenset.intersection(*(one.allowed for one in preferences))
    return Preference(allowed, frozenset.intersection(*(one.disallowed for one in preferences)))


def _specific_first(told: Iterable[Told]) -> list[Told]:
    return sorted(told, key=lambda one: (-len(normal(one.path)), one.path))


def _robots(outline: Outline) -> Published | None:
    usage = [
        f"Content-Usage: {one.path} {words}"
        for one in reversed(_specific_first(outline.told))
        if (words := expression(one.preference))
    ]
    signal = content_signal(_everywhere(outline.told))
    lines = [
        *(f"# {line}" for line in (*outline.heading, outline.silence) if line),
        "User-agent: *",
        *(
            [*_note("What may be done with a page (AIPREF), by path; the longest path stands."), *usage]
            if usage
            else []
        ),
        *(
            [*_note("The same for the whole site (Content Signals)."), f"Content-Signal: {signal}"]
            if signal
            else []
        ),
        *(
            [*_note("The same as a licence (RSL)."), f"License: {outline.base}/rsl.xml"]
            if outline.base
            else []
        ),
        "Allow: /",
    ]
    why = f"Asks every robot: {_summary(outline.told)}. Put these lines into the group for every robot; they let pages be fetched."
    return Published("robots.txt", "/robots.txt", why, _lines(lines)) if usage or signal else None


def _note(text: str) -> tuple[str, ...]:
    return (f"# {text}",)


def _summary(told: Sequence[Told]) -> str:
    if len(told) == 1:
        return said(told[0].preference)
    return "; ".join(f"for {one.path} {said(one.preference)}" for one in reversed(_specific_first(told)))


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _headers(outline: Outline) -> Published | None:
    blocks = [
        _lines([f"# {one.path}", *_fields(one.preference)])
        for one in reversed(_specific_first(outline.told))
        if _fields(one.preference)
    ]
    why = "Says the same beside every answer of the server, so that it stays with a page that is passed on."
    return Published("headers.txt", "HTTP answers", why, "\n".join(blocks)) if blocks else None


def _fields(preference: Preference) -> list[str]:
    words, reserved = expression(preference), _reservation(preference)
    fields = [f"Content-Usage: {words}"] if words else []
    return fields if reserved is None else [*fields, f"tdm-reservation: {reserved}"]


def _reservation(preference: Preference) -> int | None:
    return {Say.DISALLOWED: 1, Say.ALLOWED: 0, Say.UNKNOWN: None}[_training(preference)]


def _tdmrep(outline: Outline) -> Published | None:
    rules = [
        {"location": one.path, "tdm-reservation": reserved}
        for one in _specific_first(outline.told)
        if (reserved := _reservation(one.preference)) is not None
    ]
    why = "Reserves the right to mine text and data (Directive (EU) 2019/790, Article 4(3)) where it says 1; the first match stands."
    return Published("tdmrep.json", "/.well-known/tdmrep.json", why, _json(rules)) if rules else None


def _json(found: object) -> str:
    return json.dumps(found, indent=2) + "\n"


_RSL_TOKENS = (("ai-train", None), ("ai-input", Usage.AI_USE), ("search", Usage.SEARCH))


def _rsl(outline: Outline) -> Published | None:
    if not any(
        _rsl_words(one.preference, Say.ALLOWED) or _rsl_words(one.preference, Say.DISALLOWED)
        for one in outline.told
    ):
        return None
    contents = [line for one in _specific_first(outline.told) for line in _rsl_content(outline.base, one)]
    heading = re.sub("-{2,}", "-", "\n     ".join(outline.heading))
    text = _lines(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f"<!-- {heading} -->",
            f'<rsl xmlns="{NAMESPACE}">',
            *contents,
            "</rsl>",
        ]
    )
    why = "Says the same as a licence. A use that it does not name is not licensed: RSL has no word for leaving a use open."
    return Published("rsl.xml", "/rsl.xml", why, text)


def _rsl_words(preference: Preference, wanted: Say) -> str:
    says = (
        (token, _training(preference) if usage is None else preference.of(usage))
        for token, usage in _RSL_TOKENS
    )
    return " ".join(token for token, say in says if say is wanted)


def _rsl_content(base: str, told: Told) -> list[str]:
    permits, prohibits = (_rsl_words(told.preference, say) for say in (Say.ALLOWED, Say.DISALLOWED))
    return [
        f"  <content url={quoteattr(base + told.path)}>",
        "    <license>",
        *([f'      <permits type="usage">{permits}</permits>'] if permits else []),
        *([f'      <prohibits type="usage">{prohibits}</prohibits>'] if prohibits else []),
        "    </license>",
        "  </content>",
    ]


def _meta(outline: Outline) -> Published | None:
    blocks = [
        f'<!-- {one.path} -->\n<meta name="tdm-reservation" content="{reserved}">\n'
        for one in reversed(_specific_first(outline.told))
        if (reserved := _reservation(one.preference)) is not None
    ]
    why = "Says what tdmrep.json says inside each page, so that it stays with a copy of the page."
    return Published("meta.html", "<head> of pages", why, "".join(blocks)) if blocks else None


_CAWG_USES = {Say.ALLOWED: "allowed", Say.DISALLOWED: "notAllowed"}


def _cawg(outline: Outline) -> Published | None:
    whole = _everywhere(outline.told)
    says = (
        ("data_mining", _training(whole)),
        ("ai_training", whole.of(Usage.TRAIN_AI)),
        ("ai_generative_training", whole.of(Usage.TRAIN_GENAI)),
        ("ai_inference", whole.of(Usage.AI_USE)),
    )
    entries = {f"cawg.{name}": {"use": _CAWG_USES[say]} for name, say in says if say is not Say.UNKNOWN}
    why = "Says the same inside pictures, sound and films: the assertion to sign into their Content Credentials (CAWG 1.1)."
    text = _json({"label": LABEL, "data": {"entries": entries}})
    return Published("training-mining.json", "Content Credentials of media", why, text) if entries else None


def _gpc(outline: Outline) -> Published | None:
    if outline.gpc_since is None:
        return None
    why = "Says that Global Privacy Control is heard here: the policy has a control for the browser's signal."
    text = _json({"gpc": True, "lastUpdate": outline.gpc_since})
    return Published("gpc.json", "/.well-known/gpc.json", why, text)
