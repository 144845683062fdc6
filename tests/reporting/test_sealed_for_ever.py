"""That nothing later changes a published review, but for what is recorded of it; and what is exempt stays so."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import Client

from accounts.choices import UserRole
from accounts.models import Organisation
from aims.models import Aim, KeyActivity, Objective, ReviewPeriod, Strategy
from aims.selectors.terms import version_of
from aims.selectors.versions import version_of_post
from aims.services.periods import open_period
from aims.services.posts import change_post
from aims.services.strategy import change_terms, retire
from funding.choices import AmountKind
from funding.models import Allocation
from funding.services.allocating import end_allocation
from funding.services.awards import change_award
from reporting.choices import Reply
from reporting.models import EventPosition
from reporting.services import close_review, process_events
from reporting.services.answering import answer_ask
from reporting.services.correcting import correct
from reporting.services.reopening import reopen
from tests.reporting import sealed as told
from tests.reporting.readers import (
    AFTER,
    PAGES,
    REVIEW,
    as_role,
    both_published,
    forget,
    main_of,
    open_to_anyone,
    page_of,
    words,
)
from tests.reporting.sealed import Sealed, make_sealed, review_of

CORRECTED = (("aim", "1"), ("stream", "A"), ("activity", "1.1.1"))


@pytest.fixture
def sealed(db: None) -> Sealed:
    return make_sealed()


@pytest.fixture
def published(sealed: Sealed) -> Sealed:
    return both_published(sealed)


def test_no_exempt_field_is_on_any_public_page(db: None) -> None:
    marker = "ZEBRA-FINCH-41"
    sealed = make_sealed(close_second=False)
    hidden = {"exempt_narrative": marker, "exempt_paragraph": 3, "evidence": marker}
    for number, (_, second) in told.TOLD.items():
        told.tell(sealed, number, told.SECOND_ROUND.replace(day=13), **{**(second or {}), **hidden})
    told.close(sealed, sealed.second, told.SECOND_CLOSED)
    for period in (sealed.first, sealed.second):
        open_to_anyone(period, sealed.people.office)
    board = as_role(UserRole.BOARD)
    assert all(marker in page_of(board, f"activities/{number}/") for number in told.TOLD)
    assert all(marker not in page_of(Client(), address) for address in PAGES)
    assert marker not in str(Client().get("/").content.decode())


def test_nothing_that_happens_later_changes_a_published_review(published: Sealed) -> None:
    before = {address: main_of(Client(), address) for address in PAGES}
    much_happens(published)
    forget()
    assert "Another aim" in words(str(Client().get("/aims/1/").content.decode()))
    for address, page in before.items():
        assert main_of(Client(), address) == page, address


def much_happens(sealed: Sealed) -> None:
    """Words, posts, activities, money and thresholds change, and a third review is published."""
    people = sealed.people
    done: dict[str, Any] = {"by": people.office, "now": AFTER}
    open_period(period=sealed.third, **done)
    sealed.third.refresh_from_db()
    planned: dict[str, Any] = {"effective": sealed.third, "reason": "The Board agreed it.", **done}
    first = KeyActivity.objects.get(number="1.1.1")
    change_terms(subject=first, wanted={"description": "Other words"}, version=version_of(first), **planned)
    left = KeyActivity.objects.get(number="2.1.1")
    retire(subject=left, version=version_of(left), **planned)
    change_post(post=sealed.post, title="Head of Trains", approving_post=sealed.post.approving_post,
                reason="New name.", version=version_of_post(sealed.post), **done)  # fmt: skip
    for allocation in Allocation.objects.filter(stream=sealed.streams["A"], ended_at=None):
        end_allocation(allocation=allocation, reason="Closed.", by=people.finance, now=AFTER)
    change_award(stream=sealed.streams["A"], kind=AmountKind.AWARD, amount=Decimal(7), dated=date(2026, 12, 1),
                 reason="Closed.", by=people.finance, now=AFTER)  # fmt: skip
    Strategy.objects.update(overdue_red_days=1, green_from=Decimal("0.99"), title="Another title", vision="Another")
    Aim.objects.update(title="Another aim", statement="Another statement")
    Objective.objects.update(statement="Another objective")
    Organisation.objects.update(name=Concat("name", Value(" as it was")))
    told.tell(sealed, "1.1.2", datetime(2027, 4, 12, 9, 0, tzinfo=UTC))
    process_events(now=AFTER)
    close_review(period=sealed.third, by=people.office, now=datetime(2027, 5, 11, 9, 0, tzinfo=UTC), cover=told.COVER)
    open_to_anyone(ReviewPeriod.objects.get(pk=sealed.third.pk), people.office)


def test_errata_stand_dated_beside_their_figures_and_answers_below_their_asks(published: Sealed) -> None:
    review, office = review_of(published.second), published.people.office
    done: dict[str, Any] = {"review": review, "by": office, "now": AFTER}
    unchanged = main_of(Client(), "appendices/milestones/")
    aim, stream, activity = (review.lines.get(kind=kind, key=key) for kind, key in CORRECTED)
    correct(line=aim, field="sums.counts.red", correct="2", explanation="One was counted twice.", **done)
    correct(line=stream, field="award", correct="£11,000,000", explanation="A letter came late.", **done)
    correct(line=activity, field="update.narrative", correct="It goes on.", explanation="Wrong activity.", **done)
    answer_ask(review=review, number="1.1.1", reply=Reply.AGREED, text="Let it in January.", seen=None,
               by=office, now=AFTER)  # fmt: skip
    front = words(page_of(Client(), ""))
    assert re.search(r"1 Off track, Aim 1 Corrected on 3 December 2026 : 2 ", front)
    assert "printed 1 , correct is 2 . One was counted twice." in front
    assert "The Board: agreed , 20 November" not in front
    assert "The Board: agreed , 3 December 2026. Let it in January." in front
    assert "10.0 Corrected on 3 December 2026 : £11,000,000" in words(page_of(Client(), "appendices/funding/"))
    assert "narrative: It goes on." in words(page_of(Client(), "activities/1.1.1/"))
    assert "narrative: It goes on." in words(page_of(Client(), "appendices/activities/"))
    assert main_of(Client(), "appendices/milestones/") == unchanged


def test_signed_out_everybody_gets_the_same_bytes_until_something_is_recorded(published: Sealed) -> None:
    first, second = (Client().get(REVIEW) for _ in range(2))
    assert first.content == second.content
    assert first.headers["Cache-Control"] == "no-cache"
    tag = first.headers["ETag"]
    EventPosition.objects.all().delete()
    assert Client().get(REVIEW, headers={"If-None-Match": tag}).status_code == 304
    line = review_of(published.second).lines.get(kind="aim", key="1")
    correct(review=review_of(published.second), line=line, field="sums.counts.red", correct="2",
            explanation="Twice.", by=published.people.office, now=AFTER)  # fmt: skip
    assert Client().get(REVIEW, headers={"If-None-Match": tag}).status_code == 200


def test_a_review_that_was_reopened_says_so_and_names_the_seal_that_it_had(sealed: Sealed) -> None:
    first_seal, board = review_of(sealed.second).seal, as_role(UserRole.BOARD)
    reopen(
        review=review_of(sealed.second),
        activities=[sealed.activities["1.1.4"]],
        reason="A wrong rating.",
        until=date(2026, 11, 30),
        by=sealed.people.office,
        now=told.SECOND_CLOSED,
    )
    assert "reopened after it was sealed on 9 November 2026" in words(page_of(board, ""))
    sealed.second.refresh_from_db()
    told.close(sealed, sealed.second, told.SECOND_CLOSED.replace(day=18))
    page = words(page_of(board, ""))
    assert "This review was reopened. It had been sealed on 9 November 2026, 16:00" in page
    assert first_seal[:12] in page
    assert review_of(sealed.second).seal in page
