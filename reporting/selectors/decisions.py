"""What the Board answered to what a review asked of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from django.utils import timezone

from reporting.choices import LineKind, Reply
from reporting.lines import read_line
from reporting.models import Answer, Review, SealedLine
from reporting.selectors.exceptions import BoardAnswer


def answers_of(review: Review) -> dict[str, BoardAnswer]:
    """The answer that stands to each ask, by the activity's number, with those that it replaced; two queries at most.

    An answer given before the round was opened again stands as long as the ask does, word for word.
    """
    found: dict[str, BoardAnswer] = {}
    for number, answers in _standing(review).items():
        for answer in answers:
            found[number] = _as_told(answer, found.get(number))
    return found


def standing_answer(review: Review, number: str) -> Answer | None:
    """The answer that stands to one activity's ask; two queries at most."""
    answers = _standing(review).get(number)
    return answers[-1] if answers else None


def ask_of(line: SealedLine) -> str:
    """What an activity's line asks of the Board; empty where it asks nothing."""
    told = read_line(line.kind, line.key, line.public).row.update
    return told.ask if told else ""


def _standing(review: Review) -> Mapping[str, list[Answer]]:
    """The answers to asks as they stand in this sealing, in the order in which they were given."""
    rows = Answer.objects.filter(line__review__period=review.period_id, line__review__number__lte=review.number)
    answers = list(rows.select_related("line").defer("line__exempt").order_by("pk"))
    asks = _asks(review, {answer.line.key for answer in answers if answer.line.review_id != review.pk})
    found: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        if answer.line.review_id == review.pk or asks.get(answer.line.key) == ask_of(answer.line):
            found[answer.line.key].append(answer)
    return found


def _asks(review: Review, numbers: set[str]) -> dict[str, str]:
    if not numbers:
        return {}
    lines = review.lines.filter(kind=LineKind.ACTIVITY, key__in=numbers).defer("exempt")
    return {line.key: ask_of(line) for line in lines}


def _as_told(answer: Answer, before: BoardAnswer | None) -> BoardAnswer:
    earlier = (*before.earlier, before) if before else ()
    on = timezone.localdate(answer.at)
    return BoardAnswer(Reply(answer.reply).label, answer.text, on, key=answer.pk, earlier=earlier)
