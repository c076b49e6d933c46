"""What only a person knows of the platform: who answers for it, where it is reached, where data lies. Asked for in a small file."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from sayso.errors import InputError
from sayso.policy.parse_report import Report
from sayso.policy.yamltext import Fields, Word, read_yaml
from sayso.values.regions import is_region

FORMAT = "1"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_WEB = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class About:
    """Facts about the controller; each is empty where nobody gave it, and is reported as missing then.

    ``storage`` are the ISO codes of the countries where data lies, ``language`` is the BCP 47 tag of the notices that members
    are shown, ``licence`` and ``url`` are addresses: of the licence of the data sets, and of the page about them.
    """

    name: str = ""
    address: str = ""
    contact: str = ""
    storage: tuple[str, ...] = ()
    language: str = ""
    licence: str = ""
    url: str = ""


NOTHING = About()
KEYS = tuple(field.name for field in fields(About))


def parse_about(text: str, file: str) -> About:
    """Return what a file says of the platform; ``file`` is the name that places carry.

    Raises ``InputError`` with all problems: not YAML, an unknown key, another format, a value that is none of its kind.

    >>> parse_about("sayso-about: 1\\nname: Forum Ltd\\nstorage: IE, DE\\n", "about.yaml").storage
    ('IE', 'DE')
    """
    report = Report(file)
    tree = read_yaml(text, report)
    words = _words(tree, report) if isinstance(tree, Fields) else {}
    if tree is not None and not isinstance(tree, Fields):
        report.add("bad-shape", "the file is not a mapping", tree.place, "write `key: value` lines")
    about = _about(words, report)
    if report.problems() or tree is None:
        raise InputError(*report.problems())
    return about


def _words(tree: Fields, report: Report) -> dict[str, Word]:
    found: dict[str, Word] = {}
    for key, value in tree.pairs:
        if key.text not in ("sayso-about", *KEYS):
            report.unknown("key", key.text, key.place, KEYS)
        elif isinstance(value, Word) and value.text:
            found[key.text] = value
        else:
            report.add(
                "bad-shape",
                f"{key.text} needs a text",
                key.place,
                f"write `{key.text}: ...`, or leave it out",
            )
    form = found.pop("sayso-about", None)
    if form is None or form.text != FORMAT:
        place = tree.place if form is None else form.place
        report.add(
            "unknown-format",
            "the file does not say its format",
            place,
            f"begin it with `sayso-about: {FORMAT}`",
        )
    return found


def _about(words: dict[str, Word], report: Report) -> About:
    storage = words.get("storage")
    codes = tuple(re.split(r"[,\s]+", storage.text)) if storage else ()
    if storage and not all(map(is_region, codes)):
        report.add(
            "bad-region", "storage is not a list of ISO 3166 codes", storage.place, "write `storage: IE, DE`"
        )
    _check(words.get("language"), _LANGUAGE, "language is not a BCP 47 tag", "write `language: en`", report)
    for key in ("licence", "url"):
        _check(words.get(key), _WEB, f"{key} is not a web address", f"write `{key}: https://...`", report)
    rest = {key: word.text for key, word in words.items() if key != "storage"}
    return About(**rest, storage=codes)


def _check(word: Word | None, form: re.Pattern[str], what: str, advice: str, report: Report) -> None:
    if word is not None and not form.fullmatch(word.text):
        report.add("bad-value", what, word.place, advice)
