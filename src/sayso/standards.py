"""The standards' own validators, which hold what reports say to the schema of each: the extra ``reports``.

They are loaded when a report is checked, and reports are made without them.
"""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from pkgutil import iter_modules
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, get_args, get_origin

from sayso.errors import EdgeError, IntegrityError, Problem
from sayso.reports.terms import KNOWN, NAMESPACES

_INSTALL = 'pip install "sayso[reports]"'
_SHAPES = "dpv-27560.ttl"


def check_consent(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a consent record or receipt still lacks (``not given yet``), held to the SHACL shapes of ``reports/dpv-27560.ttl``.

    Raises ``IntegrityError`` with every field that is missing or wrong, and for a term that DPV 2.3 does not have; ``EdgeError``
    where the extra is not installed.
    """
    with _quiet("rdflib"):
        rdflib, shacl = _part("rdflib"), _part("pyshacl")
        data = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
        shapes = rdflib.Graph().parse(data=_shapes(), format="turtle")
        _, report, _ = shacl.validate(data, shacl_graph=shapes, inference="none", advanced=False)
    unknown = [f"{term} is no term of DPV 2.3 that was looked up" for term in sorted(_unknown(data))]
    found = sorted(_results(rdflib, report))
    _hold("consent", [*unknown, *(what for grave, what in found if grave)])
    return tuple(dict.fromkeys(what for grave, what in found if not grave))


def _shapes() -> str:
    return files("sayso.reports").joinpath(_SHAPES).read_text(encoding="utf-8")


def _unknown(data: Any) -> Iterator[str]:
    """Yield the terms in DPV's namespaces that are not in the table; countries, by ISO 3166, are not listed one by one."""
    spaces = {iri: prefix for prefix, iri in NAMESPACES.items() if iri.startswith("https://w3id.org/dpv")}
    for term in {
        str(each) for triple in data for each in triple if str(each).startswith("https://w3id.org/dpv")
    }:
        space, _, name = term.rpartition("#")
        prefix = spaces.get(f"{space}#", "?")
        if prefix != "loc" and f"{prefix}:{name}" not in KNOWN:
            yield term


def _results(rdflib: ModuleType, report: Any) -> Iterator[tuple[bool, str]]:
    shacl = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    for result in report.subjects(rdflib.RDF.type, shacl.ValidationResult):
        grave = report.value(result, shacl.resultSeverity) == shacl.Violation
        path = str(report.value(result, shacl.resultPath) or "").rpartition("#")[2]
        yield grave, f"{report.value(result, shacl.resultMessage)} ({path})"


def check_croissant(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the warnings of the Croissant validator (mlcroissant) about a document; no file of the data set is opened.

    Raises ``IntegrityError`` with its errors, ``EdgeError`` where the extra is not installed.
    """
    with _quiet("absl"):
        croissant = _part("mlcroissant")
        with TemporaryDirectory() as folder:
            file = Path(folder) / "croissant.json"
            file.write_text(json.dumps(document), encoding="utf-8")
            try:
                issues = croissant.Dataset(str(file)).metadata.ctx.issues
            except croissant.ValidationError as error:
                raise IntegrityError(_problem("croissant", str(error).strip())) from None
    return tuple(sorted(str(one) for one in issues.warnings))


def check_ml_bom(text: str) -> None:
    """Hold an ML-BOM's text to the JSON schema of CycloneDX 1.7, strictly.

    Raises ``IntegrityError`` with what does not keep to it, ``EdgeError`` where the extra is not installed.
    """
    with _quiet("cyclonedx"):
        validation, schema = _part("cyclonedx.validation.json"), _part("cyclonedx.schema")
        try:
            found = validation.JsonStrictValidator(schema.SchemaVersion.V1_7).validate_str(text)
        except _part("cyclonedx.exception").MissingOptionalDependencyException:
            raise _missing("cyclonedx-python-lib[json-validation]") from None
    if found is not None:
        raise IntegrityError(_problem("ml-bom", str(getattr(found.data, "message", found))))


def check_openlineage(events: Iterable[Mapping[str, Any]]) -> None:
    """Hold events to the classes of the OpenLineage client: each, read into them and written again, must come out the same.

    Raises ``IntegrityError`` for the first that does not, ``EdgeError`` where the extra is not installed.
    """
    with _quiet("openlineage"):
        reader, serde = _Reader(), _part("openlineage.client.serde").Serde
        for number, event in enumerate(events):
            try:
                again = serde.to_dict(reader.read(event))
            except (TypeError, ValueError, KeyError, AttributeError) as error:
                what = f"event {number} cannot be read: {error}"
                raise IntegrityError(_problem("openlineage", what)) from None
            if _bare(again) != _bare(event):
                raise IntegrityError(_problem("openlineage", f"event {number} is not what the client writes"))


def _bare(value: Any) -> Any:
    """Return JSON without what is empty: the client writes empty lists that the specification does not ask for."""
    if isinstance(value, Mapping):
        bare = {key: _bare(each) for key, each in value.items()}
        return {key: each for key, each in bare.items() if each not in (None, [], {})}
    return [_bare(each) for each in value] if isinstance(value, list) else value


class _Reader:
    """Reads JSON into the client's classes, by the types of their fields: what a class does not have, or needs, is an error."""

    def __init__(self) -> None:
        self._attr, self._base = _part("attr"), _part("openlineage.client.generated.base")
        package = _part("openlineage.client.generated")
        modules = [import_module(f"{package.__name__}.{one.name}") for one in iter_modules(package.__path__)]
        self._classes = {
            name: kind for one in modules for name, kind in vars(one).items() if isinstance(kind, type)
        }

    def read(self, event: Mapping[str, Any]) -> Any:
        plain = {key: value for key, value in event.items() if key != "schemaURL"}
        made = self._read(self._base.RunEvent, plain)
        if made.schemaURL != event.get("schemaURL"):
            raise ValueError("schemaURL")
        return made

    def _read(self, kind: Any, value: Any) -> Any:
        for inner in (one for one in get_args(kind) if one is not type(None)):
            if get_origin(kind) is list:
                return [self._read(inner, each) for each in value]
            if get_origin(kind) is dict:
                return {key: self._read(get_args(kind)[1], each) for key, each in value.items()}
            return self._read(inner, value)
        if not isinstance(kind, type) or not isinstance(value, Mapping):
            return kind(value) if isinstance(kind, type) and issubclass(kind, Enum) else value
        return self._facet(value) if issubclass(kind, self._base.BaseFacet) else self._object(kind, value)

    def _object(self, kind: Any, value: Mapping[str, Any]) -> Any:
        fields = {one.alias: one for one in self._attr.fields(self._attr.resolve_types(kind))}
        return kind(**{key: self._read(fields[key].type, each) for key, each in value.items()})

    def _facet(self, facet: Mapping[str, Any]) -> Any:
        """Return a facet as the class that its schema names; one of Sayso's own as a base facet with properties of its own."""
        url, producer = str(facet["_schemaURL"]), facet["_producer"]
        rest = {key: value for key, value in facet.items() if not key.startswith("_")}
        if url.startswith("https://openlineage.io/"):
            made = self._object(self._classes[url.rpartition("/")[2]], {"producer": producer, **rest})
            if made._schemaURL != url:
                raise ValueError("_schemaURL")
            return made
        made = self._base.BaseFacet(producer=producer).with_additional_properties(**rest)
        made._schemaURL = url
        return made


def _part(name: str) -> Any:
    """Return a module of the extra; raises ``EdgeError`` where it is not installed."""
    try:
        return import_module(name)
    except ImportError:
        raise _missing(name.partition(".")[0]) from None


def _missing(what: str) -> EdgeError:
    return EdgeError(
        Problem("missing-part", f"checking this report needs {what}", advice=f"run `{_INSTALL}`")
    )


def _hold(standard: str, problems: list[str]) -> None:
    if problems:
        raise IntegrityError(*(_problem(standard, what) for what in dict.fromkeys(problems)))


def _problem(standard: str, what: str) -> Problem:
    advice = "this is a fault of Sayso, or of a file that it read: report it"
    return Problem(f"not-{standard}", what, advice=advice)


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Keep a library from writing to standard error, and from warning of its own parts, while it is asked."""
    logger = logging.getLogger(name)
    before, logger.disabled = logger.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = before
