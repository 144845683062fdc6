"""What `manage.py check --deploy` refuses about accounts."""

import pytest
from django.core.checks import run_checks
from django.db import OperationalError
from django.utils import timezone
from pytest_django import Settings

from accounts import checks
from aims.services.keys import revoke_key
from tests.api.issued import issue
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def found() -> list[str | None]:
    messages = run_checks(include_deployment_checks=True, tags=["security"])
    return [message.id for message in messages if message.id == "accounts.E001"]


def test_a_demonstration_in_production_is_an_error(settings: Settings) -> None:
    settings.MODE = "production"
    make_user(is_demonstration=True)

    assert found() == ["accounts.E001"]


def test_real_accounts_in_production_are_none(settings: Settings) -> None:
    settings.MODE = "production"
    make_user()

    assert found() == []


@pytest.mark.parametrize("mode", ["local", "demo"])
def test_a_demonstration_elsewhere_is_none(settings: Settings, mode: str) -> None:
    settings.MODE = mode
    make_user(is_demonstration=True)

    assert found() == []


def test_a_database_that_does_not_answer_is_none(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> bool:
        raise OperationalError("connection refused")

    settings.MODE = "production"
    monkeypatch.setattr(checks, "demonstration_exists", unreachable)

    assert found() == []


def test_keys_without_their_pepper_are_told_until_they_are_revoked(settings: Settings) -> None:
    def told() -> list[str]:
        return [message.msg for message in checks.every_key_has_its_pepper()]

    issued = issue()
    assert told() == []
    settings.API_KEY_PEPPERS = {"2027": "n" * 50}
    assert told() == [f"Valid keys stand under peppers that API_KEY_PEPPERS does not name: {issued.key.pepper}."]
    revoke_key(key=issued.key, by=issued.office, now=timezone.now())
    assert told() == []
