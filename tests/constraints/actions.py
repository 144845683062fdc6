"""Attempts on what the Board asked for and on what was reported: numbered once, never empty, never changed."""

from aims.models import ActionReport
from aims.services.actions import report_on_action
from tests.constraints.attempts import change, copy, empty, remove
from tests.factories import IN_ROUND, make_action


def make_report() -> ActionReport:
    action = make_action()
    return report_on_action(action=action, text="Two have tendered.", is_done=False, by=action.by, now=IN_ROUND)


ATTEMPTS = [
    copy("one_action_a_number", make_action),
    copy("action_says_what", make_action, number="2", text="' '"),
    change("action_append_only", make_action, text="'Do nothing.'"),
    remove("action_append_only", make_action),
    empty("action_no_truncate", make_action),
    copy("report_says_something", make_report, text="''"),
    change("report_append_only", make_report, is_done="true"),
    remove("report_append_only", make_report),
    empty("report_no_truncate", make_report),
]
