"""Attempts on uploaded workbooks: they end once, emptied, and are otherwise what they were."""

from aims.models import Workbook
from tests.constraints.attempts import change, copy, kept
from tests.factories import IN_ROUND, make_user, make_workbook


def waiting() -> Workbook:
    workbook = make_workbook()
    make_user()
    return workbook


def taken_over() -> Workbook:
    return make_workbook(answers=[], taken_over_at=IN_ROUND)


def dropped() -> Workbook:
    return make_workbook(answers=[], dropped_at=IN_ROUND)


ATTEMPTS = [
    copy("workbook_has_a_name", waiting, name="' '"),
    copy("workbook_ends_once", taken_over, dropped_at="now()"),
    change("workbook_ends_once", dropped, taken_over_at="now()"),
    change("workbook_ended_is_emptied", waiting, taken_over_at="now()"),
    change("workbook_ended_is_emptied", waiting, dropped_at="now()"),
    change("workbook_filled_once", taken_over, taken_over_at="now()"),
    change("workbook_filled_once", taken_over, taken_over_at="NULL"),
    change("workbook_filled_once", dropped, dropped_at="NULL"),
    change("workbook_answers_only_emptied", waiting, answers='\'[{"number": "9.9.9"}]\''),
    change("workbook_answers_only_emptied", waiting, answers="'{}'"),
    change("workbook_append_only", waiting, name="'another.xlsx'"),
    change("workbook_append_only", waiting, uploaded_by_id="(SELECT max(id) FROM accounts_user)"),
    *kept("workbook", waiting),
]
