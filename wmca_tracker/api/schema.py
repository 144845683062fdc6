"""The API's description of itself, OpenAPI 3.1, made from the code once a process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from inspect import getdoc
from typing import Any, Final

from django.conf import settings
from django.utils.module_loading import import_string
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.settings import spectacular_settings

from accounts.api.includes import INCLUDED, with_included
from accounts.api.telling import FIELDS
from accounts.api.viewsets import VisibleViewSet
from wmca_tracker.api.catalogue import (
    BAD_REQUEST,
    CATALOGUE,
    CONFLICT,
    CONTENT_TOO_LARGE,
    FORBIDDEN,
    INCOMPLETE,
    NOT_FOUND,
    PRECONDITION_FAILED,
    PRECONDITION_REQUIRED,
    PROBLEM_JSON,
    TOO_MANY_REQUESTS,
    UNAUTHENTICATED,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA_TYPE,
)
from wmca_tracker.api.pagination import CURSOR

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
METHODS: Final = ("get", "post", "patch")
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
EXAMPLE_ADDRESS: Final = "https://tracker.example"
EXAMPLE_CURSOR: Final = "WyJhZnRlciIsIjEuMS4xIl0:mX1kq0rC5nS8"
BAD_PARAMETER: Final = "A parameter is not known here, or not valid."
BAD_PARAMETER_OR_CURSOR: Final = "A parameter is not known here or not valid, or the cursor was not made for this list."
REFERENCES: Final = {
    "number": "Its number in the strategy.",
    "slug": "Its slug.",
    "code": "Its letter.",
    "id": "Its reference, as lists give it.",
    "reference": "Its reference, as lists give it.",
}
LIMIT_HEADERS: Final[dict[str, Any]] = {
    "RateLimit": {
        "description": 'What is left of the limit, and in how many seconds it begins anew: `"default";r=299;t=42`. '
        "Left out while nothing is counted.",
        "schema": {"type": "string"},
    },
}
HEADERS: Final[dict[str, Any]] = LIMIT_HEADERS | {
    "ETag": {
        "description": "Send it back as `If-None-Match`: 304 says that nothing changed.",
        "schema": {"type": "string"},
    },
}
LIST_HEADERS: Final[dict[str, Any]] = HEADERS | {
    "Link": {
        "description": 'The pages after and before, as RFC 8288: `rel="next"` and `rel="prev"`.',
        "schema": {"type": "string"},
    },
}
RETRY_AFTER: Final[dict[str, Any]] = {
    "Retry-After": {
        "description": "How many seconds to wait.",
        "schema": {"type": "integer", "minimum": 1},
    },
}
SECURITY_SCHEMES: Final = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key for programs, made by the performance office. It is sent in this header only: an "
        "address that holds one is refused. Without the scope `read` it reads nothing, without `update:own` it writes "
        "nothing (403).",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": settings.SESSION_COOKIE_NAME,
        "description": "A person who is signed in to the tracker. Writing then also takes the header `X-CSRFToken`.",
    },
}
SOMEBODY: Final[list[dict[str, list[str]]]] = [{name: []} for name in SECURITY_SCHEMES]
ANYBODY: Final[list[dict[str, list[str]]]] = [{}, *SOMEBODY]
IDEMPOTENCY_KEY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Names this request: sent again with the same key and body it has no second effect, and gets the "
    "first one's answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
IF_MATCH: Final[dict[str, Any]] = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The `ETag` of the state that is changed, as the item's plain address gives it: asked with `fields` "
    "or `include` an item has another. `*` stands for whatever state there is.",
    "schema": {"type": "string", "minLength": 1, "pattern": "^[!-~]([ -~]*[!-~])?$"},
}
TOLD_AT: Final[dict[str, Any]] = {
    "Content-Location": {
        "description": "The address of what the answer tells; a corrected funding return is another one.",
        "schema": {"type": "string", "format": "uri"},
    }
}
WRITTEN_HEADERS: Final[dict[str, dict[str, Any]]] = {
    "post": LIMIT_HEADERS
    | TOLD_AT
    | {
        "ETag": {"description": "Send it as `If-Match` with a change.", "schema": {"type": "string"}},
        "Location": {"description": "The new item's address.", "schema": {"type": "string", "format": "uri"}},
    },
    "patch": LIMIT_HEADERS
    | TOLD_AT
    | {"ETag": {"description": "Send it as `If-Match` with the next change.", "schema": {"type": "string"}}},
}
REFUSALS_OF_READING: Final = (UNAUTHENTICATED, FORBIDDEN)
REFUSALS_OF_WRITING: Final = {
    "post": (BAD_REQUEST, UNAUTHENTICATED, FORBIDDEN, CONFLICT, CONTENT_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INCOMPLETE),
    "patch": (
        BAD_REQUEST,
        UNAUTHENTICATED,
        FORBIDDEN,
        CONFLICT,
        PRECONDITION_FAILED,
        CONTENT_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        INCOMPLETE,
        PRECONDITION_REQUIRED,
    ),
}


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


def describe_answers(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """Adds to every operation who may ask, its headers, its errors and an example; a spectacular hook."""
    result["components"]["securitySchemes"] = SECURITY_SCHEMES
    for path, operations in result["paths"].items():
        result["paths"][path] = {method: operations[method] for method in METHODS if method in operations}
        for method, operation in result["paths"][path].items():
            _describe(operation, method, path)
    return result


def _describe(operation: dict[str, Any], method: str, path: str) -> None:
    parameters, answers = operation.setdefault("parameters", []), operation["responses"]
    is_list = any(parameter["name"] == CURSOR for parameter in parameters)
    if "{" in path:
        answers["404"] = _problem_answer(NOT_FOUND.title + ".")
        _describe_references(parameters)
    operation["security"] = ANYBODY if method == "get" else SOMEBODY
    if method == "get":
        _describe_reading(answers, is_list)
        _describe_files(answers["200"], path)
    else:
        _describe_writing(operation, method)
    answers[str(TOO_MANY_REQUESTS.status)] = _problem_answer(f"{TOO_MANY_REQUESTS.title}.") | {"headers": RETRY_AFTER}
    answers["default"] = _problem_answer("Any other error.")
    for answer in answers.values():
        for example in answer.get("content", {}).get("application/json", {}).get("examples", {}).values():
            example.pop("summary", None)
            if is_list:
                next_page = f"{EXAMPLE_ADDRESS}{sample_address(path, operation)}?cursor={EXAMPLE_CURSOR}"
                example["value"] |= {"next": next_page, "previous": None}


def _describe_references(parameters: list[dict[str, Any]]) -> None:
    for parameter in parameters:
        if parameter["in"] == "path":
            parameter.setdefault("description", REFERENCES.get(parameter["name"], ""))


def sample_address(path: str, operation: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> str:
    """A path with samples in the place of its parameters: those that it gives itself, else what is known by name."""
    given = {
        part["name"]: part["schema"].get("examples", part["schema"].get("enum")) for part in operation["parameters"]
    }
    return path.format_map({**(known or {}), **{name: samples[0] for name, samples in given.items() if samples}})


def _describe_reading(answers: dict[str, Any], is_list: bool) -> None:
    answers["200"] |= {"description": "The answer.", "headers": LIST_HEADERS if is_list else HEADERS}
    answers["304"] = {"description": "Nothing changed since the answer whose `ETag` was sent as `If-None-Match`."}
    answers["400"] = _problem_answer(BAD_PARAMETER_OR_CURSOR if is_list else BAD_PARAMETER)
    answers |= {str(kind.status): _problem_answer(f"{kind.title}.") for kind in REFUSALS_OF_READING}


def _describe_files(answer: dict[str, Any], path: str) -> None:
    """Tells of the forms in which a list is one file, where it is a list."""
    csv, address = answer.get("content", {}).get("text/csv"), path.rstrip("/")
    if csv:
        csv["schema"] = {
            "type": "string",
            "description": "The whole list as one file, streamed: no cursor and no page size are taken. It is also at "
            f"`{address}.csv`, with its columns described (CSVW) at `{address}.csv-metadata.json`; as JSON it is one "
            f"file at `{address}.json`.",
        }


def _describe_writing(operation: dict[str, Any], method: str) -> None:
    operation["parameters"] += [IDEMPOTENCY_KEY] if method == "post" else [IF_MATCH]
    done = operation["responses"]["201" if method == "post" else "200"]
    done |= {"description": "What was written, as it now stands.", "headers": WRITTEN_HEADERS[method]}
    operation["responses"] |= {
        str(kind.status): _problem_answer(f"{kind.title}.") for kind in (*REFUSALS_OF_WRITING[method], UNAVAILABLE)
    }


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


def _problem_answer(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
