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


class DirectorySieve:
    """Finds the texts that come out otherwise, or name one of them, when other members of a directory are always removed.

    A redaction knows members by the mentions in a text alone, so a text in which two directories find the same mentions, none of
    them of a member whose word changed, comes out the same. Both directories hold everybody: this takes longer to make than a
    ``DirectorySpotter``, and finds far fewer texts where many words changed, for a name that few of those bear many others may.
    """

    def __init__(self, members: Sequence[Known], then: frozenset[str], now: frozenset[str]) -> None:
        """Build both directories; ``then`` and ``now`` are the tags of those who are always removed."""
        from sayso.redact.directory import Directory, Entry

        entries = [Entry(*one) for one in members]
        self._directories = [Directory.of(entries, always, b"") for always in (then, now)]
        self._changed = then ^ now

    def spotted(self, texts: Sequence[str]) -> list[bool]:
        """Return for each text whether it may come out otherwise."""
        before, after = (directory.mentions(texts) for directory in self._directories)
        return [
            one != other or any(not self._changed.isdisjoint(mention.members) for mention in other)
            for one, other in zip(before, after, strict=True)
        ]
