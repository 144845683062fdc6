"""Attempts on what was agreed: thresholds, numbers and baselines."""

from datetime import date

from django.db import models

from aims.models import Aim, KeyActivity, Objective, StrategyChange
from tests.constraints.attempts import Attempt, Make, change, copy, kept
from tests.factories import IN_ROUND, make_activity, make_objective, make_strategy, make_strategy_change

LAST_STRATEGY = "(SELECT max(id) FROM aims_strategy)"


def make_aim() -> Aim:
    aim: Aim = Aim.objects.create(strategy=make_strategy(), number="1", title="Homes", statement="To build homes")
    return aim


def make_bare_objective() -> Objective:
    return make_objective(number="1.1")


def beside_another(make: Make) -> Make:
    """The row, with a second strategy that it could be moved to."""

    def make_both() -> models.Model:
        row = make()
        make_strategy(slug="second", is_in_force=False)
        return row

    return make_both


def make_retired_activity() -> KeyActivity:
    return make_activity(retired_on=date(2026, 4, 1))


def make_dated_activity() -> KeyActivity:
    return make_activity(baseline_start=date(2026, 4, 1), baseline_end=date(2027, 3, 31))


def make_applied_change() -> StrategyChange:
    return make_strategy_change(applied_at=IN_ROUND)


def make_withdrawn_change() -> StrategyChange:
    return make_strategy_change(withdrawn_at=IN_ROUND)


def numbered(name: str, make: Make, malformed: list[str]) -> list[Attempt]:
    """The attempts on any part of the strategy that has a number."""
    return [
        copy(f"{name}_number_unique_in_strategy", make),
        *[copy(f"{name}_number_well_formed", make, number=f"E'{number}'") for number in malformed],
        change(f"{name}_retires_after_it_is_added", make, added_on="'2026-04-02'", retired_on="'2026-04-01'"),
        change(f"{name}_number_never_changes", make, number="number || '0'"),
        change(f"{name}_number_never_changes", beside_another(make), strategy_id=LAST_STRATEGY),
        *kept(name, make),
    ]


SHARES = [
    {"green_from": "amber_from"},
    {"green_from": "1.01"},
    {"green_from": "'NaN'"},
    {"amber_from": "0"},
    {"wide_red_share": "-0.01"},
    {"wide_red_share": "1.01"},
    {"enough_share": "-0.01"},
    {"enough_share": "1.01"},
    {"enough_share": "'NaN'"},
]

ATTEMPTS = [
    copy("one_strategy_in_force", make_strategy, slug="'another'"),
    *[change("strategy_shares_are_shares", make_strategy, **share) for share in SHARES],
    *numbered("aim", make_aim, ["", "0", "01", "1.1", "-1", "1000", " 2", "2\\n"]),
    *numbered("objective", make_bare_objective, ["2", "1.0", "1.01", "0.1", "1.1.1", "1.1000", "1.2 "]),
    *numbered(
        "activity", make_activity, ["1.1", "1.0.1", "1.1.0", "1.1.01", "1.1.1.1", "1.1.10000", "1.1. 2", "1.1.2\\n"]
    ),
    copy("activity_number_unique_in_strategy", make_retired_activity, retired_on="NULL"),
    change("activity_role_known", make_activity, role="'watch'"),
    change("activity_kind_known", make_activity, kind="'eternal'"),
    change("activity_baseline_in_order", make_activity, baseline_start="'2026-04-02'", baseline_end="'2026-04-01'"),
    change("activity_baseline_set_once", make_dated_activity, baseline_start="baseline_start + 1"),
    change("activity_baseline_set_once", make_dated_activity, baseline_end="baseline_end + 1"),
    change("activity_baseline_set_once", make_dated_activity, baseline_end="NULL"),
    copy("change_kind_known", make_strategy_change, kind="'merged'"),
    copy("change_has_one_subject", make_strategy_change, activity_id="NULL"),
    copy("change_has_one_subject", make_strategy_change, objective_id="(SELECT id FROM aims_objective)"),
    copy("change_has_a_reason", make_strategy_change, reason="E' \\n'"),
    copy("change_applied_or_withdrawn", make_applied_change, withdrawn_at="now()"),
    copy("change_applied_or_withdrawn", make_withdrawn_change, applied_at="now()"),
    change("change_filled_once", make_applied_change, applied_at="NULL"),
    change("change_filled_once", make_withdrawn_change, withdrawn_at="now()"),
    change("change_append_only", make_strategy_change, before="'{}'"),
    change("change_append_only", make_strategy_change, reason="'Other'"),
    *kept("change", make_strategy_change),
]
