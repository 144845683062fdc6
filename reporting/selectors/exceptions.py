"""What the Board should ask about: off track first, then what worsened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from accounts.querysets import Asker
from aims.choices import Cause, Mark, Rag
from aims.models import DateChangeRequest, ProgressUpdate, ReviewPeriod
from aims.rules.wording import long_date
from aims.selectors.wording import Post, Words
from reporting.choices import Direction
from reporting.models import Position

ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
SHORT_ANSWERS = ("Cause", "Back on track by")
SUGGESTED = "The dates suggest"
NOT_IN_BRIEF = ("Impact", SUGGESTED)  # the narrative leads to the one, an override repeats the other


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardException:
    """One activity for the Board to decide on; `reasons` are sentences, `ask` is empty where nothing is asked."""

    number: str
    title: str
    url: str
    mark: Mark
    post: str
    facts: tuple[str, ...]
    text: str
    reasons: tuple[tuple[str, str], ...]
    ask: str

    @property
    def label(self) -> str:
        """The status in words."""
        return self.mark.label

    @property
    def reasons_in_brief(self) -> tuple[tuple[str, str], ...]:
        """What stands on the overview: short answers first."""
        kept = [reason for reason in self.reasons if reason[0] not in NOT_IN_BRIEF]
        return tuple(sorted(kept, key=lambda reason: reason[0] not in SHORT_ANSWERS))


def exceptions_of(period: ReviewPeriod, user: Asker, words: Words) -> list[BoardException]:
    """The period's exceptions in its words: Red first, then what asks something of the Board, then what worsened.

    Six queries, whatever their number.
    """
    positions = Position.objects.visible_to(user).filter(period=period).exceptions()
    ranked = sorted(positions.prefetch_related("activity__owner__organisation", "update"), key=_rank)
    moves = _agreed_moves(period, [position.activity_id for position in ranked])
    return [_exception(position, moves.get(position.activity_id, 0), words) for position in ranked]


def _rank(position: Position) -> tuple[bool, bool, bool, list[int]]:
    asks = bool(position.update and position.update.ask)
    return position.mark != Mark.RED, not asks, position.direction != Direction.WORSE, position.activity.order


def _agreed_moves(period: ReviewPeriod, activities: Iterable[int]) -> dict[int, int]:
    agreed = DateChangeRequest.objects.agreed().filter(activity__in=activities)
    if period.closed_at:
        agreed = agreed.filter(decided_at__lte=period.closed_at)
    return dict(agreed.order_by().values_list("activity").annotate(found=Count("pk")))


def _exception(position: Position, moves: int, words: Words) -> BoardException:
    activity, update = position.activity, position.update
    post = words.post(activity.pk, Post(activity.owner.title, activity.owner.organisation.name)).title
    return BoardException(
        number=activity.number,
        title=words.description(activity.pk, activity.description),
        url=activity.get_absolute_url(),
        mark=Mark(position.mark),
        post=post,
        facts=(*_facts(position, moves), post),
        text=update.narrative if update else "",
        reasons=(*suggestion_of(update), *reasons_of(update)) if update else (),
        ask=update.ask if update else "",
    )


def _facts(position: Position, moves: int) -> tuple[str, ...]:
    was = position.previous_mark
    facts = ["new" if was is None else f"was {Mark(was).label}" if was != position.mark else "as before"]
    if position.overdue_milestones:
        facts.append(f"{position.overdue_milestones} overdue milestone{'s' if position.overdue_milestones > 1 else ''}")
    if moves:
        facts.append(f"{ORDINALS[moves] if moves < len(ORDINALS) else f'{moves}th'} date change")
    return tuple(facts)


def suggestion_of(update: ProgressUpdate) -> tuple[tuple[str, str], ...]:
    """What the dates suggested beside the rating, and why; empty where nothing was suggested."""
    if not (update.rag and update.suggested_rag):
        return ()
    return ((SUGGESTED, f"{Rag(update.suggested_rag).label}: {update.suggestion_reason}"),)


def reasons_of(update: ProgressUpdate) -> tuple[tuple[str, str], ...]:
    """Why delivery is behind and what is done about it, as (word, sentence); what is empty is left out."""
    found = (
        ("Cause", _cause(update)),
        ("Impact", update.impact),
        ("Action", _action(update)),
        ("Back on track by", long_date(update.return_to_green) if update.return_to_green else ""),
        ("Rated better than the dates suggest", _override(update)),
        ("Decision", _decision(update)),
        ("Why it has not started", update.start_reason),
    )
    return tuple((word, sentence) for word, sentence in found if sentence)


def _cause(update: ProgressUpdate) -> str:
    if not update.cause:
        return ""
    cause = Cause(update.cause)
    return update.cause_detail if cause == Cause.OTHER else cause.label


def _action(update: ProgressUpdate) -> str:
    by = f", by {long_date(update.action_by)}" if update.action_by else ""
    return f"{update.action} ({update.action_owner}{by})" if update.action else ""


def _override(update: ProgressUpdate) -> str:
    if not (update.override_reason and update.suggested_rag):
        return ""
    return f"{Rag(update.suggested_rag).label} suggested; {update.override_reason}"


def _decision(update: ProgressUpdate) -> str:
    if not update.decision_by:
        return ""
    on = f", {long_date(update.decision_on)}" if update.decision_on else ""
    until = f"; until {long_date(update.deferred_until)}" if update.deferred_until else ""
    return f"{update.decision_by}{on}, {update.decision_reference}{until}"
