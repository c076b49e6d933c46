"""A small community in plain tables, as a user would bring it in."""

from __future__ import annotations

MEMBERS = """\
id,name,country,born,joined
ada,Ada Example,IE,1980-05-01,2015-01-01
bob,Bob Example,GB,1990-01-01,2016-01-01
cyd,Cyd Example,US-CA,2012-01-01,2023-01-01
dan,Dan Example,,1975-03-03,2017-01-01
"""
RECORDS = """\
{"id": "p1", "by": "ada", "what": "post", "at": "2024-03-01T00:00:00Z", "text": "Write to me at ada@example.org, please."}
{"id": "p2", "by": "ada", "what": "comment", "at": "2024-03-02T00:00:00Z", "text": "Agreed."}
{"id": "p3", "by": "bob", "what": "post", "at": "2024-03-03T00:00:00Z", "text": "Bread is best on the second day."}
{"id": "p4", "by": "cyd", "what": "post", "at": "2024-03-04T00:00:00Z", "text": "Homework again."}
{"id": "p5", "by": null, "what": "post", "at": "2024-03-05T00:00:00Z", "text": "Nobody knows who wrote this."}
{"id": "p6", "by": "dan", "what": "post", "at": "2024-03-06T00:00:00Z", "text": "I live somewhere.", "gone": "2024-04-01T00:00:00Z"}
{"id": "p7", "by": "bob", "what": "post", "at": "1-2-3", "text": "A date that can be read in three ways."}
"""
MAPPING = """\
mapping: 1
licence: written for these tests
members:
  columns:
    member: id
    name: name
    region: {column: country, as: code}
    born: born
    joined_at: joined
records:
  columns:
    record: id
    author: by
    category: what
    visibility: {constant: public}
    created_at: at
    deleted_at: gone
    text: text
"""


def import_words() -> tuple[str, ...]:
    """Return the words that bring the small tables in."""
    return (
        "import",
        "table",
        "--members",
        "members.csv",
        "--records",
        "posts.jsonl",
        "--map",
        "mapping.yaml",
    )
