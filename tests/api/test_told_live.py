"""Told of the round under way, and before there is any review."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import pytest
from django.test import Client

from accounts.choices import UserRole
from funding.models import FundingStream
from reporting.selectors.funding import Moment, funding_table
from reporting.services.rebuilding import rebuild
from tests.api.money import CLOSED_AT, SINCE, Told, tell_money
from tests.api.told import SECOND, TODAY, ask, position, rows, signed_in
from tests.factories import make_activity, make_user
from tests.reporting.sealed import SECOND_CLOSED, make_sealed

pytestmark = pytest.mark.django_db

AMOUNTS: Final = ("award", "over_programming", "allocated", "unallocated")


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
    assert [row["number"] for row in rows(board, "activities/?mark=red")] == ["1.1.1"]
    assert position(client, "1.1.1") is None  # nothing was published
    assert rows(client, "activities/?mark=red") == []


def test_nothing_can_be_told_of_a_day_before_there_is_any_review(client: Client) -> None:
    make_activity()

    assert "there is no review yet" in ask(client, "activities/?as_at=2026-06-30", 400)["errors"][0]["detail"]
    assert ask(client, "activities/1.1.1/?include=position")["included"] == {"position": None}
    assert ask(client, "aims/1/?include=summary")["included"] == {"summary": None}


def test_awards_stood_as_the_funding_page_told_them_at_the_closing() -> None:
    told = tell_money()
    board, public = signed_in(make_user(UserRole.BOARD)), Client()

    then = amounts(rows(board, f"funding-streams/?as_at={CLOSED_AT.date()}"))
    now = amounts(rows(board, "funding-streams/"))

    assert then == as_the_page(told) == amounts(rows(public, "funding-streams/"))
    assert then == amounts(rows(public, f"funding-streams/?as_at={CLOSED_AT.date()}"))
    assert now != then
    assert ask(public, f"funding-streams/?as_at={SINCE.date()}", 400)
    assert {stream.code for stream in FundingStream.objects.all()} == set(then)


def as_the_page(told: Told) -> dict[str, list[str]]:
    table = funding_table(Moment(told.closed, CLOSED_AT, False), make_user(UserRole.BOARD), TODAY)
    pence = Decimal("0.01")
    return {line.code: [str(getattr(line, name).quantize(pence)) for name in AMOUNTS] for line in table.lines}


def amounts(found: list[dict[str, Any]]) -> dict[str, list[str]]:
    return {row["code"]: [row[name] for name in AMOUNTS] for row in found}
