"""The period or the day of which a reader asks to be told: `period=2026-27-h1` or `as_at=2026-06-30`."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import QueryDict

from accounts.api.parameters import Parameter, WrongParameters
from accounts.filters import SLUG

PERIOD: Final = Parameter(
    "period",
    "Tell it as this review period does, by its slug: a closed review as it was sealed, the round under way as it "
    "stands.",
    {"type": "string", "pattern": SLUG},
)
AS_AT: Final = Parameter(
    "as_at",
    "Tell it as it stood at the end of this day, by what was recorded until then: 2026-06-30. Not with `period`.",
    {"type": "string", "format": "date"},
)
BOTH: Final = "Give “period” or “as_at”, not both."
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class When:
    """What was asked for, at most one of the two."""

    period: str = ""
    day: date | None = None


def read_when(given: QueryDict) -> When:
    """The period or the day of a request. Raises `WrongParameters` for both, or for what is neither."""
    period, day = given.get(PERIOD.name, ""), given.get(AS_AT.name, "")
    if period and day:
        raise WrongParameters({PERIOD.name: [BOTH], AS_AT.name: [BOTH]})
    if period and not re.fullmatch(SLUG, period):
        raise WrongParameters({PERIOD.name: ["Give a period by its slug, such as 2026-27-h1."]})
    return When(period, read_day(day) if day else None)


def read_day(given: str) -> date:
    """A day as ISO 8601 writes it. Raises `WrongParameters`."""
    with suppress(ValueError):
        if DAY.fullmatch(given):  # fromisoformat takes other forms too
            return date.fromisoformat(given)
    raise WrongParameters({AS_AT.name: ["Give a real day as year, month and day: 2026-06-30."]})
