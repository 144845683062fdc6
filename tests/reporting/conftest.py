"""A published review and an open round, told through the services and summed up by aggregation."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from aims.choices import PeriodState, Rag, State
from aims.models import KeyActivity, ReviewPeriod
from reporting.services.rebuilding import rebuild
from tests import factories
from tests.remembered import remembered

PUBLISHED_ROUND = datetime(2025, 4, 10, 9, 0, tzinfo=UTC)
OPEN_ROUND = datetime(2025, 10, 10, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Story:
    """Four activities: 1.1.1 fell from Green to Red, 1.1.2 rose from Amber, 1.2.1 is complete, 2.1.1 silent."""

    activities: dict[str, KeyActivity]
    published: ReviewPeriod
    open: ReviewPeriod


def behind(rag: Rag, **fields: Any) -> dict[str, Any]:
    """The fields of an update that is behind, with every reason that it takes."""
    return {**asdict(factories.make_red_values()), "rag": rag, **fields}


@pytest.fixture
def story(db: None) -> Story:
    return remembered(tell_story)


def tell_story() -> Story:
    numbers = ("1.1.1", "1.1.2", "1.2.1", "2.1.1")
    activities = {number: factories.make_activity(number) for number in numbers}
    published = factories.make_period(date(2025, 3, 31))
    for number, fields in {
        "1.1.1": {"narrative": "All went well in spring."},
        "1.1.2": behind(Rag.AMBER),
        "1.2.1": {},
        "2.1.1": {},
    }.items():
        factories.make_approved(activities[number], now=PUBLISHED_ROUND, **fields)
    published.state, published.closed_at = PeriodState.CLOSED, datetime(2025, 5, 9, 9, 0, tzinfo=UTC)
    published.save()
    factories.publish(published)
    rebuild(period=published, on=date(2025, 5, 9))
    under_way = factories.make_period(date(2025, 9, 30))
    factories.make_approved(
        activities["1.1.1"],
        now=OPEN_ROUND,
        **behind(
            Rag.RED, narrative="The contractor has stopped.", ask="Agree a second contractor.", cause="procurement"
        ),
    )
    factories.make_approved(activities["1.1.2"], now=OPEN_ROUND)
    factories.make_approved(activities["1.2.1"], now=OPEN_ROUND, **done())
    rebuild(period=under_way, on=OPEN_ROUND.date())
    return Story(activities, published, under_way)


def done() -> dict[str, Any]:
    """The fields of an update that says complete."""
    return {"state": State.COMPLETE, "rag": "", "forecast_rag": "", "evidence": "Report to the Board of 12 June"}
