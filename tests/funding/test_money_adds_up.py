"""For any sequence of awards, changes, allocations, returns, approvals and undos the money adds up, to the penny."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.choices import UserRole
from accounts.models import User
from aims.errors import AimsError
from aims.models import KeyActivity, Objective
from funding.choices import AmountKind
from funding.models import FundingReturn, FundingStream
from funding.rules import Figures
from funding.rules.identities import Book, Change, Spend, breaks_of
from funding.selectors.reconciliation import reconciliation
from funding.services.allocating import allocate, end_allocation
from funding.services.awards import change_award
from funding.services.returning import approve_return, give_return_back, submit_return, undo_return
from tests.factories import IN_ROUND, make_activity, make_stream, make_user

POUNDS = st.decimals(min_value=0, max_value=3000, places=2)
WHICH = st.integers(0, 2)
ACTS = st.one_of(
    st.tuples(st.just("allocate"), WHICH, WHICH, POUNDS),
    st.tuples(st.just("end"), WHICH, WHICH, POUNDS),
    st.tuples(st.sampled_from(["award", "over_programming"]), WHICH, WHICH, POUNDS),
    st.tuples(st.sampled_from(["report", "submit", "approve", "give back", "undo"]), WHICH, WHICH, POUNDS),
)


class Ledger:
    """Two streams, three targets, two people, and what was done with them by plain arithmetic."""

    def __init__(self) -> None:
        activities = [make_activity("1.1.1"), make_activity("2.1.1")]
        self.targets: list[KeyActivity | Objective] = [*activities, activities[0].objective]
        self.streams = [make_stream(code=code) for code in ("A", "B")]
        self.people = [make_user(UserRole.FINANCE), make_user(UserRole.FINANCE)]
        self.allocated: dict[tuple[str, int], Decimal] = {}
        self.limits = {(stream.code, kind): Decimal(0) for stream in self.streams for kind in AmountKind.values}
        self.limits |= {(stream.code, "award"): Decimal(1000) for stream in self.streams}

    def do(self, act: tuple[str, int, int, Decimal]) -> None:
        what, first, second, amount = act
        stream = self.streams[first % 2]
        try:
            getattr(self, what.replace(" ", "_"))(stream, second, amount)
        except AimsError:
            return

    def said(self) -> dict[str, Any]:
        return {"by": self.people[0], "now": IN_ROUND}

    def allocate(self, stream: FundingStream, target: int, amount: Decimal) -> None:
        allocate(stream=stream, target=self.targets[target], amount=amount, reason="Minute 1.", **self.said())
        self.allocated[stream.code, target] = amount

    def end(self, stream: FundingStream, target: int, amount: Decimal) -> None:
        rows = stream.allocations.in_force()
        found = next((row for row in rows if row.target == self.targets[target]), None)
        if found:
            end_allocation(allocation=found, reason="Over.", **self.said())
            del self.allocated[stream.code, target]

    def award(self, stream: FundingStream, _: int, amount: Decimal, kind: str = "award") -> None:
        given: dict[str, Any] = {
            "kind": AmountKind(kind),
            "amount": amount,
            "dated": date(2026, 9, 1),
            "reason": "A letter.",
        }
        change_award(stream=stream, **given, **self.said())
        self.limits[stream.code, kind] = amount

    def over_programming(self, stream: FundingStream, _: int, amount: Decimal) -> None:
        self.award(stream, _, amount, "over_programming")

    def submit(self, stream: FundingStream, month: int, amount: Decimal) -> None:
        figures = Figures(committed=Decimal(1000), spend_to_date=amount)
        reason = "As the ledger says." if amount > Decimal(1500) else ""
        told = date(2026, 7 + month, 1)
        submit_return(stream=stream, month=told, figures=figures, warning_reason=reason, **self.said())

    def report(self, stream: FundingStream, month: int, amount: Decimal) -> None:
        self.submit(stream, month, amount)
        self.approve(stream, 1, amount)

    def approve(self, stream: FundingStream, who: int, _: Decimal) -> None:
        approve_return(found=self.waiting(stream), by=self.people[who % 2], now=IN_ROUND)

    def give_back(self, stream: FundingStream, who: int, _: Decimal) -> None:
        give_return_back(found=self.waiting(stream), note="Again.", by=self.people[who % 2], now=IN_ROUND)

    def undo(self, stream: FundingStream, month: int, _: Decimal) -> None:
        counting = stream.returns.counting().filter(month=date(2026, 7 + month, 1)).first()
        if counting:
            undo_return(found=counting, reason="The wrong file.", **self.said())

    def waiting(self, stream: FundingStream) -> FundingReturn:
        found = stream.returns.waiting().first()
        if found is None:
            raise AimsError("nothing waits")
        return found


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(acts=st.lists(ACTS, min_size=1, max_size=30))
def test_whatever_is_done_the_money_adds_up(acts: list[tuple[str, int, int, Decimal]]) -> None:
    with transaction.atomic():
        ledger = Ledger()
        for act in acts:
            ledger.do(act)
        everything_adds_up(ledger)
        transaction.set_rollback(True)


def everything_adds_up(ledger: Ledger) -> None:
    assert reconciliation(IN_ROUND.date()) == []
    for stream in ledger.streams:
        stream.refresh_from_db()
        spoken_for = sum((sum_ for (code, _), sum_ in ledger.allocated.items() if code == stream.code), Decimal(0))
        assert stream.allocated == spoken_for
        assert stream.award == ledger.limits[stream.code, "award"]
        assert stream.over_programming == ledger.limits[stream.code, "over_programming"]
        assert stream.allocated + stream.unallocated == stream.award + stream.over_programming


def sound(**fields: Any) -> Book:
    given: dict[str, Any] = {
        "code": "A",
        "award": Decimal(10),
        "over_programming": Decimal(0),
        "running_total": Decimal(0),
    }
    return Book(**given | fields)


@pytest.mark.parametrize(
    ("book", "sentence"),
    [
        (sound(running_total=Decimal(1)), "the running total is £1"),
        (sound(running_total=Decimal(11), allocations=[Decimal(11)]), "£11 is allocated of £10"),
        (sound(award_changes=(Change(Decimal(5), Decimal(9)),)), "the award is £10, its last change says £9"),
        (
            sound(award_changes=(Change(Decimal(1), Decimal(2)), Change(Decimal(3), Decimal(10)))),
            "a change of the award starts from £3, the one before it ended at £2",
        ),
        (sound(over_programming=Decimal(1)), "over-programming is £1, its last change says £0"),
        (
            sound(spend=(Spend(date(2026, 4, 1), Decimal(7)), Spend(date(2026, 5, 1), Decimal(6)))),
            "spend to date falls from £7 in April 2026 to £6 in May 2026, and no reason is given",
        ),
    ],
)
def test_every_break_is_named(book: Book, sentence: str) -> None:
    assert any(str(found).startswith(f"A: {sentence}") for found in breaks_of(book))


def test_a_fall_of_spend_with_its_reason_is_no_break() -> None:
    spend = (Spend(date(2026, 4, 1), Decimal(7)), Spend(date(2026, 5, 1), Decimal(6), is_explained=True))
    assert list(breaks_of(sound(spend=spend))) == []


def put_running_total_wrong(stream: FundingStream) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE funding_fundingstream SET allocated = 5 WHERE id = %s", [stream.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_the_command_prints_every_break_and_exits_with_1(
    stream: FundingStream, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("reconcile_funding")
    assert "Every stream adds up" in capsys.readouterr().out

    put_running_total_wrong(stream)
    with pytest.raises(SystemExit, match="1"):
        call_command("reconcile_funding")
    assert "A: the running total is £5.00" in capsys.readouterr().out


def test_reconciliation_costs_the_same_however_much_there_is(
    stream: FundingStream, finance: User, django_assert_num_queries: Any
) -> None:
    for number in range(2, 12):
        given: dict[str, Any] = {"amount": Decimal(number), "reason": "Minute 1.", "by": finance, "now": IN_ROUND}
        allocate(stream=stream, target=make_activity(f"1.1.{number}"), **given)
    with django_assert_num_queries(6):
        assert reconciliation(IN_ROUND.date()) == []
