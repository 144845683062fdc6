"""Told of the round under way, and before there is any review."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.choices import UserRole
from reporting.services.rebuilding import rebuild
from tests.api.test_then import SECOND, ask, position, signed_in
from tests.factories import make_activity, make_user
from tests.reporting.sealed import SECOND_CLOSED, make_sealed

pytestmark = pytest.mark.django_db


def test_who_sees_the_round_live_is_told_it_live(client: Client) -> None:
    sealed = make_sealed(close_second=False)
    rebuild(period=sealed.second, on=SECOND_CLOSED.date())
    board = signed_in(make_user(UserRole.BOARD))

    told = position(board, "1.1.1")

    assert (told["period"], told["seal"], told["mark"], told["rag"]) == (SECOND, None, "red", "red")
    assert told["override_reason"] == ""
    assert position(board, "1.1.3")["is_carried_forward"] is True
    assert position(board, "1.1.3")["end"] == {"baseline": "2027-03-31", "agreed": "2027-06-30", "moves": 1}
    assert position(board, "1.1.1", f"&period={SECOND}") == told
    assert position(client, "1.1.1") is None  # nothing was published


def test_nothing_can_be_told_of_a_day_before_there_is_any_review(client: Client) -> None:
    make_activity()

    assert "there is no review yet" in ask(client, "activities/?as_at=2026-06-30", 400)["errors"][0]["detail"]
    assert ask(client, "activities/1.1.1/?include=position")["included"] == {"position": None}
    assert ask(client, "aims/1/?include=summary")["included"] == {"summary": None}
