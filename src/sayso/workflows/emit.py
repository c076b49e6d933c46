"""What the platform publishes, so that outsiders are told the same as its policy says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sayso.errors import InputError, Problem, Refused
from sayso.policy.model import Control, ControlKind, Policy, PolicyVersion
from sayso.policy.outside import Meaning, meaning_in, outsiders_told
from sayso.signals.emit import ROOT, Outline, Published, Told, published
from sayso.signals.statement import called
from sayso.values.moments import Moment, format_day
from sayso.values.preferences import Usage

_PATH = re.compile(r"/[!-\"$-~]*")
_BASE = re.compile(r"https?://[!-~]+")


def emit(
    policy: Policy,
    at: Moment,
    meaning: Meaning,
    recipient: str | None = None,
    paths: Sequence[tuple[str, str]] = (),
    base: str = "",
) -> tuple[Published, ...]:
    """Return what to publish at a moment.

    ``recipient`` stands for outsiders (``None``: nobody does, and they are allowed nothing); ``paths`` are pairs of a category and the
    pattern of the paths where its records are; ``base`` is the site's address, without which no licence is pointed to. Raises
    ``Refused`` where no version is in force, ``InputError`` for a recipient or a category that the policy does not have, a path or
    an address that is none.
    """
    version = policy.in_force(at)
    if version is None:
        what = f"no version of the policy {policy.id} is in force on {format_day(at)}"
        raise Refused(Problem("not-in-force", what, advice="give another --at"))
    _check(policy, recipient, paths, base)
    told = _told(policy, version, meaning, recipient, paths)
    return published(
        Outline(
            told,
            _heading(policy, version, recipient),
            _silence(told),
            base.rstrip("/"),
            _gpc_since(policy, version),
        )
    )


def _heading(policy: Policy, version: PolicyVersion, recipient: str | None) -> tuple[str, ...]:
    """Return whose words these are, and why they are what they are."""
    if recipient is None:
        why = "The policy names everybody who may use it, and no outsider is named: so the answer to outsiders is no."
    else:
        name = " ".join(next(one.name for one in policy.recipients if one.id == recipient).split())
        why = f"Outsiders are “{name}” there: yes where it is given to everybody without asking, no where members decide."
    return (
        f"What this site says about the use of what its members publish: policy {policy.id}, version {version.id}.",
        why,
    )


def _silence(told: Sequence[Told]) -> str:
    """Return what is said of nothing: a use that no purpose of the policy means."""
    spoken = frozenset(
        usage for one in told for usage in (*one.preference.allowed, *one.preference.disallowed)
    )
    silent = frozenset(Usage) - spoken - {Usage.SALE}
    return f"Of {called(silent)} the policy says nothing, and so does this." if silent else ""


def _check(policy: Policy, recipient: str | None, paths: Sequence[tuple[str, str]], base: str) -> None:
    recipients = [one.id for one in policy.recipients]
    if recipient is not None and recipient not in recipients:
        what = f"the policy has no recipient {recipient!r}"
        raise InputError(Problem("unknown-recipient", what, advice=f"it has: {', '.join(recipients)}"))
    categories = [one.id for one in policy.categories]
    for category, path in paths:
        if category not in categories:
            what = f"the policy has no category {category!r}"
            raise InputError(Problem("unknown-category", what, advice=f"it has: {', '.join(categories)}"))
        if not _PATH.fullmatch(path) or path == ROOT:
            what = "--path does not name a part of the site"
            raise InputError(
                Problem("bad-path", what, advice="write it as in robots.txt: article=/articles/")
            )
    if base and not _BASE.fullmatch(base):
        what = "--base is not the address of a site"
        raise InputError(Problem("bad-address", what, advice="write https://forum.example"))


def _told(
    policy: Policy,
    version: PolicyVersion,
    meaning: Meaning,
    recipient: str | None,
    paths: Sequence[tuple[str, str]],
) -> tuple[Told, ...]:
    """Return what is told of the whole site, and of the paths of which something else is told."""

    def of(categories: Sequence[str]) -> Told:
        return Told(ROOT, outsiders_told(policy, version, meaning, recipient, categories))

    placed = {path: [category for category, where in paths if where == path] for _, path in paths}
    named = {category for category, _ in paths}
    rest = [one.id for one in policy.categories if one.id not in named]
    whole = of(rest or [one.id for one in policy.categories])
    parts = [Told(path, of(categories).preference) for path, categories in placed.items()]
    return (whole, *(one for one in parts if one.preference != whole.preference))


def _gpc_since(policy: Policy, version: PolicyVersion) -> str | None:
    """Return the day since when the browser's signal has been heard as it is, ``None`` where it is not heard."""
    heard = _browser(version)
    if not heard:
        return None
    since = version
    for before in reversed([one for one in policy.versions if one.effective_at < version.effective_at]):
        if _browser(before) != heard:
            break
        since = before
    return format_day(since.effective_at)


def _browser(version: PolicyVersion) -> tuple[Control, ...]:
    return tuple(one for one in version.controls if one.kind is ControlKind.BROWSER_SIGNAL)


def meaning_of(policy: Policy, given: Sequence[str]) -> Meaning:
    """Return which purposes usages mean, from texts such as ``train-ai=our-training``.

    Raises ``InputError`` for a text that is none, a usage that signals do not know and a purpose that the policy does not have; and
    where no purpose of the policy means AI training, and none is given.
    """
    pairs = [_pair(text) for text in given]
    names = policy.purposes.names()
    for _, purpose in pairs:
        if purpose not in names:
            what = f"the policy has no purpose {purpose!r}"
            raise InputError(Problem("unknown-purpose", what, advice=f"it has: {', '.join(names)}"))
    found = meaning_in(policy, pairs)
    if not found.of(Usage.TRAIN_AI):
        what = (
            "none of the policy's purposes is called ai-training, so nothing tells which of them signals mean"
        )
        advice = f"give --means train-ai=PURPOSE; the policy has: {', '.join(names)}"
        raise InputError(Problem("no-meaning", what, advice=advice))
    return found


def _pair(text: str) -> tuple[Usage, str]:
    usage, equals, purpose = text.partition("=")
    known = [one.value for one in Usage if one is not Usage.SALE]
    if not equals or usage not in known:
        what = "--means does not say which purpose a usage means"
        advice = f"write USAGE=PURPOSE; the usages are {', '.join(known)}"
        raise InputError(Problem("bad-meaning", what, advice=advice))
    return Usage(usage), purpose
