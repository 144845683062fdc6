"""Attempts on promised dates, and on the history of what happened."""

from aims.models import DateChangeRequest, Event
from tests.constraints.attempts import change, copy, empty, kept, remove
from tests.factories import (
    make_activity,
    make_agreed_date_change,
    make_date_change,
    make_draft,
    make_milestone,
    make_period,
)

DECIDED_BY_ITS_AUTHOR = {"decision": "'agreed'", "decided_by_id": "requested_by_id", "decided_at": "now()"}


UNDECIDED = {"decision": "'requested'", "decided_by_id": "NULL", "decided_at": "NULL"}


def make_milestone_change() -> DateChangeRequest:
    milestone = make_milestone()
    return make_date_change(milestone.activity, field="milestone", milestone=milestone)


def make_event() -> Event:
    make_period()
    event: Event = make_draft(make_activity()).events.get()
    return event


ATTEMPTS = [
    copy("milestone_position_unique_in_activity", make_milestone),
    change("milestone_completed_with_evidence", make_milestone, completed_on="'2026-10-01'"),
    change("milestone_completed_with_evidence", make_milestone, completed_on="'2026-10-01'", evidence="E' \\n'"),
    change("milestone_baseline_set_once", make_milestone, baseline_date="baseline_date + 1"),
    change("milestone_baseline_set_once", make_milestone, baseline_date="NULL"),
    *kept("milestone", make_milestone),
    change("date_change_field_known", make_date_change, field="'middle'"),
    change("date_change_names_its_milestone", make_date_change, field="'milestone'"),
    change("date_change_names_its_milestone", make_milestone_change, field="'end'"),
    change("date_change_has_a_reason", make_date_change, reason="''"),
    change("date_change_has_a_reason", make_date_change, reason="' '"),
    change("date_change_moves", make_date_change, proposed_date="previous_date"),
    change("date_change_decided_by_somebody", make_date_change, decision="'agreed'"),
    change("date_change_decided_by_somebody", make_date_change, decision="'declined'", decided_at="now()"),
    change("date_change_decided_by_somebody", make_date_change, decision="'perhaps'"),
    change("date_change_decided_by_somebody", make_date_change, decided_at="now()"),
    change("date_change_not_decided_by_its_author", make_date_change, **DECIDED_BY_ITS_AUTHOR),
    copy("one_open_date_change", make_date_change),
    copy("one_open_date_change", make_milestone_change),
    change("decided_date_never_changes", make_agreed_date_change, proposed_date="proposed_date + 1"),
    change("decided_date_never_changes", make_agreed_date_change, **UNDECIDED),
    *kept("date_change", make_date_change),
    copy("event_kind_known", make_event, kind="'rumour.heard'"),
    copy("event_audience_known", make_event, audience="'friends'"),
    change("event_append_only", make_event, at="now()"),
    remove("event_append_only", make_event),
    empty("event_no_truncate", make_event),
]
