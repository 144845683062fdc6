"""What the description of the API says of every operation: who may ask, with which headers, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings

from wmca_tracker.api.catalogue import (
    BAD_REQUEST,
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

METHODS: Final = ("get", "post", "patch")
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


def _problem_answer(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
