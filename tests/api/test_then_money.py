"""Money as a period or an earlier day told it: streams, allocations and returns beside the pages' own figures."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.api.told import SECOND, board, rows, sealed, today
from tests.remembered import guards_put_aside
from tests.reporting.sealed import BETWEEN, Sealed

__all__ = ["board", "sealed", "today"]
pytestmark = pytest.mark.django_db
AMOUNTS = ("award", "over_programming", "allocated", "unallocated")


def test_a_closed_period_tells_the_streams_as_it_sealed_them(sealed: Sealed, board: Client) -> None:
    address = f"funding-streams/?period={SECOND}&include=summary,allocations"
    before = rows(board, address)
    with guards_put_aside() as cursor:
        cursor.execute("UPDATE funding_fundingstream SET award = award + 1, name = 'Altered ' || code")
        cursor.execute("UPDATE funding_allocation SET amount = amount + 1")

    found = rows(board, address)

    assert found == before
    for row, line in zip(found, sealed.book.streams, strict=True):
        unallocated = line.award + line.over_programming - line.allocated
        told = [line.award, line.over_programming, line.allocated, unallocated]
        assert [row[name] for name in AMOUNTS] == [str(amount) for amount in told]
        assert (row["name"], row["included"]["summary"]["behind_red"]) == (line.name, str(line.sums.behind_red))
        paid = {(each["activity"] or each["objective"]): each["amount"] for each in row["included"]["allocations"]}
        given = [each for each in sealed.book.allocations if each.stream == line.code]
        assert paid == {(each.activity or each.objective): str(each.amount) for each in given}


def test_allocations_are_those_in_force_then(sealed: Sealed, board: Client) -> None:
    before = rows(board, f"allocations/?as_at={BETWEEN.date().replace(day=1).replace(month=6)}")
    after = rows(board, f"allocations/?as_at={BETWEEN.date()}&include=activity&fields=stream,activity.description")

    assert {(row["stream"], row["activity"], row["amount"]) for row in before} == {
        ("A", "1.1.1", "4000000.50"),
        ("A", "2.1.1", "1000000.00"),
    }
    assert len(after) == 4
    assert {"description": "Build the depot"} in [row["included"]["activity"] for row in after]


def test_returns_are_those_approved_by_then(sealed: Sealed, board: Client) -> None:
    assert rows(board, "funding-returns/?as_at=2026-06-30") == []
    assert [row["stream"] for row in rows(board, f"funding-returns/?as_at={BETWEEN.date()}")] == ["A"]
    assert [row["stream"] for row in rows(board, f"funding-returns/?period={SECOND}")] == ["A"]
