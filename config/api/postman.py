"""The API's description as a Postman collection (format 2.1): folders by tag, examples as bodies.

Called by `manage.py make_postman`. Postman imports OpenAPI too, and then invents bodies; this one has those that the
tests send.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from config.api.schema import METHODS, is_open

FORMAT = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
JSON = "application/json"


def make_collection(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Of a whole description. What is signed in by is the variable `token`; where the site is, `site`."""
    folders: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in schema["tags"]}
    for path, operations in schema["paths"].items():
        for method in METHODS:
            if method in operations:
                operation = operations[method]
                folders[operation["tags"][0]].append(make_item(path, method, operation))
    words = {tag["name"]: tag["description"] for tag in schema["tags"]}
    return {
        "info": {"name": schema["info"]["title"], "description": schema["info"]["description"], "schema": FORMAT},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]},
        "variable": [
            {"key": "site", "value": schema["servers"][0]["url"], "type": "string"},
            {"key": "token", "value": "", "type": "string", "description": "An API key, or an access token."},
        ],
        "item": [{"name": name, "description": words[name], "item": items} for name, items in folders.items() if items],
    }


def make_item(path: str, method: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": method.upper(),
        "description": operation.get("description") or operation["summary"],
        "header": [_make_header(one) for one in operation.get("parameters", ()) if one["in"] == "header"],
        "url": make_url(path, operation.get("parameters", ())),
    }
    if is_open(operation):
        request["auth"] = {"type": "noauth"}
    if body := make_body(operation.get("requestBody", {}).get("content", {})):
        request["body"] = body
        if body["mode"] == "raw":
            request["header"].append({"key": "Content-Type", "value": JSON})
    return {"name": operation["summary"], "request": request, "response": []}


def make_url(path: str, parameters: Any) -> dict[str, Any]:
    """`:id` in a path is filled in below it; what has to be asked stands there with its example, and what may be asked
    besides, switched off.
    """
    segments = [f":{one[1:-1]}" if one.startswith("{") else one for one in urlsplit(path).path.strip("/").split("/")]
    query = [
        {
            "key": one["name"],
            "value": find_example(one),
            "description": one.get("description", ""),
            "disabled": not one.get("required", False),
        }
        for one in parameters
        if one["in"] == "query"
    ]
    ends = [*segments, ""] if path.endswith("/") else segments
    asked = "&".join(f"{one['key']}={one['value']}" for one in query if not one["disabled"])
    raw = "{{site}}/" + "/".join(ends) + (f"?{asked}" if asked else "")
    url: dict[str, Any] = {"raw": raw, "host": ["{{site}}"], "path": ends}
    if query:
        url["query"] = query
    if names := [segment[1:] for segment in segments if segment.startswith(":")]:
        url["variable"] = [{"key": name, "value": ""} for name in names]
    return url


def make_body(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """The first example there is; of what is no JSON, fields to fill in."""
    if JSON in content:
        examples = list(content[JSON].get("examples", {}).values())
        value = examples[0]["value"] if examples else {}
        raw = json.dumps(value, indent=2, ensure_ascii=False)
        return {"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}}
    if "multipart/form-data" in content:
        return {"mode": "formdata", "formdata": [{"key": "file", "type": "file", "src": []}]}
    return None


def find_example(parameter: Mapping[str, Any]) -> str:
    """The first there is; else nothing, to be filled in."""
    examples = list(parameter.get("examples", {}).values())
    return str(examples[0]["value"]) if examples else ""


def _make_header(parameter: Mapping[str, Any]) -> dict[str, Any]:
    is_key = parameter["name"] == "Idempotency-Key"
    return {
        "key": parameter["name"],
        "value": "{{$guid}}" if is_key else find_example(parameter),
        "description": parameter.get("description", ""),
        "disabled": not (is_key or parameter.get("required", False)),
    }
