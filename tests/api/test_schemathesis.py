"""Schemathesis asks the API what its description promises: requests that it takes and requests that it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import unsupported_method

from accounts.choices import UserRole
from accounts.models import Organisation
from aims.choices import PeriodState
from aims.models import KeyActivity, ReviewPeriod
from funding.rules import Figures
from funding.services.allocating import allocate
from funding.services.returning import approve_return, submit_return
from reporting.services.rebuilding import rebuild
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_owner,
    make_period,
    make_stream,
    make_user,
    publish,
)
from wmca_tracker.api.schema import openapi

EXAMPLES = 20  # an operation and identity, beside what the coverage phase tries


def description() -> dict[str, Any]:
    """The API's own, without cursors: a cursor is signed, so none that is made up is ever taken (see test_cursor)."""
    described = deepcopy(openapi())
    for operations in described["paths"].values():
        for operation in operations.values():
            operation["parameters"] = [part for part in operation["parameters"] if part["name"] != "cursor"]
    return described


config = SchemathesisConfig.from_dict({"generation": {"deterministic": True, "max-examples": EXAMPLES}})
api = schemathesis.openapi.from_dict(description(), config=config)
api.app = get_wsgi_application()
# Every request only reads: the rows may stay from one to the next.
reading = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """As Django's own test client: the end of a request does not close the connection of the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def one_of_everything(db: None, kept_connection: None) -> None:
    """What the description's examples name exists, so that positive requests find something."""
    period = make_period()
    activity = make_activity("1.1.1", owner=make_owner(slug="head-of-economic-policy", approving_post=make_owner()))
    make_approved(activity, exempt_narrative="The price is £4m", exempt_paragraph=3)
    Organisation.objects.create(slug="birmingham-city-council", name="Birmingham", kind="local_authority")
    pay_for(activity)
    rebuild(period=period, on=date(2026, 10, 12))
    closed = {"state": PeriodState.CLOSED, "closed_at": "2026-11-10T09:00:00Z"}
    ReviewPeriod.objects.filter(pk=period.pk).update(**closed)
    publish(period)


def pay_for(activity: KeyActivity) -> None:
    """An allocation and a return, known before the review closes."""
    stream = make_stream(code="A", name="Transport", award=Decimal("1050000000.00"), strategy=activity.strategy)
    sent: dict[str, Any] = {"by": make_user(UserRole.FINANCE), "now": IN_ROUND}
    allocate(stream=stream, target=activity, amount=Decimal(26_000_000), reason="Minute 12.", **sent)
    figures = Figures(committed=Decimal(310_000_000), spend_to_date=Decimal(268_000_000))
    said = submit_return(stream=stream, month=date(2026, 9, 1), figures=figures, rating="amber", **sent)
    approve_return(found=said, by=make_user(UserRole.FINANCE), now=IN_ROUND)


@api.parametrize()
@reading
def test_anybody_gets_what_is_described(case: Any, one_of_everything: None) -> None:
    case.call_and_validate()


@pytest.fixture
def office(one_of_everything: None) -> dict[str, str]:
    client = Client()
    user = make_user(UserRole.OFFICE)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return {name: morsel.value for name, morsel in client.cookies.items()}


@api.include(
    tag=["updates", "periods", "funding-streams", "allocations", "funding-returns", "funding-totals"]
).parametrize()
@reading
def test_the_office_gets_what_is_described(case: Any, office: dict[str, str]) -> None:
    # Whoever is signed in and writes is first asked for the token against forged requests: 403 before 405.
    case.call_and_validate(cookies=office, excluded_checks=[unsupported_method])
