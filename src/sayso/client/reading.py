"""Parsed JSON becomes frozen dataclasses, by their annotations; fields that this client does not know are passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from sayso.client.problems import bad_answer
from sayso.values.uses import Use

T = TypeVar("T")


def read(kind: type[T], value: Any) -> T:
    """Return a value of a kind; raises ``BadAnswer``, naming the field, where the JSON does not fit.

    Kinds are dataclasses, ``datetime`` (RFC 3339 text), ``Use``, ``str``, ``int``, ``bool``, ``Mapping`` (as it is), tuples of one
    kind, and unions with ``None``.
    """
    found: T = _read(kind, value, "the answer")
    return found


def _read(kind: Any, value: Any, where: str) -> Any:
    if get_origin(kind) is UnionType:
        kinds = [one for one in get_args(kind) if one is not NoneType]
        return None if value is None else _read(kinds[0], value, where)
    if get_origin(kind) is tuple:
        _hold(isinstance(value, list), where, "a list")
        return tuple(_read(get_args(kind)[0], one, where) for one in value)
    if kind is Use:
        _hold(isinstance(value, Mapping) and {"purpose", "recipient"} <= set(value), where, "a use")
        return Use(str(value["purpose"]), str(value["recipient"]))
    if is_dataclass(kind):
        _hold(isinstance(value, Mapping), where, "an object")
        make: Any = kind
        return make(**dict(_arguments(kind, value)))
    return _plain(kind, value, where)


def _plain(kind: Any, value: Any, where: str) -> Any:
    if kind is datetime:
        _hold(isinstance(value, str), where, "a moment")
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            raise bad_answer(f"{where} is not a moment") from None
    wanted = get_origin(kind) or kind
    _hold(
        isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool)), where, wanted.__name__
    )
    return value


def _arguments(kind: Any, value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    found = []
    for name, hint, optional in _form(kind):
        if name in value:
            found.append((name, _read(hint, value[name], name)))
        else:
            _hold(optional, name, "there")
    return found


@lru_cache(maxsize=256)
def _form(kind: Any) -> tuple[tuple[str, Any, bool], ...]:
    hints = get_type_hints(kind)
    return tuple(
        (one.name, hints[one.name], one.default is not MISSING or one.default_factory is not MISSING)
        for one in fields(kind)
    )


def _hold(good: bool, where: str, wanted: str) -> None:
    if not good:
        raise bad_answer(f"{where} is not {wanted}")
