"""Attempts on progress updates: what must be said, who may sign off, and when."""

from datetime import date
from typing import Any

from accounts.choices import UserRole
from aims.choices import PeriodState
from aims.models import ProgressUpdate, Reopening, ReviewPeriod, UpdateEditor
from aims.services.deciding import return_update
from aims.services.writing import submit_update
from tests.constraints.attempts import Attempt, change, copy, empty, kept, remove
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_draft,
    make_period,
    make_red_values,
    make_submitted,
    make_user,
    make_values,
)

OUTSIDER = "(SELECT max(id) FROM accounts_user)"
LATE = "'2026-11-05 00:00+00'"  # the window of 2026/27 H1 closes with 4 November in London
APPROVED = {"stage": "'approved'", "approved_at": "now()", "approved_by_id": OUTSIDER}


def draft() -> ProgressUpdate:
    make_period()
    return make_draft(make_activity(), **UNRATED)


def bare_draft(**fields: Any) -> ProgressUpdate:
    """A draft that nothing points to: no event, no editor."""
    activity = make_activity()
    as_written = {"role": activity.role, "kind": activity.kind, "as_at": date(2026, 9, 30)}
    as_saved = {"author": make_user(), "created_at": IN_ROUND, "saved_at": IN_ROUND}
    return ProgressUpdate.objects.create(activity=activity, period=make_period(), **as_written | as_saved | fields)


def bare_approved() -> ProgressUpdate:
    """An approved update that nothing points to."""
    signed = {"stage": "approved", "submitted_at": IN_ROUND, "approved_at": IN_ROUND, "approved_by": make_user()}
    return bare_draft(**signed, state="not_started", narrative="Waits for the bridge.")


def rated_draft() -> ProgressUpdate:
    make_period()
    return make_draft(make_activity())


def green() -> ProgressUpdate:
    make_period()
    update = make_submitted(make_activity())
    make_user(UserRole.APPROVER)
    return update


def red() -> ProgressUpdate:
    make_period()
    activity = make_activity()
    values = make_red_values()
    return submit_update(activity=activity, values=values, version=0, by=make_user(holds=activity.owner), now=IN_ROUND)


def in_state(state: str, **said: Any) -> ProgressUpdate:
    make_period()
    return make_submitted(make_activity(), **UNRATED | {"state": state} | said)


def complete() -> ProgressUpdate:
    return in_state("complete", evidence="The line is open.")


def deferred() -> ProgressUpdate:
    return in_state("deferred", deferred_until=date(2027, 4, 1), **DECISION)


def cancelled() -> ProgressUpdate:
    return in_state("cancelled", **DECISION)


def approved() -> ProgressUpdate:
    make_period()
    return make_approved(make_activity())


def written_by_two() -> ProgressUpdate:
    """Sent by one person after another had begun it; the last user made is the one who began it."""
    make_period()
    activity = make_activity()
    sender, beginner = make_user(holds=activity.owner), make_user(holds=activity.owner)
    begun = make_draft(activity, by=beginner)
    return submit_update(activity=activity, values=make_values(), version=begun.version, by=sender, now=IN_ROUND)


def returned() -> ProgressUpdate:
    update = green()
    approver = make_user(UserRole.APPROVER)
    return return_update(update=update, note="Say more", version=update.version, by=approver, now=IN_ROUND)


def closed_over(update: ProgressUpdate) -> ProgressUpdate:
    """The update, forgotten in a period that has closed."""
    ReviewPeriod.objects.filter(pk=update.period_id).update(state=PeriodState.CLOSED, closed_at=IN_ROUND)
    return update


def draft_in_closed_period() -> ProgressUpdate:
    return closed_over(draft())


def sent_in_closed_period() -> ProgressUpdate:
    return closed_over(green())


def draft_reopened_for_others() -> ProgressUpdate:
    return reopened_for_others(draft())


def sent_reopened_for_others() -> ProgressUpdate:
    return reopened_for_others(green())


def reopened_for_others(update: ProgressUpdate) -> ProgressUpdate:
    """Its round has been opened again since, for none of its activities."""
    reason = "A figure was left out."
    Reopening.objects.create(period=update.period, reason=reason, at=IN_ROUND, by=update.author)
    return update


def late_in_next_period() -> ProgressUpdate:
    """Sent after the deadline of the last period made, which is the open one."""
    make_period(on=date(2026, 10, 1), state=PeriodState.SCHEDULED)
    make_period()
    return make_submitted(make_activity(), now=IN_ROUND.replace(month=11, day=6))


def editor() -> UpdateEditor:
    return UpdateEditor.objects.get(progressupdate=green())


def editor_of_approved() -> UpdateEditor:
    return UpdateEditor.objects.get(progressupdate=approved())


UNRATED: dict[str, Any] = {"state": None, "rag": None, "forecast_rag": None}
DECISION: dict[str, Any] = {
    "decision_by": "WMCA Board",
    "decision_on": date(2026, 9, 11),
    "decision_reference": "Minute 12",
}
REASONS = ["impact", "action", "action_owner"]
PREMISES = ["cause", "action_by", "return_to_green"]
EXPLAINED = {"evidence": "'Minutes'", "override_reason": "'A float'"}


def unexplained(rag: str, suggested: str, missing: str, blank: str = "''") -> Attempt:
    """A rating better than the suggestion, without one of the two things that explain it."""
    given = {"rag": f"'{rag}'", "suggested_rag": f"'{suggested}'"} | EXPLAINED | {missing: blank}
    return change("better_than_suggested_is_explained", red, **given)


ATTEMPTS = [
    copy("one_open_update", draft),
    copy("one_open_update", green, stage="'draft'"),
    change("update_role_known", draft, role="'watch'"),
    change("update_kind_known", draft, kind="'eternal'"),
    change("update_state_known", draft, state="'asleep'"),
    change("update_state_known", draft, state="''"),
    change("update_rag_known", rated_draft, rag="'purple'"),
    change("update_rag_known", rated_draft, rag="''"),
    change("update_forecast_known", rated_draft, forecast_rag="'purple'"),
    change("update_suggestion_known", draft, suggested_rag="'purple'"),
    change("update_cause_known", red, cause="''"),
    change("update_cause_known", draft, cause="'fate'"),
    change("rag_only_in_progress", rated_draft, state="NULL"),
    change("rag_only_in_progress", rated_draft, state="NULL", rag="NULL"),
    change("rag_only_in_progress", rated_draft, state="'complete'"),
    change("rag_only_in_progress", rated_draft, role="'influence'"),
    change("rag_only_in_progress", complete, rag="'green'"),
    change("rag_only_in_progress", complete, forecast_rag="'green'"),
    change("sent_has_a_state", green, state="NULL", rag="NULL", forecast_rag="NULL"),
    change("rated_has_a_rag", green, rag="NULL"),
    change("rated_has_a_rag", green, forecast_rag="NULL"),
    change("rated_has_a_rag", green, role="'enable'", rag="NULL", forecast_rag="NULL"),
    change("sent_has_a_narrative", green, narrative="''"),
    change("sent_has_a_narrative", green, narrative="E' \\n\\t'"),
    *[change("behind_has_reasons", red, **{column: "''"}) for column in REASONS],
    *[change("behind_has_reasons", red, **{column: "' '"}) for column in REASONS],
    *[change("behind_has_reasons", red, **{column: "NULL"}) for column in PREMISES],
    *[change("behind_has_reasons", red, rag="'amber'", **{column: "NULL"}) for column in PREMISES],
    change("behind_has_reasons", green, rag="'red'"),
    change("other_cause_is_named", red, cause="'other'"),
    change("other_cause_is_named", red, cause="'other'", cause_detail="' '"),
    change("complete_has_evidence", complete, evidence="''"),
    change("complete_has_evidence", complete, evidence="' '"),
    unexplained("green", "amber", "override_reason"),
    unexplained("green", "amber", "evidence"),
    unexplained("green", "red", "override_reason"),
    unexplained("green", "red", "evidence", "' '"),
    unexplained("amber", "red", "override_reason", "' '"),
    unexplained("amber", "red", "evidence"),
    *[change("decision_is_named", deferred, **{column: "''"}) for column in ("decision_by", "decision_reference")],
    *[change("decision_is_named", cancelled, **{column: "''"}) for column in ("decision_by", "decision_reference")],
    change("decision_is_named", deferred, decision_on="NULL"),
    change("decision_is_named", cancelled, decision_on="NULL"),
    change("deferred_until_a_day", deferred, deferred_until="NULL"),
    change("continuing_never_complete", complete, kind="'continuing'"),
    change("exempt_names_its_paragraph", draft, exempt_narrative="'The bid'"),
    change("exempt_names_its_paragraph", draft, exempt_narrative="' '", exempt_paragraph="3"),
    change("exempt_names_its_paragraph", draft, exempt_paragraph="3"),
    change("exempt_names_its_paragraph", draft, exempt_narrative="'The bid'", exempt_paragraph="0"),
    change("exempt_names_its_paragraph", draft, exempt_narrative="'The bid'", exempt_paragraph="8"),
    change("author_is_not_approver", green, author_id=OUTSIDER, **APPROVED),
    change("stage_has_its_times", green, stage="'finished'"),
    change("stage_has_its_times", draft, approved_at="now()"),
    change("stage_has_its_times", returned, approved_by_id=OUTSIDER),
    change("stage_has_its_times", green, submitted_at="NULL"),
    change("stage_has_its_times", green, approved_at="now()"),
    change("stage_has_its_times", green, stage="'approved'"),
    change("stage_has_its_times", green, **APPROVED | {"approved_by_id": "NULL"}),
    change("stage_has_its_times", green, **APPROVED | {"approved_at": "NULL"}),
    change("stage_has_its_times", green, **APPROVED | {"submitted_at": "NULL"}),
    change("approved_never_changes", approved, narrative="'All is well'"),
    change("approved_never_changes", approved, stage="'draft'", approved_at="NULL", approved_by_id="NULL"),
    *kept("update", bare_draft),
    remove("update_no_delete", bare_approved),
    change("closed_round_takes_nothing", draft_in_closed_period, narrative="'More'"),
    copy("closed_round_takes_nothing", sent_in_closed_period, **APPROVED),
    change("reopened_for_others", draft_reopened_for_others, narrative="'More'"),
    copy("reopened_for_others", sent_reopened_for_others, **APPROVED),
    change("as_at_within_period", draft, as_at="'2026-10-01'"),
    copy("as_at_within_period", green, as_at="'2026-10-01'", **APPROVED),
    change("late_goes_to_the_next_period", returned, stage="'submitted'", submitted_at=LATE),
    change("late_goes_to_the_next_period", green, submitted_at=LATE),
    change("late_goes_to_the_next_period", returned, submitted_at=LATE, **APPROVED),
    copy("late_goes_to_the_next_period", green, submitted_at=LATE, **APPROVED),
    change(
        "late_goes_to_the_next_period",
        late_in_next_period,
        period_id="(SELECT max(id) FROM aims_reviewperiod)",
        as_at="'2026-09-30'",
    ),
    change("editor_never_approves", written_by_two, **APPROVED),
    copy("editor_named_once", editor),
    change("editor_append_only", editor, user_id=OUTSIDER),
    remove("editor_append_only", editor),
    empty("editor_no_truncate", editor),
    copy("approved_takes_no_editor", editor_of_approved, user_id=OUTSIDER),
]
