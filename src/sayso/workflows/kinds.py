"""The kinds of model that there are: those that come with the package, and whatever a module of somebody's own has."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, TypeAlias

from sayso.errors import EdgeError, InputError, Problem
from sayso.models.kind import Kind

OWN = {
    "suggestions": ("sayso.models.suggestions", "SuggestionsKind"),
    "recommendations": ("sayso.models.recommendations", "RecommendationsKind"),
}
"""The kinds that come with the package, each with its module and class: imported when asked for, since they need optional parts."""

Brought: TypeAlias = Mapping[str, Callable[[], Kind[Any]]]
"""Kinds that a project brings, since they need its settings, by name: each is made when it is asked for."""

_ELSEWHERE = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):([A-Za-z_]\w*)")


def kind_of(name: str, brought: Brought = MappingProxyType({})) -> Kind[Any]:
    """Return a kind by its name, or by ``module:Class`` where it is a class of somebody's own that takes no arguments.

    Raises ``InputError`` for a name that is none and a module or class that is not there, ``EdgeError`` where an optional part of the
    installation is missing.
    """
    if name in brought:
        return brought[name]()
    found = _ELSEWHERE.fullmatch(name)
    module, made = (found[1], found[2]) if found else OWN.get(name, ("", ""))
    if not module:
        advice = f"there are {', '.join((*OWN, *brought))}; or name a class of your own as module:Class"
        raise InputError(Problem("unknown-kind", f"{name!r} is no kind of model", advice=advice))
    try:
        kind: Kind[Any] = getattr(import_module(module), made)()
    except ModuleNotFoundError as error:
        raise _missing(name, module, error.name or "") from None
    except AttributeError:
        what = f"the module {module} has no {made}"
        raise InputError(Problem("unknown-kind", what, advice="write module:Class")) from None
    if getattr(kind, "name", None) != name:
        what = f"the class {made} has not the name {name}: its models would not be found again"
        raise InputError(Problem("unknown-kind", what, advice=f"give it name = {name!r}"))
    return kind


def _missing(kind: str, module: str, what: str) -> Exception:
    if module.startswith("sayso.") or not module.startswith(what):
        advice = "install it: pip install 'sayso[models]'"
        return EdgeError(Problem("missing-part", f"{kind} needs the package {what}", advice=advice))
    advice = "is it installed, or on PYTHONPATH?"
    return InputError(Problem("unknown-kind", f"there is no module {module}", advice=advice))
