"""What the update card shows before anybody has typed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from aims.choices import Mark
from aims.models import KeyActivity, ProgressUpdate, ReviewPeriod
from aims.rules import Suggestion, UpdateValues, default_as_at, half_year
from aims.selectors.facts import Standing, standing, values_of
from aims.selectors.periods import deadline_of, round_for
from aims.selectors.said import mark_of


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

    @property
    def version(self) -> int:
        """The version that a save has to name; 0 where nothing was saved yet."""
        return self.current.version if self.current else 0

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


def card_for(activity: KeyActivity, on: date) -> Card:
    """The card of an activity in the round that takes its update on a day; raises `NoRound` between rounds."""
    period = round_for(activity, on)
    found = standing(activity, period)
    current = activity.updates.open().select_related("author", "returned_by").first()
    latest = default_as_at(on, period.ends)
    as_at = min(current.as_at, latest) if current else latest  # one come back from the next period may speak of later
    values = _values(current, found.last, as_at)
    deadline = deadline_of(period, activity.owner_id)
    return Card(
        activity=found.activity,
        period=period,
        deadline=deadline,
        days_left=(deadline - on).days,
        standing=found,
        current=current,
        values=values,
        suggestion=found.suggestion(as_at, values.forecast_end),
    )


def _values(current: ProgressUpdate | None, last: ProgressUpdate | None, as_at: date) -> UpdateValues:
    """The open update's answers; else last time's, without what was said to the Board or by way of evidence then."""
    if current:
        return replace(values_of(current), as_at=as_at)
    if last is None:
        return UpdateValues(as_at=as_at)
    return replace(values_of(last), as_at=as_at, narrative="", ask="", evidence="", override_reason="")
