"""The description of the API for people, from the same schema that programs fetch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certificates.api.operations import api
from certificates.views.verify import public_but_unlisted


@dataclass(frozen=True)
class Field:
    """Something that is sent or answered: its name, what it holds, and what is said of it."""

    name: str
    holds: str
    about: str
    is_needed: bool


@dataclass(frozen=True)
class Shape:
    """What an object holds."""

    name: str
    about: str
    fields: list[Field]


@dataclass(frozen=True)
class Operation:
    """A way to ask."""

    method: str
    path: str
    summary: str
    about: str
    parameters: list[Field]
    body: str
    answers: list[tuple[str, str]]


@require_safe
@public_but_unlisted
def description(request: HttpRequest) -> HttpResponse:
    """Every operation and every object of the schema, in words."""
    schema: dict[str, Any] = api.get_openapi_schema()
    context = {
        "about": schema["info"]["description"],
        "operations": [
            _operation(method, path, each)
            for path, methods in schema["paths"].items()
            for method, each in methods.items()
        ],
        "shapes": [_shape(name, each) for name, each in schema["components"]["schemas"].items()],
        "base_url": settings.BASE_URL,
        "quota": settings.API_CHECKS_A_DAY,
    }
    return render(request, "certificates/api.html", context)


def _operation(method: str, path: str, operation: dict[str, Any]) -> Operation:
    body = operation.get("requestBody", {}).get("content", {})
    return Operation(
        method.upper(),
        path,
        operation["summary"],
        operation.get("description", ""),
        [
            Field(
                each["name"],
                _holds(each["schema"]),
                each.get("description") or each["schema"].get("description", ""),
                each["required"],
            )
            for each in operation.get("parameters", [])
        ],
        _holds(body["application/json"]["schema"]) if body else "",
        [(status, _answered(each)) for status, each in operation["responses"].items()],
    )


def _answered(response: dict[str, Any]) -> str:
    content = response.get("content", {}).get("application/json", {})
    return _holds(content.get("schema", {}))


def _shape(name: str, schema: dict[str, Any]) -> Shape:
    needed = schema.get("required", [])
    fields = [
        Field(field, _holds(each), each.get("description", ""), field in needed)
        for field, each in schema.get("properties", {}).items()
    ]
    return Shape(name, schema.get("description", ""), fields)


def _holds(schema: dict[str, Any]) -> str:
    """What a value is, in a few words of JSON."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(_holds(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(each) for each in schema["enum"])
    if schema.get("type") == "array":
        return f"[{_holds(schema['items'])}]"
    return str(schema.get("format") or schema.get("type", "object"))
