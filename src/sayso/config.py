"""The only reader of settings: the project file ``sayso.yaml``, read into a frozen value, problems with line and column."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from sayso.config_places import parse_place, places_text
from sayso.config_service import SecretPlace, Service, log_text, parse_log, parse_service
from sayso.config_spark import ENGINES, UNCLUSTERED, Spark, engine_text, parse_spark
from sayso.errors import EdgeError, InputError, Place, Problem
from sayso.ledger.checkpoints import is_key_name
from sayso.policy.parse_report import Report, shown
from sayso.policy.yamltext import Fields, Word, read_yaml
from sayso.redact.operators import Operator, Rules
from sayso.redact.plan import Mode, Plan
from sayso.redact.spans import Label

SETTINGS_FILE = "sayso.yaml"
FORMAT = "1"
DEFAULT_POLICY = "policy/house.yaml"
DEFAULT_SHARDS = 16
MAX_SHARDS = 4096

AS_SHIPPED = Plan()
UNSERVED = Service()

_KEYS = (
    "sayso",
    "name",
    "origin",
    "policy",
    "shards",
    "log",
    "datasets",
    "models",
    "engine",
    "redaction",
    "neural",
    "service",
    "spark",
)
_BLOCKS = ("log", "redaction", "neural", "service", "spark")
_NEURAL_KEYS = ("model", "adapter", "groups", "slices")
_MOST_PARTS = 256
_REDACTION_KEYS = ("mode", "mentions", "operators")
_MENTIONS = ("everybody", "objectors")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Neural:
    """The frozen language model that lies under members' counts: ``smollm2`` or a path, relative to the project like ``adapter``.

    ``adapter`` is the folder of a public adapter (`sayso adapter`), empty for none. ``groups`` and ``slices`` (1 to 256 each) say how
    members are dealt where adapters learn from them.
    """

    model: str = "smollm2"
    adapter: str = ""
    groups: int = 8
    slices: int = 4


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project's file says.

    ``name`` is the project's id; ``origin`` the log's name in checkpoints and of its key (C2SP tlog-checkpoint); ``policy`` the
    policy file, relative to the project; ``shards`` (1 to 4096) how many shards a new data set has; ``datasets`` and ``models`` the
    addresses where these are kept, empty for the project's state folder; ``redaction`` what is taken out of
    texts and what stands in its place; ``neural`` the language model of the extra of that name; ``service`` who gets in where the
    project is served; ``log`` where the address of the PostgreSQL database lies that holds the log and the tags, ``None`` where files
    of the project hold them; ``engine`` what makes data sets, `duckdb` on one machine or `spark` on a cluster, of which ``spark``
    says more.
    """

    name: str
    origin: str
    policy: str = DEFAULT_POLICY
    shards: int = DEFAULT_SHARDS
    datasets: str = ""
    models: str = ""
    redaction: Plan = AS_SHIPPED
    neural: Neural = Neural()
    service: Service = UNSERVED
    log: SecretPlace | None = None
    engine: str = ENGINES[0]
    spark: Spark = UNCLUSTERED


def find_project(start: Path) -> Path:
    """Return the nearest folder from ``start`` upward that holds ``sayso.yaml``.

    Raises ``InputError`` where there is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    raise InputError(
        Problem(
            "no-project",
            f"no {SETTINGS_FILE} here or in a folder above",
            advice="run `sayso init` to start a project here, or name one with --project DIR",
        )
    )


def read_settings(root: Path) -> Settings:
    """Return the settings of the project in a folder.

    Raises ``InputError`` with every problem of the file and its place, ``EdgeError`` when the file cannot be read.
    """
    path = root / SETTINGS_FILE
    if not path.is_file():
        advice = "run `sayso init` there, or name another folder"
        raise InputError(Problem("no-project", f"the folder {root} has no {SETTINGS_FILE}", advice=advice))
    return parse_settings(read_text(path), SETTINGS_FILE)


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file.

    Raises ``InputError`` for other encodings, at the line of the first wrong byte; ``EdgeError`` when it cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        problem = Problem(
            "unreadable", f"cannot read {path}: {(error.strerror or '').lower()}", advice="check the path"
        )
        raise (InputError if isinstance(error, FileNotFoundError | IsADirectoryError) else EdgeError)(
            problem
        ) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        place = Place(path.name, line)
        raise InputError(Problem("bad-encoding", "not UTF-8 text", place, "save the file as UTF-8")) from None


def read_secret(root: Path, place: SecretPlace) -> str:
    """Return the secret that lies at a place, without the line break that a file ends in.

    Raises ``EdgeError`` where there is none.
    """
    if place.kind == "env":
        found = os.environ.get(place.name, "")
    else:
        file = root / place.name
        found = read_text(file).strip() if file.is_file() else ""
    if not found:
        what = f"there is no secret in the {'variable' if place.kind == 'env' else 'file'} {place.name}"
        raise EdgeError(Problem("no-secret", what, advice=f"put it there; {SETTINGS_FILE} names it"))
    return found


def parse_settings(text: str, file: str) -> Settings:
    """Return the settings that a text holds; ``file`` is the name that places carry.

    Raises ``InputError`` with all problems: not YAML, an unknown or missing key, a value out of its range.

    >>> parse_settings("sayso: 1\\nname: forum\\norigin: example.org/forum\\n", "sayso.yaml").shards
    16
    """
    report = Report(file)
    tree = read_yaml(text, report)
    if isinstance(tree, Fields):
        blocks = {key.text: (key, value) for key, value in tree.pairs if key.text in _BLOCKS}
        rest = tuple(pair for pair in tree.pairs if pair[0].text not in _BLOCKS)
        words = _words(Fields(rest, tree.place), _KEYS, report)
        plan, neural = _plan(blocks.get("redaction"), report), _neural(blocks.get("neural"), report)
        service = _block(blocks.get("service"), report)
        settings = _settings(words, tree.place, plan, neural, report)
        settings = replace(settings, log=parse_log(_block(blocks.get("log"), report), report))
        if service is not None:
            settings = replace(settings, service=parse_service(service, report))
        spark = _block(blocks.get("spark"), report)
        if spark is not None:
            settings = replace(settings, spark=parse_spark(spark, report))
    elif tree is not None:
        report.add("bad-shape", "the file is not a mapping", tree.place, "write `key: value` lines")
    if report.problems() or tree is None:
        raise InputError(*report.problems())
    return settings


def _words(tree: Fields, keys: tuple[str, ...], report: Report) -> dict[str, Word]:
    found: dict[str, Word] = {}
    for key, value in tree.pairs:
        if key.text not in keys:
            report.unknown("key", key.text, key.place, keys)
        elif isinstance(value, Word) and value.text:
            found[key.text] = value
        else:
            found[key.text] = Word("", value.place)  # named once: not as missing or wrong, too
            report.add("bad-shape", f"{key.text} needs one word", value.place, f"write `{key.text}: value`")
    return found


def _plan(found: tuple[Word, object] | None, report: Report) -> Plan:
    block = _block(found, report)
    return AS_SHIPPED if block is None else _plan_of(block, report)


def _neural(found: tuple[Word, object] | None, report: Report) -> Neural:
    block = _block(found, report)
    words = {} if block is None else _words(block, _NEURAL_KEYS, report)
    plain, absent = Neural(), Word("", Place(SETTINGS_FILE))
    return Neural(
        words.get("model", absent).text or plain.model,
        words.get("adapter", absent).text,
        _part("groups", words.get("groups"), plain.groups, report),
        _part("slices", words.get("slices"), plain.slices, report),
    )


def _part(key: str, word: Word | None, otherwise: int, report: Report) -> int:
    if word is None or not word.text:
        return otherwise
    if (
        word.text.isascii()
        and word.text.isdigit()
        and len(word.text) < 4
        and 0 < int(word.text) <= _MOST_PARTS
    ):
        return int(word.text)
    what = f"{key} is not a whole number from 1 to {_MOST_PARTS}"
    report.add("bad-number", what, word.place, f"write `{key}: 4`")
    return otherwise


def _block(found: tuple[Word, object] | None, report: Report) -> Fields | None:
    if found is None:
        return None
    key, block = found
    if isinstance(block, Fields):
        return block
    advice = f"write `{key.text}:` and keys below it"
    report.add("bad-shape", f"{key.text} needs a mapping", key.place, advice)
    return None


def _plan_of(block: Fields, report: Report) -> Plan:
    operators = next((value for key, value in block.pairs if key.text == "operators"), None)
    rest = tuple(pair for pair in block.pairs if pair[0].text != "operators")
    words = _words(Fields(rest, block.place), _REDACTION_KEYS, report)
    mode = _one_of("mode", words.get("mode"), tuple(Mode), AS_SHIPPED.mode, report)
    mentions = _one_of("mentions", words.get("mentions"), _MENTIONS, "everybody", report)
    if operators is not None and not isinstance(operators, Fields):
        report.add(
            "bad-shape", "operators needs a mapping", block.place, "write `operators: {PERSON: pseudonym}`"
        )
    return Plan(Mode(mode), mentions == "everybody", _rules(operators, report))


def _rules(block: object, report: Report) -> Rules:
    if not isinstance(block, Fields):
        return Rules()
    keys = ("otherwise", *Label)
    chosen = {
        key: _one_of(key, word, tuple(Operator), Operator.LABEL, report)
        for key, word in _words(block, keys, report).items()
    }
    otherwise = Operator(chosen.pop("otherwise", Operator.LABEL))
    return Rules(otherwise, tuple(sorted((Label(key), Operator(value)) for key, value in chosen.items())))


def _one_of(key: str, word: Word | None, values: tuple[str, ...], otherwise: str, report: Report) -> str:
    if word is None or not word.text:
        return otherwise
    if word.text not in values:
        what = f"{key} cannot be {shown(word.text)}"
        report.add("bad-value", what, word.place, f"write one of: {', '.join(values)}")
        return otherwise
    return word.text


def _settings(words: dict[str, Word], start: Place, plan: Plan, neural: Neural, report: Report) -> Settings:
    absent = Word("", start)
    for key in ("sayso", "name", "origin"):
        if key not in words:
            report.add("missing-key", f"the key {key!r} is missing", start, f"write `{key}: ...`")
    _check_format(words.get("sayso"), report)
    _check_names(words.get("name"), words.get("origin"), report)
    return Settings(
        name=words.get("name", absent).text,
        origin=words.get("origin", absent).text,
        policy=_policy(words.get("policy"), report),
        shards=_shards(words.get("shards"), report),
        datasets=parse_place(words.get("datasets"), report),
        models=parse_place(words.get("models"), report),
        redaction=plan,
        neural=neural,
        engine=_one_of("engine", words.get("engine"), ENGINES, ENGINES[0], report),
    )


def _check_format(word: Word | None, report: Report) -> None:
    if word and word.text not in ("", FORMAT):
        advice = "write `sayso: 1`, or use the Sayso that wrote the file"
        report.add(
            "unknown-format", f"this Sayso does not read format {shown(word.text)}", word.place, advice
        )


def _check_names(name: Word | None, origin: Word | None, report: Report) -> None:
    if name and name.text and not _NAME.fullmatch(name.text):
        report.add(
            "bad-id",
            f"{shown(name.text)} is not a name",
            name.place,
            "use lower-case letters, digits and hyphens",
        )
    if origin and origin.text and not is_key_name(origin.text):
        advice = "use a name such as example.org/forum, without spaces and plus signs"
        report.add("bad-id", f"{shown(origin.text)} cannot be the origin of a log", origin.place, advice)


def _policy(word: Word | None, report: Report) -> str:
    if word is None:
        return DEFAULT_POLICY
    path = PurePosixPath(word.text)
    if path.is_absolute() or ".." in path.parts:
        advice = "keep the policy in the project, under version control"
        report.add("bad-value", "the policy file lies outside the project", word.place, advice)
    return word.text


def _shards(word: Word | None, report: Report) -> int:
    if word is None or not word.text:
        return DEFAULT_SHARDS
    good = (
        word.text.isascii()
        and word.text.isdigit()
        and len(word.text) < 6
        and 1 <= int(word.text) <= MAX_SHARDS
    )
    if not good:
        report.add(
            "bad-number",
            f"shards is not a whole number from 1 to {MAX_SHARDS}",
            word.place,
            "write `shards: 16`",
        )
    return int(word.text) if good else DEFAULT_SHARDS


def settings_text(settings: Settings) -> str:
    """Return the project file that says these settings, with a comment for each.

    >>> parse_settings(settings_text(Settings("forum", "example.org/forum")), "sayso.yaml").name
    'forum'
    """
    return f"""\
# A Sayso project. Keep this file and policy/ under version control; .sayso/ beside them is state.
sayso: {FORMAT}
name: {_word(settings.name)}
# The log's name in its checkpoints and of its key. It cannot change once the log has begun.
origin: {_word(settings.origin)}
# The policy that is enforced.
policy: {_word(settings.policy)}
# How many shards a new data set has: what is written anew when somebody is forgotten (1 to {MAX_SHARDS}; one for one or two
# thousand members is a good number).
shards: {settings.shards}{places_text(settings.datasets, settings.models)}
# What is taken out of texts before they are published. mode: structured (what has a form: e-mail addresses, numbers, ids,
# keys), light (names, places, organisations as well) or accurate (asks a larger model where the light one is unsure: slower).
# mentions: those of everybody, or of objectors alone, the members who said no (theirs always go); light and accurate take
# out any name that they find, a member's or not.
# operators, by class or `otherwise`: label [PERSON], numbered [PERSON 1], pseudonym [PERSON 5f0c2a9e],
# generalise [DATE 1984], mask, remove.
redaction:
  mode: {settings.redaction.mode}
  mentions: {"everybody" if settings.redaction.everybody else "objectors"}
  operators: {{{_operators(settings.redaction.rules)}}}
{_neural_text(settings.neural)}{engine_text(settings.engine, settings.spark)}{log_text(settings.log)}"""


def _neural_text(neural: Neural) -> str:
    if neural == Neural():
        return ""
    adapter = f"\n  adapter: {_word(neural.adapter)}" if neural.adapter else ""
    return f"""\
# The frozen language model under members' counts (docs/how-to/language-models.md).
neural:
  model: {_word(neural.model)}{adapter}
  groups: {neural.groups}
  slices: {neural.slices}
"""


def _operators(rules: Rules) -> str:
    return ", ".join(
        [f"otherwise: {rules.otherwise}", *(f"{label}: {how}" for label, how in sorted(rules.of))]
    )


def _word(text: str) -> str:
    plain = re.fullmatch(r"[a-z][a-z0-9./-]*", text) and text != "null"
    return text if plain else json.dumps(text, ensure_ascii=False)
