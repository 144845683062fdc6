"""Errata: what an agreed review got wrong, told beside the figure and never in its place."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from aims.choices import Audience, EventKind
from aims.errors import Refused
from aims.services.events import record
from reporting.choices import ReviewStage
from reporting.models import Erratum, Review, SealedLine
from reporting.selectors.printed import printed_in
from reporting.services.standing import hold_review


@transaction.atomic
def correct(
    *, review: Review, line: SealedLine, field: str, correct: str, explanation: str, by: User, now: datetime
) -> Erratum:
    """Note beside one field of a line of an agreed review what is right, and why; what was printed is read from it.

    Raises `Refused` before the Board has agreed it, for a field that the line has not, and for what says nothing new.
    """
    held = hold_review(review)
    if held.stage == ReviewStage.SEALED:
        raise Refused("The Board has not agreed it yet: open the round again for what is wrong instead")
    if not explanation.strip():
        raise Refused("Say why it was wrong: the explanation is printed beside the figure")
    printed = printed_in(line).get(field)
    if line.review_id != held.pk or printed is None:
        raise Refused("Choose a line of this review and one of its fields")
    if correct.strip() == printed.words:
        raise Refused("This is what was printed: enter what is right")
    made: Erratum = Erratum.objects.create(
        review=held,
        number=held.errata.count() + 1,
        line=line,
        field=field,
        printed=printed.words,
        correct=correct.strip(),
        explanation=explanation.strip(),
        at=now,
        by=by,
    )
    record(
        EventKind.REVIEW_CORRECTED,
        now=now,
        by=by,
        audience=Audience.PUBLIC if held.stage == ReviewStage.PUBLISHED else Audience.STAFF,
        period=held.period,
        before={field: made.printed},
        after={field: made.correct, "line": f"{line.kind}:{line.key}", "explanation": made.explanation},
    )
    return made
