"""The Board's answers: one stands, all are kept, and whoever holds the activity's post is told."""

from __future__ import annotations

from typing import Any

import pytest

from aims.choices import Audience, EventKind, NoticeKind
from aims.errors import AlreadyDecided, Refused
from aims.models import Event, Notice, ReviewPeriod
from aims.selectors.letters import letter_of
from aims.services.mailing import gather
from reporting.choices import Reply
from reporting.models import Answer, Review
from reporting.selectors.decisions import answers_of
from reporting.services.answering import answer_ask
from tests.factories import make_user, publish
from tests.reporting.sealed import SECOND_CLOSED, Sealed, make_sealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(db: None) -> Sealed:
    return make_sealed()


def answered(sealed: Sealed, **fields: Any) -> Answer:
    given: dict[str, Any] = {
        "review": fields.pop("review", None) or sealed.review,
        "number": "1.1.1",
        "reply": Reply.DEFERRED,
        "text": "To the meeting in March.",
        "seen": None,
        "by": sealed.people.office,
        "now": SECOND_CLOSED,
    }
    return answer_ask(**given | fields)


def test_a_later_answer_replaces_an_earlier_one_and_both_are_kept(sealed: Sealed) -> None:
    first = answered(sealed)
    second = answered(sealed, reply=Reply.AGREED, text=" For one year. ", seen=first.pk)

    told = answers_of(sealed.review)
    assert set(told) == {"1.1.1"}
    stands = told["1.1.1"]
    assert (stands.reply, stands.text, stands.key) == ("Agreed", "For one year.", second.pk)
    assert [(each.reply, each.text) for each in stands.earlier] == [("Deferred", "To the meeting in March.")]


def test_an_answer_given_meanwhile_is_not_replaced_unseen(sealed: Sealed) -> None:
    first = answered(sealed)

    with pytest.raises(AlreadyDecided) as refused:
        answered(sealed, reply=Reply.AGREED, text="For one year.", by=make_user())
    assert "Olu Office has recorded an answer meanwhile, “Deferred: To the meeting in March.”" in refused.value.message
    assert answered(sealed) == first  # pressing twice answers once


def test_only_what_is_asked_is_answered_and_in_words(sealed: Sealed) -> None:
    for fields, problem in (
        ({"text": " "}, "Write what the Board answered"),
        ({"number": "1.1.2"}, "Nothing is asked of the Board about 1.1.2"),
        ({"number": "9.9.9"}, "Nothing is asked of the Board about 9.9.9"),
    ):
        with pytest.raises(Refused, match=problem):
            answered(sealed, **fields)


def test_a_review_that_was_opened_again_takes_no_answer(sealed: Sealed) -> None:
    review = sealed.review
    ReviewPeriod.objects.filter(pk=sealed.second.pk).update(state="open", closed_at=None)

    with pytest.raises(Refused, match="is open again"):
        answered(sealed, review=review)


def test_an_answer_stands_in_the_next_sealing_as_long_as_the_ask_does(sealed: Sealed) -> None:
    answered(sealed)
    earlier = sealed.review
    same, other = (
        sealed_again(earlier, number, ask) for number, ask in ((2, "Agree a second contractor."), (3, "Wait."))
    )

    assert [each.text for each in answers_of(same).values()] == ["To the meeting in March."]
    assert answers_of(other) == {}


def sealed_again(earlier: Review, number: int, ask: str) -> Review:
    """The same review sealed once more, with another ask: the line first, since its review is the seal on it."""
    line = earlier.lines.get(kind="activity", key="1.1.1")
    line.pk, line.review_id = None, earlier.pk + 1000 * number
    line.public = line.public.replace("Agree a second contractor.", ask)
    line.save()
    review: Review = Review.objects.create(
        pk=line.review_id,
        period=earlier.period,
        number=number,
        previous=Review.objects.get(following__isnull=True),
        sealed_at=SECOND_CLOSED,
        as_at=earlier.as_at,
        line_count=1,
        seal=f"{number:064x}",
    )
    return review


def test_the_public_hears_of_answers_to_published_reviews_alone(sealed: Sealed) -> None:
    first = answered(sealed)
    publish(sealed.second)
    answered(sealed, reply=Reply.AGREED, text="For one year.", seen=first.pk)

    before, event = Event.objects.filter(kind=EventKind.BOARD_ANSWERED).order_by("pk")
    assert (before.audience, event.audience) == (Audience.STAFF, Audience.PUBLIC)
    assert (event.activity, event.period) == (sealed.activities["1.1.1"], sealed.second)
    assert event.before == {"reply": "deferred", "text": "To the meeting in March."}
    assert event.after == {"reply": "agreed", "text": "For one year."}


def test_whoever_holds_the_post_is_told_by_mail_without_the_words(sealed: Sealed) -> None:
    answered(sealed)

    notice = Notice.objects.get(kind=NoticeKind.ANSWERED)
    assert notice.person == sealed.people.owner
    gather(now=SECOND_CLOSED.replace(hour=17))
    notice.refresh_from_db()
    assert notice.mail
    letter = letter_of(notice.mail, SECOND_CLOSED.date())
    assert letter
    (section,) = [section for section in letter.sections if section.heading == "Answered by the Board"]
    assert [(line.number, line.path) for line in section.lines] == [("1.1.1", "/reviews/2026-27-h1/decisions/")]
    assert "March" not in str(letter)
