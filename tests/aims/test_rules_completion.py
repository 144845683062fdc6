"""How far an update has come, case by case."""

from __future__ import annotations

from itertools import product

import pytest

from aims.choices import Completion, Stage
from aims.rules import SENT, TO_SEND, completion_of

DRAFT, SUBMITTED = Stage.DRAFT, Stage.SUBMITTED


@pytest.mark.parametrize(
    ("due", "open_stage", "has_return_note", "has_approved", "expected"),
    [
        (True, None, False, False, Completion.NOT_STARTED),
        (False, None, False, False, Completion.NOT_DUE),
        (True, DRAFT, False, False, Completion.DRAFT),
        (True, DRAFT, True, False, Completion.RETURNED),
        (True, SUBMITTED, False, False, Completion.SUBMITTED),
        (True, SUBMITTED, True, False, Completion.SUBMITTED),
        (True, None, False, True, Completion.APPROVED),
        (True, DRAFT, False, True, Completion.APPROVED),
        (True, DRAFT, True, True, Completion.APPROVED),
        (True, SUBMITTED, False, True, Completion.SUBMITTED),
        (False, DRAFT, False, False, Completion.DRAFT),
        (False, SUBMITTED, False, False, Completion.SUBMITTED),
        (False, None, False, True, Completion.APPROVED),
    ],
)
def test_every_case_has_one_answer(
    due: bool, open_stage: Stage | None, has_return_note: bool, has_approved: bool, expected: Completion
) -> None:
    found = completion_of(due=due, open_stage=open_stage, has_return_note=has_return_note, has_approved=has_approved)
    assert found == expected


def test_what_is_not_due_is_so_only_where_nothing_was_begun() -> None:
    for due, stage, note, approved in product([True, False], [None, DRAFT, SUBMITTED], [True, False], [True, False]):
        found = completion_of(due=due, open_stage=stage, has_return_note=note, has_approved=approved)
        nothing_begun = stage is None and not approved
        assert (found == Completion.NOT_DUE) is (nothing_begun and not due)


def test_the_states_split_into_what_is_to_send_what_is_sent_and_what_is_not_due() -> None:
    assert {*TO_SEND, *SENT, Completion.NOT_DUE} == set(Completion)
    assert not set(TO_SEND) & set(SENT)
