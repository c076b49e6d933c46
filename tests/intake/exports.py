"""Small export archives of LinkedIn, Mastodon and Discourse, written for a test to the formats as observed."""

from __future__ import annotations

import csv
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

Files = Mapping[str, bytes | str]
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ACTOR = "https://social.example/users/ada"
FOLLOWERS = f"{ACTOR}/followers"

SHARES = "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility"
COMMENTS = "Date,Link,Message"
MESSAGES = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER,"
    "ATTACHMENTS"
)
PROFILE = (
    "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,Geo Location,"
    "Twitter Handles,Websites,Instant Messengers"
)
POSTS = "topic_title,categories,is_pm,post_raw,post_cooked,like_count,reply_count,url,created_at"
OLD_POSTS = "topic_title,categories,is_pm,post,like_count,reply_count,url,created_at"

ADA = [
    "Ada",
    "Example",
    "Early",
    "1 Lane",
    "Apr 24, 1985",
    "Baker",
    "I bake.",
    "Food",
    "D01",
    "Dublin, Ireland",
    "",
    "",
    "",
]


def table(header: str, *rows: list[str], newline: str = "\r\n") -> str:
    """Return a CSV as RFC 4180 asks for it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=newline)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return text.getvalue()


def zipped(path: Path, files: Files) -> Path:
    """Write a zip of files by name."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 9, 18, 6, 4, 4)), content, zipfile.ZIP_DEFLATED)
    return path


def tarred(path: Path, files: Files) -> Path:
    """Write a gzipped tar of files by name."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            raw = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            archive.addfile(info, io.BytesIO(raw))
    return path


def linkedin_files(suffix: str = "") -> dict[str, str]:
    """Return the files of a complete LinkedIn archive of one member."""
    me, bob = "https://www.linkedin.com/in/ada-example", "https://www.linkedin.com/in/bob-other"
    return {
        f"Shares{suffix}.csv": table(
            SHARES,
            ["2026-09-01 08:00:00", share(7319000000000000000), "Bread, and \"rolls\".\nEvery day.", "", "", "MEMBER_NETWORK"],
            ["2026-09-02 08:00:00", share(7319000004194304000), "To everybody.", "", "", "PUBLIC"],
            ["2026-09-03 08:00:00", share(7319000008388608000), "Nobody said to whom.", "", "", ""],
        ),
        f"Comments{suffix}.csv": COMMENTS
        + '\r\n2026-09-04 08:00:00,https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A7319000012582912000,'
        + '"She said \\"no\\", then\nyes."\r\n',
        f"Reactions{suffix}.csv": table("Date,Type,Link", ["2026-09-05 08:00:00", "LIKE", share(7319000016777216000)]),
        "InstantReposts.csv": table("Date,Link", ["2026-09-05 09:00:00", share(7319000016777216000)]),
        "Profile.csv": table(PROFILE, ADA),
        "Registration.csv": table("Registered At,Registration Ip,Subscription Types", ["5/6/15, 9:05 AM", "192.0.2.1", ""]),
        "messages.csv": table(
            MESSAGES,
            ["c1", "", "Ada Example", me, "Bob Other", bob, "2026-09-06 08:00:00 UTC", "", "<p>Mine to Bob.</p>", "SENT", ""],
            ["c1", "", "Bob Other", bob, "Ada Example", me, "2026-09-06 09:00:00 UTC", "", "Bob's own words.", "INBOX", ""],
            ["c2", "", "Ada Example", "https://www.linkedin.com/in/another-ada", "Ada Example", me, "2026-09-06 10:00:00 UTC",
             "", "A namesake's words.", "INBOX", ""],
        ),
        "Connections.csv": 'Notes:\r\n"When exporting connections, you may notice that some of the emails are missing."\r\n\r\n'
        + table("First Name,Last Name,URL,Email Address,Company,Position,Connected On",
                ["Bob", "Other", bob, "bob@example.org", "Mill", "Miller", "18 Sep 2024"]),
        "Invitations.csv": table(
            "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl",
            ["Ada Example", "Bob Other", "9/18/24, 6:04 AM", "Shall we?", "OUTGOING", me, bob],
            ["Cyd Third", "Ada Example", "9/19/24, 6:04 PM", "Cyd's words.", "INCOMING", "https://www.linkedin.com/in/cyd", me],
        ),
        "Recommendations_Received.csv": table(
            "First Name,Last Name,Company,Job Title,Text,Creation Date,Status",
            ["Bob", "Other", "Mill", "Miller", "Bob praises Ada.", "09/18/24, 06:04 AM", "VISIBLE"],
        ),
        "Endorsement_Received_Info.csv": table(
            "Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name,Endorser Public Url,Endorsement Status",
            ["2024/09/18 06:04:05 UTC", "Bread", "Bob", "Other", "www.linkedin.com/in/bob-other", "ACCEPTED"],
        ),
        "Positions.csv": table("Company Name,Title,Description,Location,Started On,Finished On",
                               ["Bakery", "Baker", "Ovens.", "Dublin", "Sep 2020", ""]),
        "Articles/Articles/2026-08-01 06:04:00.0-bread.html": article("Bread", "2026-08-01 06:04", "2026-08-01 06:12"),
        "Logins.csv": "Login Date,IP Address,User Agent,Login Type\r\n",
    }  # fmt: skip


def share(number: int) -> str:
    """Return the address of a post, as the column ShareLink has it."""
    return f"https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A{number}"


def article(title: str, created: str, published: str) -> str:
    """Return an article's HTML; an empty ``published`` makes it a draft."""
    line = f'<p class="published">Published on {published}</p>' if published else ""
    return (
        f"<html><head><title>{title}</title><style>p {{ color: red }}</style></head><body>"
        f'<h1><a href="https://www.linkedin.com/pulse/{title.lower()}">{title}</a></h1>'
        f'<p class="created">Created on {created}</p>{line}<div><p>Flour &amp; water.</p></div></body></html>'
    )


def note(number: int, **more: object) -> dict[str, object]:
    """Return an activity that creates a public post, with what it has more or otherwise."""
    thing: dict[str, object] = {
        "id": f"{ACTOR}/statuses/{number}", "type": "Note", "summary": None, "inReplyTo": None,
        "published": "2026-09-01T08:00:00Z", "url": f"https://social.example/@ada/{number}", "attributedTo": ACTOR,
        "to": [PUBLIC], "cc": [FOLLOWERS], "sensitive": False, "content": f"<p>Post {number}.</p>",
        "contentMap": {"en": f"<p>Post {number}.</p>"}, "attachment": [], "tag": [],
    }  # fmt: skip
    thing.update(more)
    return {
        "id": f"{ACTOR}/statuses/{number}/activity", "type": "Create", "actor": ACTOR, "published": thing["published"],
        "to": thing["to"], "cc": thing["cc"], "object": thing,
    }  # fmt: skip


def boost(number: int) -> dict[str, object]:
    """Return an activity that boosts somebody else's post."""
    return {
        "id": f"{ACTOR}/statuses/{number}/activity", "type": "Announce", "actor": ACTOR, "published": "2026-09-02T08:00:00Z",
        "to": [PUBLIC], "cc": [FOLLOWERS], "object": f"https://other.example/users/bob/statuses/{number}",
    }  # fmt: skip


def collection(name: str, items: list[object]) -> str:
    """Return a file that holds one ordered collection."""
    context = "https://www.w3.org/ns/activitystreams"
    whole = {
        "@context": context,
        "id": name,
        "type": "OrderedCollection",
        "totalItems": len(items),
        "orderedItems": items,
    }
    return json.dumps(whole)


def mastodon_files(*activities: dict[str, object]) -> dict[str, str]:
    """Return the files of a Mastodon archive with these activities."""
    actor = {
        "@context": [], "id": ACTOR, "type": "Person", "preferredUsername": "ada", "name": "Ada Example",
        "summary": "<p>I bake.</p>", "published": "2020-01-01T00:00:00Z",
    }  # fmt: skip
    return {
        "outbox.json": collection("outbox.json", list(activities)),
        "actor.json": json.dumps(actor),
        "likes.json": collection("likes.json", ["https://other.example/users/bob/statuses/1"]),
        "bookmarks.json": collection("bookmarks.json", ["https://other.example/users/bob/statuses/2"]),
        "media_attachments/files/1/original.jpg": "not read",
    }


def post(number: int, words: str, **more: str) -> list[str]:
    """Return a row of a Discourse archive's posts."""
    cells = {
        "title": "On bread", "categories": "General|Food", "is_pm": "No", "cooked": f"<p>{words}</p>", "topic": "12",
        "at": "2026-09-01 08:00:00 UTC", **more,
    }  # fmt: skip
    address = f"https://forum.example/t/on-bread/{cells['topic']}/{number}"
    return [
        cells["title"],
        cells["categories"],
        cells["is_pm"],
        words,
        cells["cooked"],
        "0",
        "0",
        address,
        cells["at"],
    ]


def discourse_files(*rows: list[str]) -> dict[str, str]:
    """Return the files of a Discourse archive with these posts."""
    user = {"user": {"id": 7, "username": "ada", "name": "Ada Example", "location": "Dublin, Ireland", "bio_raw": "I bake.",
                     "created_at": "2020-01-01T00:00:00.000Z", "date_of_birth": "1904-04-24"}}  # fmt: skip
    return {
        "user_archive.csv": table(POSTS, *rows, newline="\n"),
        "preferences.json": json.dumps(user, indent=4),
        "likes.csv": table(
            "id,post_id,topic_id,post_number,created_at,updated_at,deleted_at,deleted_by",
            ["1", "90", "12", "3", "2026-09-02 08:00:00 UTC", "2026-09-02 08:00:00 UTC", "", ""],
            [
                "2",
                "91",
                "12",
                "4",
                "2026-09-02 08:00:00 UTC",
                "2026-09-03 08:00:00 UTC",
                "2026-09-03 08:00:00 UTC",
                "self",
            ],
        ),
        "bookmarks.csv": table(
            "bookmarkable_id,bookmarkable_type,link,name,created_at",
            ["90", "Post", "https://forum.example/t/on-bread/12/3", "To read", "2026-09-04 08:00:00 UTC"],
        ),
        "visits.csv": "visited_at,posts_read,mobile,time_read\n",
    }
