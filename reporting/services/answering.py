"""What the Board answers to what a review asks of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from aims.choices import EventKind, NoticeKind
from aims.errors import AlreadyDecided, Refused
from aims.models import KeyActivity
from aims.services.actions import audience_of, holders_of
from aims.services.events import record
from aims.services.notices import tell
from reporting.choices import LineKind, Reply
from reporting.models import Answer, Review, SealedLine
from reporting.selectors.decisions import ask_of, standing_answer
from reporting.services.standing import hold_review


@transaction.atomic
def answer_ask(
    *, review: Review, number: str, reply: Reply, text: str, seen: int | None, by: User, now: datetime
) -> Answer:
    """Record the Board's answer to an activity's ask, and tell whoever holds its post.

    A later answer replaces an earlier one, both are kept; `seen` is the primary key of the one that stood when this
    was written, None where none did. The same answer again is none. Raises `AlreadyDecided` where somebody answered
    meanwhile, `Refused` without words, where nothing is asked, and for a review that was opened again.
    """
    if not text.strip():
        raise Refused("Write what the Board answered")
    held: Review = hold_review(review)
    line = _line(held, number)
    last = standing_answer(held, number)
    if last and (last.reply, last.text) == (reply, text.strip()):
        return last
    if last and last.pk != seen:
        raise AlreadyDecided(_meanwhile(last))
    answer = Answer.objects.create(line=line, reply=reply, text=text.strip(), at=now, by=by)
    _tell(answer, held, last, now)
    return answer


def _line(review: Review, number: str) -> SealedLine:
    line: SealedLine | None = review.lines.filter(kind=LineKind.ACTIVITY, key=number).first()
    if line is None or not ask_of(line):
        raise Refused(f"Nothing is asked of the Board about {number} in this review")
    return line


def _meanwhile(last: Answer) -> str:
    told = f"{last.by} has recorded an answer meanwhile, “{Reply(last.reply).label}: {last.text}”"
    return f"{told}. What you wrote is kept: send it again to replace that answer"


def _tell(answer: Answer, review: Review, last: Answer | None, now: datetime) -> None:
    activity = KeyActivity.objects.select_related("owner").get(
        strategy=review.period.strategy_id, number=answer.line.key
    )
    record(
        EventKind.BOARD_ANSWERED,
        now=now,
        by=answer.by,
        audience=audience_of(review.period),
        period=review.period,
        activity=activity,
        reference=f"reviews/{review.period.slug}",
        before={"reply": last.reply, "text": last.text} if last else None,
        after={"reply": answer.reply, "text": answer.text},
    )
    for person in holders_of(activity.owner, timezone.localdate(now)):
        tell(
            person=person,
            kind=NoticeKind.ANSWERED,
            key=f"answered {answer.pk}",
            now=now,
            activity=activity,
            period=review.period,
        )
