"""What the Board answered and asked for in the demonstration's past reviews, as `content/minutes.toml` tells it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from aims.models import BoardAction, KeyActivity, ReviewPeriod
from aims.services.actions import ask_action, report_on_action
from reporting.choices import Reply
from reporting.demonstration.acts import Act
from reporting.demonstration.calendar import Calendar, Round, in_office
from reporting.demonstration.people import People
from reporting.demonstration.stories import CONTENT, Asked, Story
from reporting.models import Review
from reporting.services.answering import answer_ask

BEFORE_THE_MINUTES = timedelta(minutes=45)  # answers and actions are noted while the Board meets


@dataclass(frozen=True, slots=True)
class Secretary:
    """Who notes what the Board says, and who reports on it afterwards."""

    activities: Mapping[str, KeyActivity]
    people: People

    def answer(self, number: str, asked: Asked, found: Round, at: datetime) -> None:
        """The Board's answer to what an activity asked."""
        period = _period(found)
        answer_ask(
            review=Review.objects.standing().get(period=period),
            number=number,
            reply=Reply(asked.reply),
            text=asked.text,
            seen=None,
            by=self.people.office,
            now=at,
        )

    def ask(self, entry: Mapping[str, Any], found: Round, at: datetime) -> None:
        """An action of the post that answers for an activity."""
        activity = self.activities[entry["activity"]]
        ask_action(
            period=_period(found),
            text=entry["text"],
            owner=activity.owner,
            due_on=found.board_on + timedelta(days=entry["due"]),
            activity=activity,
            by=self.people.office,
            now=at,
        )

    def report(self, entry: Mapping[str, Any], words: str, is_done: bool, at: datetime) -> None:
        """What the holder of the post says of it."""
        activity = self.activities[entry["activity"]]
        action = BoardAction.objects.get(text=entry["text"])
        by = self.people.owner_of(activity.owner)
        report_on_action(action=action, text=words, is_done=is_done, by=by, now=at)


def acts_of_the_board(
    stories: Mapping[str, Story], activities: Mapping[str, KeyActivity], people: People, calendar: Calendar
) -> Iterator[Act]:
    """The answers and actions of every past review, and the reports since."""
    secretary = Secretary(activities, people)
    for number, story in stories.items():
        for told, asked in story.asked.items():
            found = calendar.round(told)
            yield found.agreed_at - BEFORE_THE_MINUTES, partial(secretary.answer, number, asked, found)
    minutes = tomllib.loads((CONTENT / "minutes.toml").read_text(encoding="utf-8"))
    for entry in minutes["action"]:
        found = calendar.round(entry["round"])
        yield found.agreed_at - BEFORE_THE_MINUTES, partial(secretary.ask, entry, found)
        for days, words, is_done in entry["reported"]:
            rng = Random(f"report {entry['activity']} {days}")
            at = in_office(found.board_on + timedelta(days=days), rng)
            yield at, partial(secretary.report, entry, words, is_done)


def _period(found: Round) -> ReviewPeriod:
    return ReviewPeriod.objects.get(strategy__is_in_force=True, slug=found.half.slug)
