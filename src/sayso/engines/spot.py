"""Spotting: which texts may name some members, found by a directory of those alone."""

from __future__ import annotations

from collections.abc import Sequence

from sayso.ports import Known


class DirectorySpotter:
    """Finds the texts that may name some members.

    Its directory knows nobody else and always removes all of them. Every rule of the directory is the laxer the fewer bear a
    name and the more are always removed, so that what a larger directory finds of these members, this one finds.
    """

    def __init__(self, members: Sequence[Known]) -> None:
        """Build the directory of the members."""
        # Not before it is needed: most commands look for nobody.
        from sayso.redact.directory import Directory, Entry

        entries = [Entry(tag, names, handles) for tag, names, handles in members]
        self._directory = Directory.of(entries, frozenset(one.member for one in entries), b"")

    def spotted(self, texts: Sequence[str]) -> list[bool]:
        """Return for each text whether it may name one of the members."""
        return [bool(found) for found in self._directory.mentions(texts)]
