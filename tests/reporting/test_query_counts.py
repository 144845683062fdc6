"""Reading costs the same number of queries with a handful of activities and with 5,000."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.choices import UserRole
from accounts.models import Owner
from aims.choices import Kind, PeriodState, Rag, Role, Stage, State
from aims.models import KeyActivity, Objective, Place, ProgressUpdate
from funding.models import Allocation
from funding.rules import Figures
from funding.services.returning import approve_return, submit_return
from reporting.services.rebuilding import rebuild
from tests import factories
from tests.reporting.conftest import OPEN_ROUND

# The most that a page may ask, sign-in and frame included.
LIMITS = {
    "/": 28,
    "/reviews/": 12,
    "/reviews/2025-26-h1/": 28,
    "/reviews/2025-26-h1/changes/": 14,
    "/reviews/2025-26-h1/exceptions/": 15,
    "/reviews/2025-26-h1/charts/": 20,
    "/reviews/2025-26-h1/charts/trend.csv": 20,
    "/aims/1/": 26,
    "/objectives/1.1/": 22,
    "/activities/1.1.1/": 30,
}
# As finance sees it, whose navigation counts what waits for them.
LIMITS_OF_MONEY = {
    "/funding/": 28,
    "/funding/A/": 26,
    "/funding/behind/?scope=strategy&rating=red": 14,
    "/funding/behind/?scope=aim&key=1&rating=red": 14,
    "/funding/behind/?scope=organisation&key=authority&rating=red": 15,
    "/funding/streams.csv": 16,
    "/funding/flows.csv": 18,
    "/funding/A/returns.csv": 26,
    "/funding/returns/": 16,
}
AIMS, OBJECTIVES = 6, 26


def make_strategy_of(activities: int) -> None:
    """So many activities over 26 objectives, told in two rounds: every tenth Red, every tenth silent."""
    body = factories.make_organisation(slug="authority")
    strategy, owner = factories.make_strategy(), factories.make_owner(organisation=body)
    objectives = [
        factories.make_objective(strategy, f"{place % AIMS + 1}.{place // AIMS + 1}") for place in range(OBJECTIVES)
    ]
    rows = [activity_row(objectives[place % OBJECTIVES], place // OBJECTIVES + 1, owner) for place in range(activities)]
    made = KeyActivity.objects.bulk_create(rows)
    author, approver = factories.make_user(), factories.make_user(UserRole.APPROVER)
    pay_for(made)
    dudley = Place.objects.create(slug="dudley", name="Dudley", authority=body)
    KeyActivity.places.through.objects.bulk_create(
        KeyActivity.places.through(keyactivity=activity, place=dudley) for activity in made[::2]
    )
    for ends in (date(2025, 3, 31), date(2025, 9, 30)):
        period = factories.make_period(ends)
        ProgressUpdate.objects.bulk_create(
            ProgressUpdate(
                activity=activity,
                period=period,
                stage=Stage.APPROVED,
                as_at=ends,
                role=activity.role,
                kind=activity.kind,
                author=author,
                created_at=OPEN_ROUND,
                saved_at=OPEN_ROUND,
                submitted_at=OPEN_ROUND.replace(year=2025, month=4) if ends.month == 3 else OPEN_ROUND,
                approved_by=approver,
                approved_at=OPEN_ROUND,
                **told(place, ends),
            )
            for place, activity in enumerate(made)
            if place % 10 != 9
        )
        if ends.month == 3:
            period.state, period.closed_at = PeriodState.CLOSED, OPEN_ROUND.replace(month=11)
            period.save()
            factories.publish(period)
        rebuild(period=period, on=OPEN_ROUND.date())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself once rows are committed


def pay_for(activities: list[KeyActivity]) -> None:
    """Ten streams: each activity has a pound of one, every third another of the next; each stream two returns."""
    finance, treasurer = factories.make_user(UserRole.FINANCE), factories.make_user(UserRole.FINANCE)
    streams = [factories.make_stream(code=code, award=Decimal(10_000)) for code in "ABCDEFGHIJ"]
    Allocation.objects.bulk_create(
        Allocation(
            stream=streams[(place + more) % len(streams)],
            activity=activity,
            amount=Decimal(1),
            reason="Minute 1.",
            allocated_by=finance,
            allocated_at=OPEN_ROUND,
        )
        for place, activity in enumerate(activities)
        for more in range(2 if place % 3 == 0 else 1)
    )
    for stream in streams:
        said = submit_return(
            stream=stream, month=date(2025, 8, 1), figures=Figures(committed=Decimal(5)), by=finance, now=OPEN_ROUND
        )
        approve_return(found=said, by=treasurer, now=OPEN_ROUND)
        submit_return(
            stream=stream, month=date(2025, 9, 1), figures=Figures(committed=Decimal(6)), by=finance, now=OPEN_ROUND
        )


def activity_row(objective: Objective, place: int, owner: Owner) -> KeyActivity:
    return KeyActivity(
        strategy=objective.strategy,
        objective=objective,
        number=f"{objective.number}.{place}",
        description=f"Deliver work {objective.number}.{place}",
        role=Role.DELIVER,
        kind=Kind.TIME_BOUND,
        owner=owner,
    )


def told(place: int, ends: date) -> dict[str, object]:
    """Red where the place ends in nought, and only since the second round; else Green."""
    if place % 10 or ends.month == 3:
        return {"state": State.IN_PROGRESS, "rag": Rag.GREEN, "forecast_rag": Rag.GREEN, "narrative": "Work goes on."}
    return {
        "state": State.IN_PROGRESS,
        "rag": Rag.RED,
        "forecast_rag": Rag.RED,
        "narrative": "Work has stopped.",
        "cause": "funding",
        "impact": "Late",
        "action": "Ask",
        "action_owner": "Head",
        "action_by": date(2026, 1, 1),
        "return_to_green": date(2026, 6, 1),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("activities", [112, 5_000])
def test_pages_ask_a_bounded_number_of_queries(
    client: Client, activities: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_strategy_of(activities)
    for role, limits in ((UserRole.BOARD, LIMITS), (UserRole.FINANCE, LIMITS_OF_MONEY)):
        client.force_login(factories.make_user(role), backend="allauth.account.auth_backends.AuthenticationBackend")
        for address, limit in limits.items():
            with django_assert_max_num_queries(limit, info=address):
                response = client.get(address)
            assert response.status_code == 200, address
    assert b"1.1.1 Deliver work 1.1.1: Off track, was On track" in client.get("/").content
