"""The description of the API: valid, committed, and true."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from wmca_tracker.api.schema import enumerations, openapi

JSON = "application/json"
COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"


def test_the_committed_description_is_the_code_s(tmp_path: Path) -> None:
    """`manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml` writes it anew."""
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(made))

    assert made.read_text() == COMMITTED.read_text()


def test_it_is_valid_openapi_3_1() -> None:
    description = yaml.safe_load(COMMITTED.read_text())

    assert description["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(description).validate()


def test_it_is_served_as_json_and_as_yaml(client: Client) -> None:
    as_json = client.get("/api/v1/schema/", headers={"accept": "application/json"})
    as_yaml = client.get("/api/v1/schema/", headers={"accept": "application/yaml"})

    assert as_json.json() == yaml.safe_load(as_yaml.content) == yaml.safe_load(COMMITTED.read_text())


def test_every_operation_and_field_is_explained() -> None:
    description = openapi()

    for path, operations in description["paths"].items():
        for operation in operations.values():
            assert operation["description"], path
            assert all(part["description"] for part in operation.get("parameters", ())), path
    for name, component in description["components"]["schemas"].items():
        fields = component.get("properties", {}) if not name.startswith("Paginated") else {}
        assert all(field.get("description") for field in fields.values()), name


def test_enumerations_have_the_names_of_the_code() -> None:
    components = openapi()["components"]["schemas"]

    assert {name for name, component in components.items() if "enum" in component} == set(enumerations())
    assert components["Rag"]["x-enum-descriptions"]["amber"] == "At risk"


def examples() -> Iterator[tuple[str, dict[str, Any], Any]]:
    for path, operations in openapi()["paths"].items():
        for method, operation in operations.items():
            done = operation["responses"]["201" if method == "post" else "200"]
            for told in (done, operation.get("requestBody", {"content": {JSON: {}}})):
                for example in told["content"][JSON].get("examples", {}).values():
                    yield f"{method} {path}", told["content"][JSON]["schema"], example["value"]


def test_examples_are_what_the_schema_says() -> None:
    components = openapi()["components"]

    for _, schema, value in examples():
        OAS31Validator(schema | {"components": components}).validate(value)


def test_every_operation_has_an_example() -> None:
    described = {f"{method} {path}" for path, operations in openapi()["paths"].items() for method in operations}

    assert {operation for operation, _, _ in examples()} == described - {"get /api/v1/"}
