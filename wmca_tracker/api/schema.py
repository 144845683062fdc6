"""The API's description of itself, OpenAPI 3.1, made from the code once a process."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from inspect import getdoc
from typing import Any, Final

from django.utils.module_loading import import_string
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.settings import spectacular_settings

from accounts.api.includes import INCLUDED, with_included
from accounts.api.telling import FIELDS
from accounts.api.viewsets import VisibleViewSet
from wmca_tracker.api.catalogue import CATALOGUE

PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "An error, as RFC 9457 tells it.",
    "required": ["type", "title", "status", "detail", "instance"],
    "x-problem-types": {kind.slug: kind.title for kind in CATALOGUE},
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "The address that explains this error."},
        "title": {"type": "string", "description": "The kind of error, always in the same words."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599, "description": "The HTTP status."},
        "detail": {"type": "string", "description": "What is wrong this time."},
        "instance": {"type": "string", "format": "uri-reference", "description": "The address that was asked for."},
        "errors": {
            "type": "array",
            "description": "Each parameter, or place in the body, that is wrong, and what is wrong with it.",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "parameter": {"type": "string"},
                    "pointer": {"type": "string", "format": "json-pointer"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
VERBS: Final = {
    ("GET", False): "list",
    ("GET", True): "read",
    ("POST", False): "add",
    ("PATCH", True): "change",
}
SUMMARIES: Final = {
    ("GET", False): "List {}",
    ("GET", True): "Read one of the {}",
    ("POST", False): "Add to the {}",
    ("PATCH", True): "Change one of the {}",
}
NULL: Final = {"type": "null"}
NULL_ENUM: Final = {"$ref": "#/components/schemas/NullEnum"}


class OperationSchema(AutoSchema):
    """Names and sums up each operation in the words of its address: `activities_list`, "List activities"."""

    def get_operation_id(self) -> str:
        return f"{self._resource()}_{VERBS[self.method, self._is_item()]}".replace("-", "_")

    def get_summary(self) -> str:
        return SUMMARIES[self.method, self._is_item()].format(self._resource().replace("-", " "))

    def get_description(self) -> str:  # type: ignore[override]  # as the library calls it
        """What a body is, before what becomes of it."""
        said: str = super().get_description()
        body = self.get_request_serializer()
        return said if self.method == "GET" or body is None else f"{getdoc(body)}\n\n{said}"

    def get_tags(self) -> list[str]:
        return [self._resource()]

    def get_request_serializer(self) -> Any:
        return getattr(self.view, "body_class", None)

    def get_response_serializers(self) -> Any:
        """What is written, and with what may be told beside it where something is read."""
        made: Any = super().get_response_serializers()
        includes = tuple(getattr(self.view, "includes", {}).items())
        serializer: Any = type(made)
        return with_included(serializer, includes) if self.method == "GET" and includes else made

    def _get_filter_parameters(self) -> list[dict[str, Any]]:
        """Also the items' own, which the library leaves out."""
        if self.method == "GET" and self._is_item() and isinstance(self.view, VisibleViewSet):
            return [parameter.described() for parameter in self.view.telling_parameters()]
        found: list[dict[str, Any]] = super()._get_filter_parameters()  # type: ignore[no-untyped-call]
        return found

    def _resource(self) -> str:
        return self.path.removeprefix("/api/v1/").split("/")[0] or "root"

    def _is_item(self) -> bool:
        return "{" in self.path


@cache
def openapi() -> dict[str, Any]:
    """The whole description; it depends on the code alone, never on who asks."""
    generator: Any = SchemaGenerator  # it has no types of its own
    description: dict[str, Any] = generator().get_schema(request=None, public=True)
    return description


def tidy_components(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """Adds the form of errors, and says "or null" in place; a spectacular hook."""
    components = result["components"]["schemas"]
    components.pop("NullEnum", None)
    _leave_out_what_stays(result["paths"], components)
    for component in components.values():
        for name, field in component.get("properties", {}).items():
            if name in ("next", "previous"):
                field.pop("example", None)
            if "oneOf" in field:
                field["oneOf"] = [NULL if choice == NULL_ENUM else choice for choice in field["oneOf"]]
    components["Problem"] = PROBLEM
    for name in _told_in_part(result["paths"], components):
        components[name].pop("required", None)
    return result


def _leave_out_what_stays(paths: dict[str, Any], components: dict[str, Any]) -> None:
    """Examples of a change without what only a new item says."""
    for operation in (operations["patch"] for operations in paths.values() if "patch" in operations):
        sent = operation["requestBody"]["content"]["application/json"]
        (name,) = _named_in(sent["schema"])
        fields = components[name]["properties"]
        for example in sent["examples"].values():
            example["value"] = {field: value for field, value in example["value"].items() if field in fields}


def _told_in_part(paths: dict[str, Any], components: dict[str, Any]) -> Iterator[str]:
    """The components of which `fields` may leave out what it does not name: items, and what they include."""
    for operation in (operations["get"] for operations in paths.values() if "get" in operations):
        if not any(parameter["name"] == FIELDS for parameter in operation["parameters"]):
            continue
        (told,) = _named_in(operation["responses"]["200"]["content"]["application/json"]["schema"])
        item = next(_named_in(components[told]["properties"].get("results", {})), told)
        included = next(_named_in(components[item]["properties"].get(INCLUDED, {})), None)
        yield from (item, *([included, *_named_in(components[included])] if included else ()))


def _named_in(schema: Any) -> Iterator[str]:
    """The components that a schema refers to."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        schema = list(schema.values())
    for part in schema if isinstance(schema, list) else ():
        yield from _named_in(part)


def name_enumerations(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """Gives each enumeration the words that stand for its values; a hook of drf-spectacular."""
    for name, choices in enumerations().items():
        component = result["components"]["schemas"].get(name)
        if component:
            component["description"] = (choices.__doc__ or "").strip()
            component["x-enum-descriptions"] = dict(choices.choices)
    return result


def enumerations() -> dict[str, Any]:
    """Every enumeration that the API speaks in, by its name in the schema."""
    return {name: import_string(path) for name, path in spectacular_settings.ENUM_NAME_OVERRIDES.items()}
