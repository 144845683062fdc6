"""What `manage.py check --deploy` warns of about the sealed reviews."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.db import connection
from pytest_django import Settings

from tests.reporting.documents import statements_of

pytestmark = pytest.mark.django_db


def found() -> list[str | None]:
    messages = run_checks(include_deployment_checks=True, tags=["security"])
    return [message.id for message in messages if message.id == "reporting.W001"]


def test_running_as_the_owner_of_what_is_sealed_is_warned_of_in_production_alone(settings: Settings) -> None:
    assert found() == []

    settings.MODE = "production"

    assert found() == ["reporting.W001"]


def test_running_as_another_role_is_right(settings: Settings) -> None:
    settings.MODE = "production"
    with connection.cursor() as cursor:
        for statement in statements_of("docs/seal.md"):
            cursor.execute(statement)
        cursor.execute("SET LOCAL SESSION AUTHORIZATION strategy_tracker")

    assert found() == []
