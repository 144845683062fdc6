"""Attempts on sealed reviews and on what hangs on them: written once, in their order, never changed."""

from datetime import date, timedelta
from typing import Any

import pgtrigger
from django.db import connection
from django.db.models import Max

from aims.choices import PeriodState
from reporting.choices import LineKind
from reporting.models import Agreement, Closing, Erratum, PreElectionPeriod, Publication, Review, SealedLine
from tests.constraints.attempts import Attempt, Make, change, copy, empty, kept, remove
from tests.factories import IN_ROUND, make_period, make_user

OTHER_REVIEW = "(SELECT max(id) FROM reporting_review)"
OTHER_LINE = "(SELECT max(id) FROM reporting_sealedline)"
FIRST, SECOND = date(2026, 3, 31), date(2026, 9, 30)


def make_review(on: date = SECOND, number: int = 1) -> Review:
    """A row alone, as none is ever sealed: of a closed period, without a line."""
    period = make_period(on, PeriodState.CLOSED)
    return seal(period.pk, number)


def seal(period: int, number: int, **fields: Any) -> Review:
    given = {"number": number, "sealed_at": IN_ROUND, "as_at": SECOND, "line_count": 1}
    return Review.objects.create(period_id=period, seal=f"{period}{number}".rjust(64, "0"), **given | fields)


def make_line(on: date = SECOND) -> SealedLine:
    """The one line of a review, written before it as its sealing does."""
    key = (Review.objects.aggregate(last=Max("pk"))["last"] or 0) + 1_000
    line = SealedLine.objects.create(
        review_id=key,
        position=1,
        kind=LineKind.ACTIVITY,
        key="1.1.1",
        public="{}",
        exempt="{}",
        salt="0" * 64,
        public_hash="1" * 64,
        exempt_hash="2" * 64,
        hash="3" * 64,
    )
    seal(make_period(on, PeriodState.CLOSED).pk, 1, pk=key)
    return line


def make_line_that_takes_others() -> SealedLine:
    """As while it is sealed: what keeps a sealed review from taking another line is put aside."""
    line = make_line()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits for the commit forbids ALTER TABLE
    registered: Any = pgtrigger.registered("reporting.SealedLine:line_before_its_seal")  # its stubs say Model
    [(model, trigger)] = registered
    trigger.disable(model)
    return line


def make_agreement() -> Agreement:
    """Of the first of two reviews."""
    agreed = agree(make_review(FIRST))
    make_review(SECOND)
    return agreed


def agree(review: Review) -> Agreement:
    return Agreement.objects.create(
        review=review,
        agreed_on=date(2026, 11, 20),
        minute_reference="Minute 47",
        resolution="Agreed.",
        recorded_at=IN_ROUND,
        recorded_by=make_user(),
    )


def make_agreement_beside_a_reopened_review() -> Agreement:
    agreed = make_agreement()
    other = Review.objects.exclude(pk=agreed.review_id).get().period
    other.state, other.closed_at = PeriodState.OPEN, None
    other.save()
    return agreed


def make_agreement_beside_one_sealed_anew() -> Agreement:
    """The review that has the highest number of all ids is an earlier one of its period."""
    agreed = agree(make_review(FIRST))
    period = make_period(SECOND, PeriodState.CLOSED)
    seal(period.pk, 2)
    seal(period.pk, 1)
    return agreed


def make_publication() -> Publication:
    """Of the first of two reviews; the second is not agreed."""
    review = make_agreement().review
    return Publication.objects.create(review=review, published_at=IN_ROUND, published_by=make_user())


def make_erratum() -> Erratum:
    """In the first of two reviews; the second is not agreed, and has a line too."""
    line = make_line(FIRST)
    agree(line.review)
    make_line(SECOND)
    return Erratum.objects.create(
        review=line.review,
        number=1,
        line=line,
        field="update.rag",
        printed="Green",
        correct="Red",
        explanation="Counted twice.",
        at=IN_ROUND,
        by=make_user(),
    )


def make_closing() -> Closing:
    return Closing.objects.create(period=make_period(), asked_at=IN_ROUND)


def make_failed_closing() -> Closing:
    return Closing.objects.create(
        period=make_period(), asked_at=IN_ROUND, finished_at=IN_ROUND, problem="The disk was full"
    )


def make_closing_that_sealed() -> Closing:
    review = make_review()
    done = IN_ROUND + timedelta(minutes=1)
    return Closing.objects.create(period=review.period, asked_at=IN_ROUND, finished_at=done, review=review)


def make_election() -> PreElectionPeriod:
    return PreElectionPeriod.objects.create(election="Mayor", starts=date(2028, 3, 20), ends=date(2028, 5, 4))


def never_changed(name: str, make: Make, **columns: str) -> list[Attempt]:
    """The attempts on rows that are written once."""
    guard = f"{name}_append_only"
    return [change(guard, make, **columns), remove(guard, make), empty(f"{name}_no_truncate", make)]


ATTEMPTS = [
    copy("one_review_a_closing", make_review, seal="repeat('a', 64)"),
    copy("review_seal_is_a_hash", make_review, number="2", seal="repeat('A', 64)"),
    *never_changed("review", make_review, line_count="2"),
    copy("line_before_its_seal", make_line, position="2", key="'1.1.2'"),
    copy("one_line_a_place", make_line_that_takes_others, key="'1.1.2'"),
    copy("one_line_a_key", make_line_that_takes_others, position="2"),
    copy("line_kind_known", make_line_that_takes_others, position="2", kind="'rumour'"),
    *[
        copy("line_hashes_are_hashes", make_line_that_takes_others, position="2", key="'1.1.2'", **{column: "'abc'"})
        for column in ("salt", "public_hash", "exempt_hash", "hash")
    ],
    *never_changed("line", make_line, public='\'{"rag":"green"}\''),
    copy("agreement_names_its_minute", make_agreement, review_id=OTHER_REVIEW, minute_reference="' '"),
    copy("agreement_names_its_minute", make_agreement, review_id=OTHER_REVIEW, resolution="''"),
    copy("agreement_of_what_stands", make_agreement_beside_a_reopened_review, review_id=OTHER_REVIEW),
    copy("agreement_of_what_stands", make_agreement_beside_one_sealed_anew, review_id=OTHER_REVIEW),
    *never_changed("agreement", make_agreement, resolution="'Declined.'"),
    copy("publication_after_agreement", make_publication, review_id=OTHER_REVIEW),
    *never_changed("publication", make_publication, published_at="now()"),
    copy("one_erratum_a_number", make_erratum),
    copy("erratum_is_explained", make_erratum, number="2", explanation="' '"),
    copy("erratum_is_explained", make_erratum, number="2", field="''"),
    copy("erratum_after_agreement", make_erratum, review_id=OTHER_REVIEW, line_id=OTHER_LINE),
    copy("erratum_of_its_own_review", make_erratum, number="2", line_id=OTHER_LINE),
    *never_changed("erratum", make_erratum, correct="'Amber'"),
    copy("one_closing_at_a_time", make_closing),
    change("closing_ends_one_way", make_closing, finished_at="now()"),
    change("closing_ends_one_way", make_closing, problem="'The disk was full'"),
    change("closing_ends_one_way", make_closing_that_sealed, problem="'The disk was full'"),
    change("closing_append_only", make_closing, director="'Somebody else'"),
    change("closing_filled_once", make_failed_closing, problem="'Another'"),
    change("closing_filled_once", make_failed_closing, finished_at="NULL", problem="NULL"),
    *kept("closing", make_closing),
    change("pre_election_days_in_order", make_election, ends="starts - 1"),
    change("pre_election_names_its_election", make_election, election="' '"),
]
