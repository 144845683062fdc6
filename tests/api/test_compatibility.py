"""The API as it is keeps every promise of the last released description; each way to break one is refused."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from tests.api.compatibility import breaking_changes, version_of
from wmca_tracker.api.schema import openapi

RELEASED = Path(settings.BASE_DIR) / "docs" / "openapi-released.yaml"
JSON = "application/json"
Change = Callable[[dict[str, Any]], Any]


def released() -> dict[str, Any]:
    description: dict[str, Any] = yaml.safe_load(RELEASED.read_text())
    return description


def test_the_code_breaks_nothing_that_was_released() -> None:
    """Put back what is named, or begin a new major version under an address of its own: docs/api.md."""
    assert breaking_changes(released(), openapi()) == []


def test_what_is_new_has_a_new_version() -> None:
    now, before = openapi(), released()

    assert version_of(now) >= version_of(before)
    if now["paths"].keys() != before["paths"].keys():
        assert version_of(now) > version_of(before)


def small() -> dict[str, Any]:
    """A description with one thing of each kind."""
    thing = {
        "type": "object",
        "required": ["name", "level"],
        "properties": {
            "name": {"type": "string", "maxLength": 80, "pattern": "^[a-z]+$"},
            "level": {"allOf": [{"$ref": "#/components/schemas/Level"}]},
            "ended": {"type": ["string", "null"], "format": "date"},
            "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
        },
    }
    body: dict[str, Any] = {"type": "object", "required": ["name"], "properties": deepcopy(thing["properties"])}
    body["properties"]["parts"] = {"type": "array", "items": {"type": "string"}}
    schemas: dict[str, Any] = {
        "Thing": thing,
        "ThingBody": body,
        "Level": {"type": "string", "enum": ["high", "low"]},
        "Problem": {"type": "object", "x-problem-types": {"not-found": "Nothing"}},
    }
    level = {"name": "level", "in": "query", "schema": {"$ref": "#/components/schemas/Level"}}
    size = {"name": "size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200}}
    answer = {"headers": {"ETag": {}}, "content": {JSON: {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    listing = {
        "operationId": "things_list",
        "security": [{}],
        "parameters": [level, size],
        "responses": {"200": answer},
    }
    sent = {"required": True, "content": {JSON: {"schema": {"$ref": "#/components/schemas/ThingBody"}}}}
    adding = {"operationId": "things_add", "requestBody": sent, "responses": {"201": deepcopy(answer)}}
    return {
        "info": {"version": "1.4.0"},
        "servers": [{"url": "/"}],
        "paths": {"/things/": {"get": listing, "post": adding}},
        "components": {"schemas": schemas},
    }


def listing_of(description: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = description["paths"]["/things/"]["get"]
    return found


def field_of(description: dict[str, Any], name: str, component: str = "Thing") -> dict[str, Any]:
    found: dict[str, Any] = description["components"]["schemas"][component]["properties"][name]
    return found


def level_of(description: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = description["components"]["schemas"]["Level"]
    return found


BREAKING: dict[str, tuple[Change, str]] = {
    "a path is removed": (lambda now: now["paths"].pop("/things/"), "the operation GET /things/ is gone"),
    "an operation is removed": (
        lambda now: now["paths"]["/things/"].pop("post"),
        "the operation POST /things/ is gone",
    ),
    "an operation has another name": (
        lambda now: listing_of(now).update(operationId="all_things"),
        "is no longer called things_list",
    ),
    "a key is needed": (lambda now: listing_of(now).update(security=[{"key": []}]), "cannot be asked without a key"),
    "the server has another address": (lambda now: now.update(servers=[{"url": "/v2"}]), "the server / is gone"),
    "a parameter is removed": (lambda now: listing_of(now)["parameters"].pop(0), "the parameter level is gone"),
    "a parameter becomes required": (
        lambda now: listing_of(now)["parameters"][0].update(required=True),
        "needs the parameter level",
    ),
    "there is a new required parameter": (
        lambda now: listing_of(now)["parameters"].append({"name": "by", "required": True, "schema": {}}),
        "needs the parameter by",
    ),
    "a parameter has a lower maximum": (
        lambda now: listing_of(now)["parameters"][1]["schema"].update(maximum=100),
        "size has the maximum 100",
    ),
    "a parameter has a higher minimum": (
        lambda now: listing_of(now)["parameters"][1]["schema"].update(minimum=2),
        "size has the minimum 2",
    ),
    "a parameter takes several others": (
        lambda now: listing_of(now)["parameters"][1].update(
            style="form", explode=False, schema={"type": "array", "items": {"type": "string"}}
        ),
        "size was integer and is string",
    ),
    "a parameter takes two and more": (
        lambda now: listing_of(now)["parameters"][1].update(
            style="form", explode=False, schema={"type": "array", "minItems": 2, "items": {"type": "integer"}}
        ),
        "size was integer and is array",
    ),
    "an enumeration loses a value": (lambda now: level_of(now)["enum"].remove("low"), "level has lost low"),
    "a status is removed": (
        lambda now: listing_of(now).update(responses={"202": {}}),
        "the answer 200 is gone",
    ),
    "a form is removed": (
        lambda now: listing_of(now)["responses"]["200"].update(content={"text/csv": {}}),
        f"the form of 200 {JSON} is gone",
    ),
    "a header is removed": (
        lambda now: listing_of(now)["responses"]["200"]["headers"].clear(),
        "the header ETag is gone",
    ),
    "a field is removed": (
        lambda now: now["components"]["schemas"]["Thing"]["properties"].pop("ended"),
        "the field of 200 ended is gone",
    ),
    "a field may be left out of answers": (
        lambda now: now["components"]["schemas"]["Thing"]["required"].remove("name"),
        "200/name may be left out",
    ),
    "a field may be null in answers": (
        lambda now: field_of(now, "name").update(type=["string", "null"]),
        "200/name was string and is null, string",
    ),
    "a field has another type": (
        lambda now: field_of(now, "name").update(type="integer"),
        "200/name was string and is integer",
    ),
    "a field has another format": (
        lambda now: field_of(now, "ended").update(format="date-time"),
        "200/ended has the format date-time instead of date",
    ),
    "an enumeration becomes free": (
        lambda now: field_of(now, "level").update(allOf=[{"type": "string"}]),
        "200/level is no longer one of a list",
    ),
    "a body has a new required field": (
        lambda now: now["components"]["schemas"]["ThingBody"]["required"].append("level"),
        "body/level is needed",
    ),
    "a body loses a field": (
        lambda now: now["components"]["schemas"]["ThingBody"]["properties"].pop("parts"),
        "the field of body parts is gone",
    ),
    "a body's field may not be null any more": (
        lambda now: field_of(now, "ended", "ThingBody").update(type="string"),
        "body/ended was null, string and is string",
    ),
    "a body's field takes a list only": (
        lambda now: field_of(now, "name", "ThingBody").update(enum=["one"]),
        "body/name takes only one",
    ),
    "a body's field is shorter": (
        lambda now: field_of(now, "name", "ThingBody").update(maxLength=40),
        "body/name has the maxLength 40",
    ),
    "a body's field has another pattern": (
        lambda now: field_of(now, "name", "ThingBody").update(pattern="^[a-c]+$"),
        "body/name has the pattern ^[a-c]+$ instead of ^[a-z]+$",
    ),
    "a body is needed": (
        lambda now: listing_of(now).update(requestBody={"required": True, "content": {}}),
        "needs a body",
    ),
    "a kind of error is removed": (
        lambda now: now["components"]["schemas"]["Problem"]["x-problem-types"].clear(),
        "the kind of error not-found is gone",
    ),
}
HARMLESS: dict[str, Change] = {
    "nothing changes": lambda now: None,
    "there is a new operation": lambda now: now["paths"].update({"/more/": {"get": listing_of(now)}}),
    "there is a new parameter": lambda now: listing_of(now)["parameters"].append({"name": "by", "schema": {}}),
    "a parameter takes more": lambda now: listing_of(now)["parameters"][1]["schema"].update(maximum=500),
    "a parameter takes several": lambda now: listing_of(now)["parameters"][0].update(
        style="form",
        explode=False,
        schema={"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Level"}},
    ),
    "an answer has a new field": lambda now: now["components"]["schemas"]["Thing"]["properties"].update(more={}),
    "fields may be named, and then others are left out": lambda now: (
        listing_of(now)["parameters"].append({"name": "fields", "schema": {}}),
        listing_of(now)["responses"]["200"]["content"][JSON].update(
            schema={"type": "object", "properties": now["components"]["schemas"]["Thing"]["properties"]}
        ),
    ),
    "an answer always has a field": lambda now: now["components"]["schemas"]["Thing"]["required"].append("ended"),
    "a body's field may be left out": lambda now: now["components"]["schemas"]["ThingBody"]["required"].clear(),
    "a body's field may be longer": lambda now: field_of(now, "name", "ThingBody").update(maxLength=400),
    "an enumeration has a new value": lambda now: level_of(now)["enum"].append("middle"),
    "the words change": lambda now: listing_of(now).update(description="Everything."),
    "a form is added": lambda now: listing_of(now)["responses"]["200"]["content"].update({"text/csv": {}}),
    "a field is said in another way": lambda now: field_of(now, "level").update(
        allOf=[], **{"$ref": "#/components/schemas/Level"}
    ),
}


@pytest.mark.parametrize("name", BREAKING)
def test_a_change_that_breaks_is_refused(name: str) -> None:
    change, told = BREAKING[name]
    now = small()
    change(now)

    assert any(told in each for each in breaking_changes(small(), now)), breaking_changes(small(), now)


@pytest.mark.parametrize("name", BREAKING)
def test_a_new_major_version_may_break(name: str) -> None:
    now = small()
    BREAKING[name][0](now)
    now["info"]["version"] = "2.0.0"

    assert breaking_changes(small(), now) == []


@pytest.mark.parametrize("name", HARMLESS)
def test_a_change_that_breaks_nobody_is_taken(name: str) -> None:
    now = small()
    HARMLESS[name](now)

    assert breaking_changes(small(), now) == []
