"""What an update card shows before anybody has typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from aims.choices import Mark
from aims.models import KeyActivity, ProgressUpdate, ReviewPeriod
from aims.rules import Suggestion, UpdateValues, default_as_at, half_year
from aims.selectors.facts import Standing, standing, standings, values_of
from aims.selectors.periods import deadline_of, round_for
from aims.selectors.said import mark_of
from aims.selectors.work import Work, WorkItem, anchor_of


@dataclass(frozen=True, slots=True)
class Card:
    """One activity's update as its form opens: `values` are the open update's, else last time's."""

    activity: KeyActivity
    period: ReviewPeriod
    deadline: date
    days_left: int
    standing: Standing
    current: ProgressUpdate | None
    values: UpdateValues
    suggestion: Suggestion
    suggested_for: date

    @property
    def anchor(self) -> str:
        """The id of the card on the page, and how those of its fields begin."""
        return anchor_of(self.activity)

    @property
    def version(self) -> int:
        """The version that a save has to name; 0 where nothing was saved yet."""
        return self.current.version if self.current else 0

    @property
    def basis(self) -> int:
        """What tells the approved update that the card opens with from any later one; 0 where there is none."""
        return self.last.pk if self.last else 0

    @property
    def forecast_day(self) -> date:
        """The day that the forecast rating speaks of: the end of the next half-year."""
        return half_year(self.period.ends).next().ends

    @property
    def last(self) -> ProgressUpdate | None:
        """The last approved update."""
        return self.standing.last

    @property
    def last_mark(self) -> Mark | None:
        """The mark of the last approved update."""
        return mark_of(self.last) if self.last else None

    @property
    def better_than_suggested(self) -> str:
        """The answers that need an override reason, as the page's script reads them."""
        better = {Mark.AMBER.value: "green", Mark.RED.value: "green amber"}
        return better.get(str(self.suggestion.rag), "")

    def suggesting(self, as_at: date | None, forecast_end: date | None) -> Card:
        """The same card with what the dates suggest for answers that are not saved yet."""
        day = as_at or self.values.as_at or self.period.ends
        return replace(self, suggestion=self.standing.suggestion(day, forecast_end), suggested_for=day)


def card_for(activity: KeyActivity, on: date) -> Card:
    """The card of an activity in the round that takes its update on a day; raises `NoRound` between rounds."""
    period = round_for(activity, on)
    found = standing(activity, period)
    current = activity.updates.open().select_related("author", "via__organisation", "returned_by").first()
    return _card(found, current, deadline_of(period, activity.owner_id), on)


def cards_of(work: Work, items: Sequence[WorkItem], on: date) -> dict[str, Card]:
    """The cards of rows of the work list, by number: no query in time, eight once a deadline has passed.

    Late ones that no period takes yet have none.
    """
    late = [item for item in items if item.is_late]
    following = standings([item.activity.pk for item in late], work.following) if late and work.following else {}
    cards = {}
    for item in items:
        found = following.get(item.activity.pk) if item.is_late else item.standing
        if found:
            deadline = found.period.submission_closes if item.is_late else item.deadline
            cards[item.activity.number] = _card(found, item.current, deadline, on)
    return cards


def _card(found: Standing, current: ProgressUpdate | None, deadline: date, on: date) -> Card:
    latest = default_as_at(on, found.period.ends)
    as_at = min(current.as_at, latest) if current else latest  # one come back from the next period may speak of later
    values = _values(current, found.last, as_at)
    return Card(
        activity=found.activity,
        period=found.period,
        deadline=deadline,
        days_left=(deadline - on).days,
        standing=found,
        current=current,
        values=values,
        suggestion=found.suggestion(as_at, values.forecast_end),
        suggested_for=as_at,
    )


def _values(current: ProgressUpdate | None, last: ProgressUpdate | None, as_at: date) -> UpdateValues:
    """The open update's answers; else last time's, without what was said to the Board or by way of evidence then.

    A forecast that was the same as the rating stays "as now": another rating would make another forecast of it.
    """
    if current:
        return replace(values_of(current), as_at=as_at)
    if last is None:
        return UpdateValues(as_at=as_at)
    told = values_of(last)
    forecast = "" if told.forecast_rag == told.rag else told.forecast_rag
    again = replace(told, as_at=as_at, forecast_rag=forecast)
    return replace(again, narrative="", ask="", evidence="", override_reason="")
