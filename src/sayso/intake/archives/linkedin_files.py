"""The files of a LinkedIn archive: which of them are read, by what names they go, and what their rows are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sayso.errors import Place
from sayso.intake.archives.limits import ONE_EACH, refuse
from sayso.intake.archives.streams import Archive, Entry


@dataclass(frozen=True, slots=True)
class Kind:
    """A file of a LinkedIn archive.

    ``name`` is what it is called, without ending; ``category`` that of its rows' records; ``needed`` the columns without which it is
    not that file; ``words`` those that hold what the member wrote; ``when`` the column of the moment, empty where nobody knows it;
    ``link`` that of what it is about; ``in_parts`` tells whether there may be several such files.
    """

    name: str
    category: str
    needed: tuple[str, ...]
    words: tuple[str, ...] = ()
    when: str = ""
    link: str = ""
    in_parts: bool = False

    @property
    def file(self) -> str:
        """Return what errors call the file; its true name may hold the member's id."""
        return f"{self.name}.csv"


SHARES = Kind("Shares", "post", ("date", "sharelink"), ("sharecommentary",), "date", "sharelink")
COMMENTS = Kind("Comments", "comment", ("date", "link"), ("message", "comment"), "date", "link")
MESSAGES = Kind("messages", "private-message", ("from", "date", "content"), ("content",), "date")
CHATS = (
    Kind("guide_messages", "genai-conversation", ("from", "date", "content"), ("content",), "date"),
    Kind(
        "learning_role_play",
        "genai-conversation",
        ("from", "date", "content"),
        ("content",),
        "date",
        in_parts=True,
    ),
)
INVITATIONS = Kind(
    "Invitations", "private-message", ("from", "to", "sent at", "direction"), ("message",), "sent at"
)
CONNECTIONS = Kind(
    "Connections", "connection", ("first name", "last name", "connected on"), (), "connected on"
)
RECEIVED = Kind(
    "Recommendations_Received", "recommendation", ("first name", "last name", "text"), (), "creation date"
)
ENDORSEMENTS = Kind(
    "Endorsement_Received_Info", "endorsement", ("endorsement date", "skill name"), (), "endorsement date"
)
PROFILE = Kind("Profile", "profile", ("first name", "last name"), ("headline", "summary", "industry"))
PLAIN = (
    PROFILE,
    Kind("Positions", "profile", ("company name", "title"), ("title", "company name", "location", "description")),
    Kind("Education", "profile", ("school name",), ("school name", "degree name", "notes", "activities")),
    Kind("Skills", "profile", ("name",), ("name",)),
    Kind("Projects", "profile", ("title",), ("title", "description")),
    Kind("Certifications", "profile", ("name", "authority"), ("name", "authority")),
    Kind("Languages", "profile", ("name", "proficiency"), ("name", "proficiency")),
    Kind("Recommendations_Given", "recommendation", ("first name", "text"), ("text",), "creation date"),
    Kind("Reactions", "reaction", ("date", "link"), (), "date", "link"),
    Kind("Votes", "poll-response", ("date", "optiontext"), ("optiontext",), "date", "link"),
    Kind("SearchQueries", "usage", ("time", "search query"), ("search query",), "time"),
    Kind("Inferences_about_you", "inference", ("category", "inference"),
         ("category", "type of inference", "description", "inference")),
    Kind("Saved_Items", "saved", ("saveditem", "createdtime"), (), "createdtime", "saveditem"),
    Kind("Saved Jobs", "saved", ("saved date", "job url"), (), "saved date", "job url", in_parts=True),
    Kind("Job Applications", "job-application", ("application date",), ("question and answers",), "application date",
         "job url", in_parts=True),
)  # fmt: skip
"""Files whose every row is the member's own."""
REPOSTS = Kind("InstantReposts", "", ("date", "link"))
REGISTRATION = Kind("Registration", "", ("registered at",))
SOCIAL = (SHARES.name, COMMENTS.name, "Reactions")
"""What the Basic archive lacks, and what carries the member's id in its name since 2026."""
KINDS = (
    SHARES, COMMENTS, MESSAGES, *CHATS, INVITATIONS, CONNECTIONS, RECEIVED, ENDORSEMENTS, *PLAIN, REPOSTS, REGISTRATION,
)  # fmt: skip
_NAMED = re.compile(r"(?P<key>.+?)(?:_(?P<suffix>\d{1,20}))?\.csv", re.IGNORECASE)
_BY_NAME = {kind.name.lower(): kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Files:
    """The files of an archive: tables by the name of their kind, articles, the member's id in names, and how many are not read."""

    tables: dict[str, tuple[Entry, ...]]
    articles: tuple[Entry, ...]
    suffix: str | None
    unread: int


def is_wanted(name: str) -> bool:
    """Tell whether a file of that name may be read."""
    return name.lower().endswith((".csv", ".html", ".htm"))


def files_of(archive: Archive) -> Files:
    """Return the files of an archive that are read, each found by its name without folders, whatever the case of its letters.

    The exact name wins over one with a number. Raises ``InputError`` where two have an equal claim or lie in different folders, as
    where two archives were put into one, or where their names hold the ids of two members.
    """
    candidates: dict[str, list[tuple[bool, Entry]]] = {}
    suffixes: set[str] = set()
    for entry in archive.entries:
        kind, suffix = _kind_of(entry.name)
        if kind is None:
            continue
        candidates.setdefault(kind.name, []).append((suffix is not None, entry))
        if suffix is not None and kind.name in SOCIAL:
            suffixes.add(suffix)
    if len(suffixes) > 1:
        what = "the names of its files hold the ids of two members"
        refuse("two-owners", what, Place(archive.label), ONE_EACH)
    tables = {name: _chosen(archive, _BY_NAME[name.lower()], found) for name, found in candidates.items()}
    articles = tuple(sorted((one for one in archive.entries if _is_article(one)), key=lambda one: one.parts))
    read = sum(map(len, tables.values())) + len(articles)
    return Files(tables, articles, next(iter(suffixes), None), len(archive.entries) - read)


def _kind_of(name: str) -> tuple[Kind | None, str | None]:
    """Return what a file is by its name, and the number behind it."""
    found = _NAMED.fullmatch(name)
    if not found:
        return None, None
    key = found["key"].lower()
    # Nobody has seen all the names of these; they begin like this.
    return _BY_NAME.get(CHATS[1].name if key.startswith(CHATS[1].name) else key), found["suffix"]


def _chosen(archive: Archive, kind: Kind, found: list[tuple[bool, Entry]]) -> tuple[Entry, ...]:
    ordered = sorted(found, key=lambda one: (one[0], one[1].parts))
    if kind.in_parts:
        return tuple(entry for _, entry in ordered)
    folders = {entry.parts[:-1] for _, entry in ordered}
    if len(folders) > 1 or (len(ordered) > 1 and ordered[0][0] == ordered[1][0]):
        refuse("duplicate-entry", "it holds this file twice", archive.place(kind.file), ONE_EACH)
    return (ordered[0][1],)


def _is_article(entry: Entry) -> bool:
    folders = [part.lower() for part in entry.parts[:-1]]
    return "articles" in folders and entry.name.lower().endswith((".html", ".htm"))
