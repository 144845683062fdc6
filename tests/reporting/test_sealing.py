"""Composing and sealing the lines of a review."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from aims.choices import Mark
from aims.models import KeyActivity
from reporting.choices import Direction, LineKind
from reporting.lines import read, write
from reporting.lines.book import FORMS
from reporting.models import SealedLine
from reporting.rules.seal import LineOfSeal, line_hashes, seal_of
from reporting.selectors.books import book_of
from tests.reporting.sealed import EXEMPT_WORDS, TOLD, Sealed, make_sealed, review_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed")]


@pytest.fixture(scope="module")
def sealed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Sealed]:
    """One strategy with its two sealed reviews for all tests here."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_sealed()
        transaction.set_rollback(True)


def test_a_review_is_sealed_line_by_line_and_chained_to_the_one_before(sealed: Sealed) -> None:
    first, second = review_of(sealed.first), sealed.review
    lines = list(second.lines.order_by("position"))

    assert (first.previous, second.previous, second.number) == (None, first, 1)
    assert second.seal == seal_of(first.seal, [LineOfSeal(line.kind, line.key, line.hash) for line in lines])
    assert [line.position for line in lines] == list(range(1, second.line_count + 1))
    assert {line.kind for line in lines} == set(LineKind.values)
    assert all(line.hash == line_hashes(line.public, line.exempt, line.salt).line for line in lines)
    assert len({line.salt for line in SealedLine.objects.all()}) == first.line_count + second.line_count
    for line in lines:
        assert write(read(line.public, FORMS[LineKind(line.kind)])) == line.public
    assert all(EXEMPT_WORDS not in line.public for line in lines)
    assert sealed.exempt_book.exempt["1.1.1"].narrative == EXEMPT_WORDS
    assert sealed.book.exempt == {}


def test_what_is_counted_is_listed_and_what_is_listed_is_counted(sealed: Sealed) -> None:
    book = sealed.book
    numbers = [line.number for line in book.activities]

    assert book.whole.sums.counts.activities == len(numbers) == len(TOLD)
    for scope in (*book.organisations, *book.places, *book.roles):
        assert scope.sums.counts.activities == len(scope.activities)
    for objective in book.objectives:
        own = [line for line in book.activities if line.objective == objective.number]
        assert objective.sums.counts.activities == len(own)
        assert objective.sums.counts.red == sum(line.mark == Mark.RED for line in own)
    assert sum(aim.sums.allocated for aim in book.aims) == book.whole.sums.allocated
    paid = sum(each.amount for line in book.activities for each in line.paid)
    assert paid == book.whole.sums.allocated == Decimal("5250000.55")
    assert sum(line.amount for line in book.allocations) == paid + book.whole.sums.not_traced


def test_each_activity_tells_what_was_said_or_carried_and_what_to_know_of_it(sealed: Sealed) -> None:
    lines = sealed.book.by_number

    red, silent, never = lines["1.1.1"], lines["1.1.3"], lines["2.1.2"]
    assert (red.mark, red.previous_mark, red.direction) == (Mark.RED, Mark.GREEN, Direction.WORSE)
    assert red.update
    assert red.update.ask == "Agree a second contractor."
    assert (red.overdue_milestones, [place.slug for place in red.places]) == (1, ["coventry"])
    assert (silent.mark, silent.update, silent.end.moves) == (Mark.NO_UPDATE, None, 1)
    assert silent.carried
    assert silent.carried.narrative == "Work went on in winter."
    assert (silent.end.baseline, silent.end.agreed) == (date(2027, 3, 31), date(2027, 6, 30))
    assert silent.quality == ("carried_forward",)
    assert (never.state, never.carried, never.quality) == (None, None, ("no_baseline", "never_reported"))
    assert lines["2.1.1"].post.slug == "head-of-streets"


def test_the_lines_tell_what_stood_before_the_next_review_s_changes_took_effect(sealed: Sealed) -> None:

    assert KeyActivity.objects.get(number="1.2.1").description == "Keep what 1.2.1 delivered"
    assert sealed.book.by_number["1.2.1"].description == "Deliver work 1.2.1"
    assert [(line.of, line.number) for line in sealed.book.changes] == [
        ("reworded", "1.1.2"),
        ("reworded", "1.1.3"),
        ("owner changed", "2.1.1"),
    ]


def test_what_moved_what_was_paid_and_what_was_asked_stand_in_lines_of_their_own(sealed: Sealed) -> None:
    book = sealed.book

    (move,), (action,), stream = book.date_moves, book.actions, book.streams[0]
    assert (move.activity, move.what, move.moves_so_far) == ("1.1.3", "Planned end", 1)
    assert (action.reference, action.is_done) == ("2025-26-h2/1", False)
    assert action.reported == "The cost is in the paper of 1 September."
    assert (stream.code, stream.month, stream.spend_to_date) == ("A", date(2026, 6, 1), Decimal(1_200_000))
    assert [(line.reference, line.overdue_days) for line in book.milestones] == [("1.1.1/1", 92), ("1.1.1/2", None)]


def test_every_amount_is_sealed_with_its_pence(sealed: Sealed) -> None:
    lines = sealed.review.lines.values_list("public", flat=True)
    amounts = [
        amount for text in lines for amount in re.findall(r'"(?:amount|allocated|award|behind_red)":"(.*?)"', text)
    ]

    assert len(amounts) > 40
    assert all(re.fullmatch(r"\d+\.\d\d", amount) for amount in amounts)


def test_a_book_is_read_once_a_process_and_without_the_exempt_parts_for_who_may_not_see_them(sealed: Sealed) -> None:
    review = review_of(sealed.first)

    with CaptureQueriesContext(connection) as asked:
        first, second = book_of(review, exempt=False), book_of(review, exempt=False)

    assert first is second
    assert [query["sql"].count('"exempt"') for query in asked] == [0]
