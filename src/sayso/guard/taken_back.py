"""What was taken back of one use, folded from the items of the feed: who is out, which records, whether the use is stopped.

Pure: items in, answers out. A member's last word stands (DESIGN section 3); a closed account, an erasure and a deletion are for good.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sayso.client.answers import Item
from sayso.values.uses import Use

_FOR_GOOD = ("account-closed", "member-erased")
_OF_ALL = ("policy-adopted", "records-imported")


class TakenBack:
    """The fold. ``by_record`` tells whether records can be told apart; if not, a deletion takes out all of its author's."""

    def __init__(self, use: Use, by_record: bool, let_pass: Collection[str] = ()) -> None:
        """Stand before any item; items of the kinds in ``let_pass`` change nothing for many at once."""
        self._use, self._by_record, self._let_pass = use, by_record, frozenset(let_pass)
        self._words: dict[str, tuple[datetime, int, bool]] = {}
        self._gone: set[str] = set()
        self._records: set[str] = set()
        self._stops: dict[str, Item] = {}
        self._nameless: Item | None = None

    def fold(self, items: Iterable[Item]) -> None:
        """Take items in, in any order and any number of times."""
        for item in items:
            if self._use in item.uses:
                self._fold(item)

    def _fold(self, item: Item) -> None:
        if item.kind in ("said-no", "said-yes"):
            self._hear(item, item.kind == "said-yes")
        elif item.kind in _FOR_GOOD:
            self._leave(item)
        elif item.kind == "record-deleted":
            self._delete(item)
        elif item.kind in ("suspended", "resumed"):
            self._stop(item)
        elif item.kind in _OF_ALL and item.kind not in self._let_pass:
            self._nameless = self._nameless or item

    def _hear(self, item: Item, yes: bool) -> None:
        if item.member is not None:
            word = item.at, item.entry, yes
            self._words[item.member] = max(word, self._words.get(item.member, word))
        elif not yes:
            self._nameless = self._nameless or item

    def _leave(self, item: Item) -> None:
        if item.member is not None:
            self._gone.add(item.member)
        else:
            self._nameless = self._nameless or item

    def _delete(self, item: Item) -> None:
        if item.record is not None and self._by_record:
            self._records.add(item.record)
        else:
            self._leave(item)

    def _stop(self, item: Item) -> None:
        name = item.suspension or f"entry {item.entry}"
        known = self._stops.get(name)
        if known is None or known.kind == "suspended":  # a lift stands, in whatever order the two come
            self._stops[name] = item

    def is_out(self, members: Collection[str], record: str | None = None) -> bool:
        """Tell whether a record may not be used: of any of its members, or itself; one of nobody never may."""
        return not members or record in self._records or any(map(self._is_out, members))

    def _is_out(self, member: str) -> bool:
        word = self._words.get(member)
        return member in self._gone or (word is not None and not word[2])

    def stop(self, now: datetime) -> Item | None:
        """Return a suspension that stops the use for everyone at a moment, ``None`` where there is none."""
        return next((item for item in self._standing(now) if item.everyone), None)

    def doubt(self, now: datetime) -> Item | None:
        """Return what makes it unsure who may be used, ``None`` where nothing does.

        That is what bears on members whom it does not name: a stop in some regions, a changed policy, new facts about members,
        somebody who was erased.
        """
        regional = (item for item in self._standing(now) if not item.everyone)
        return self._nameless or next(regional, None)

    def _standing(self, now: datetime) -> list[Item]:
        return [
            item
            for item in tuple(self._stops.values())  # a thread that asks ahead may fold meanwhile
            if item.kind == "suspended" and item.at <= now and (item.until is None or now < item.until)
        ]
