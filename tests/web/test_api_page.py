"""docs/reference/api.md: every example is run, and every route is named."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from fastapi.routing import iter_route_contexts

from web.worlds_served import World, fresh

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "api.md"
_EXAMPLE = re.compile(r"```http\n(.*?)```\n\n```json\n(.*?)```", re.S)


def fits(given: Any, said: Any) -> bool:
    """Tell whether an answer is what the page says, `…` standing for anything."""
    if said == "…":
        return True
    if isinstance(said, dict) and isinstance(given, dict):
        return said.keys() == given.keys() and all(fits(given[key], said[key]) for key in said)
    if isinstance(said, list) and isinstance(given, list):
        return len(said) == len(given) and all(map(fits, given, said))
    return bool(given == said)


def ask(here: World, request: str) -> Any:
    """Return the answer to a request as the page writes it."""
    head, _, body = request.strip().partition("\n\n")
    first, *rest = head.split("\n")
    method, path = first.split(" ", 1)
    headers = dict(line.split(": ", 1) for line in rest)
    who = headers.pop("Authorization").removeprefix("Bearer ")
    token = here.service() if who == "service" else here.member(who.removeprefix("member "))
    with here.client(token) as client:
        return client.request(method, path, headers=headers, json=json.loads(body) if body else None)


def test_every_example_answers_as_the_page_says(served_root: Path, tmp_path: Path) -> None:
    examples = _EXAMPLE.findall(PAGE.read_text("utf-8"))
    assert len(examples) > 12
    assert len(examples) == PAGE.read_text("utf-8").count("```http")
    with fresh(served_root, tmp_path / "forum") as here:
        for request, answer in examples:
            found, said = ask(here, request), json.loads(answer)
            assert fits(found.json(), said), f"{request}\n{json.dumps(found.json(), indent=1)}"
            assert found.status_code == said.get("status", found.status_code)
            assert found.is_success or "status" in said


def test_every_route_is_named_with_its_scopes(here: World) -> None:
    rows = re.findall(r"^\| `((?:GET|POST) [^`]+)` \|([^|]*)\|([^|]*)\|", PAGE.read_text("utf-8"), re.M)
    told = {route: (set(re.findall(r"`([^`]+)`", scopes)), set(who.split())) for route, scopes, who in rows}
    served = {
        f"{method} {one.path}"
        for one in iter_route_contexts(here.app.routes)
        for method in getattr(one, "methods", None) or ()
        if str(one.path).startswith(("/v1", "/healthz", "/readyz"))
    }
    assert told.keys() == served
    with here.client() as client:
        document = client.get("/v1/openapi.json").json()["paths"]
    for path, operations in document.items():
        for method, one in operations.items():
            ways = [next(iter(way.items())) for way in one["security"]]
            scopes = {scope for name, held in ways for scope in held if name == "service"}
            who = {{"member": "m", "session": "o"}[name] for name, _ in ways if name != "service"}
            assert told[f"{method.upper()} {path}"] == (scopes, who), f"{method} {path}"
