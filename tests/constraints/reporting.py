"""Attempts on the sums."""

from datetime import date

from aims.choices import Mark, Role
from reporting.choices import Direction, Headline, Scope
from reporting.models import Counts, Part, Position, Summary
from tests.constraints.attempts import change, copy
from tests.factories import make_activity, make_objective, make_period

NOTHING = {field.name: 0 for field in Counts._meta.local_fields}


def make_position() -> Position:
    return Position.objects.create(
        period=make_period(),
        activity=make_activity(),
        is_due=True,
        role=Role.DELIVER,
        mark=Mark.NO_UPDATE,
        direction=Direction.NOT_COMPARABLE,
        long_direction=Direction.NOT_COMPARABLE,
        overdue_milestones=0,
    )


def make_part() -> Part:
    return Part.objects.create(
        period=make_period(), objective=make_objective(), scope=Scope.STRATEGY, key="", **NOTHING
    )


def make_summary() -> Summary:
    return Summary.objects.create(
        period=make_period(),
        scope=Scope.STRATEGY,
        key="",
        as_at=date(2026, 9, 30),
        headline=Headline.NOT_RATED,
        direction=Direction.NOT_COMPARABLE,
        **NOTHING,
    )


STATES = ["not_started", "in_progress", "complete", "deferred", "cancelled", "never_reported"]
MOVEMENTS = ["improved", "unchanged", "worsened"]

ATTEMPTS = [
    copy("one_position_an_activity_and_period", make_position),
    copy("one_part_an_objective_and_scope", make_part),
    copy("one_summary_a_scope_and_period", make_summary),
    change("states_split_all_activities", make_summary, activities="1"),
    *[change("states_split_all_activities", make_summary, **{state: "1"}) for state in STATES],
    *[change("movements_are_activities", make_summary, **{movement: "1"}) for movement in MOVEMENTS],
]
