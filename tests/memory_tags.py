"""A tag table in memory: the second adapter of the contract suite."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pyarrow as pa

from sayso.values.canonical import keyed


class MemoryTags:
    """A ``TagStore`` that forgets at the end of the process."""

    def __init__(self, secret: bytes, random: Callable[[int], str]) -> None:
        self._secret, self._random = secret, random
        self._tags: dict[str, str] = {}
        self._erased: set[bytes] = set()

    def tag_of(self, member: str) -> str | None:
        return self._tags.get(member)

    def member_of(self, tag: str) -> str | None:
        return next((member for member, given in self._tags.items() if given == tag), None)

    def give(self, members: Iterable[str]) -> None:
        for member in members:
            if member not in self._tags and not self.is_erased(member):
                self._tags[member] = self._random(16)

    def erase(self, member: str) -> str | None:
        self._erased.add(keyed(self._secret, "erased", member.encode()))
        return self._tags.pop(member, None)

    def is_erased(self, member: str) -> bool:
        return keyed(self._secret, "erased", member.encode()) in self._erased

    def table(self) -> pa.Table:
        members = sorted(self._tags)
        tags = [self._tags[member] for member in members]
        return pa.table({"member": pa.array(members, pa.string()), "tag": pa.array(tags, pa.string())})
