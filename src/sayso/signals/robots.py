"""robots.txt: who may fetch what (RFC 9309), and what may be done with it (draft-ietf-aipref-attach-05, Content-Signal, RSL)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sayso.signals.aipref import read_expression
from sayso.signals.contentsignal import read_signals
from sayso.signals.crawlers import CRAWLERS
from sayso.signals.fields import unread_licence
from sayso.signals.paths import longest
from sayso.signals.statement import Kind, Statement, called
from sayso.values.preferences import AUTOMATED, Preference, Usage

LARGEST = 500 * 1024
"""Bytes that are read of a file (RFC 9309, section 2.5)."""
EVERYBODY = "*"
_RULES = ("allow", "disallow", "content-usage", "content-signal")


@dataclass(frozen=True, slots=True)
class Line:
    """A rule: its name in small letters, the path pattern, and for rules about use the rest."""

    name: str
    path: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Robots:
    """A robots.txt: the rules of each product token (small letters, ``*`` for everybody), and whether it names licence terms."""

    groups: tuple[tuple[str, tuple[Line, ...]], ...]
    licence: bool = False

    @property
    def kind(self) -> Kind:
        """Return its form."""
        return Kind.ROBOTS

    def rules(self, agent: str) -> tuple[Line, ...]:
        """Return the rules for a product token: its own, or everybody's where it has none."""
        groups = dict(self.groups)
        return groups.get(agent.lower(), groups.get(EVERYBODY, ()))

    def may_fetch(self, agent: str, path: str) -> bool:
        """Tell whether a crawler may fetch a path: the longest rule decides, at equal length the one that allows."""
        rules = ((one.path, one.name) for one in self.rules(agent) if one.name in ("allow", "disallow"))
        found = longest(rules, path)
        return path == "/robots.txt" or not found or "allow" in found

    def at(self, path: str) -> tuple[Statement, ...]:
        """Return what it says about a path.

        What nobody may fetch carries no preference (attach, section 3.1): there, that everybody is turned away is what counts. Each
        known AI crawler that is turned away by name counts for what it gathers for. So does a no that is said to it alone.
        """
        return tuple(dict.fromkeys(self._at(path)))

    def _at(self, path: str) -> Iterator[Statement]:
        if self.may_fetch(EVERYBODY, path):
            yield from _usage(self.rules(EVERYBODY), path, "")
        else:
            why = "robots.txt turns every robot away here: no to any use by robots."
            yield Statement(Preference(disallowed=AUTOMATED), why)
        yield from self._turned_away(path)
        if self.licence:
            yield unread_licence("robots.txt")

    def _turned_away(self, path: str) -> Iterator[Statement]:
        named = {token for token, _ in self.groups}
        found: dict[frozenset[Usage], list[str]] = {}
        for token, usages in CRAWLERS:
            if token.lower() not in named:
                continue
            if self.may_fetch(token, path):
                told = _usage(self.rules(token), path, f" to {token}")
                yield from (one for one in told if one.preference.disallowed)
            else:
                found.setdefault(usages, []).append(token)
        for usages, tokens in found.items():
            why = f"robots.txt turns away {', '.join(tokens)}: no to {called(usages)}."
            yield Statement(Preference(disallowed=usages), why)

    def patterns(self) -> tuple[str, ...]:
        """Return the patterns of rules about use that hold for everybody; turning robots away from a part is no word on use."""
        return tuple(
            one.path for one in self.rules(EVERYBODY) if one.value and self.may_fetch(EVERYBODY, one.path)
        )


def _usage(rules: tuple[Line, ...], path: str, whom: str) -> Iterator[Statement]:
    """Yield what the longest rules of each kind say about the use of a path; alike rules apply separately (attach, section 3.1)."""
    for name, read in (("content-usage", read_expression), ("content-signal", read_signals)):
        of_kind = ((one.path, one.value) for one in rules if one.name == name)
        yield from (read(value, f"robots.txt{whom}, {name.title()},") for value in longest(of_kind, path))


def read_robots(text: str) -> Robots:
    """Return what a robots.txt says; lines that are no rules are left out, as RFC 9309 wants it, and so is all beyond 500 KiB.

    >>> read_robots("User-agent: *\\nContent-Usage: / train-ai=n\\nContent-Usage: /ok/ train-ai=y").at("/ok/1")[0].why
    'robots.txt, Content-Usage, says: allows AI training.'
    """
    groups: dict[str, list[Line]] = {}
    agents: list[str] = [EVERYBODY]  # a rule before any group is meant for everybody
    naming = licence = False
    for name, value in _lines(text):
        if name == "user-agent":
            token = value.partition("/")[0].strip().lower()
            agents = [*agents, token] if naming else [token]
            groups.setdefault(token, [])
        elif name in _RULES:
            for agent in agents:
                groups.setdefault(agent, []).append(_rule(name, value))
        licence = licence or (name == "license" and bool(value))
        naming = name == "user-agent" or (naming and name not in _RULES)
    return Robots(tuple((agent, tuple(lines)) for agent, lines in groups.items()), licence)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the value of each line that has both."""
    whole = text.encode()[:LARGEST].decode(errors="ignore").removeprefix("\ufeff")
    for line in whole.replace("\r", "\n").split("\n"):
        name, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield name.strip(" \t").lower(), value.strip(" \t")


def _rule(name: str, value: str) -> Line:
    if name in ("allow", "disallow"):
        return Line(name, value)
    path, _, rest = value.replace("\t", " ").partition(" ") if value.startswith("/") else ("/", "", value)
    return Line(name, path, rest.strip() or " ")
