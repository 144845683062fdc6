"""The dates of a story: what was promised, what moved and what was reached, and when each was written down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from aims.choices import Kind
from reporting.demonstration.calendar import Calendar, weekday
from reporting.demonstration.stories import ROUNDS, Step, Story


@dataclass(frozen=True, slots=True)
class Move:
    """A new date asked for and, unless that waits, decided; `agreed` None waits."""

    asked_on: date
    decided_on: date
    day: date
    agreed: bool | None


@dataclass(frozen=True, slots=True)
class Milepost:
    """A milestone's dates; `done` and `noted` are None while it is not reached."""

    title: str
    due: date
    moves: tuple[Move, ...]
    done: date | None
    noted: date | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Every promised date of an activity; `end` is the baseline, `agreed_end(number)` what stands in a round."""

    start: date | None
    end: date | None
    mileposts: tuple[Milepost, ...]
    end_move: Move | None
    end_moved_in: int | None

    def agreed_end(self, number: int) -> date | None:
        """The end agreed by the end of a round."""
        if self.end_move and self.end_moved_in and self.end_moved_in <= number:
            return self.end_move.day
        return self.end

    def is_late(self, on: date) -> bool:
        """Whether a milestone is overdue on a day."""
        return any(_promised(post, on) < on and not (post.done and post.done <= on) for post in self.mileposts)


def plan_of(story: Story, kind: str, calendar: Calendar) -> Plan:
    """The dates that fit the story's track, the same for a date of the demonstration every time."""
    rng = Random(f"plan {story.number}")
    start, end = _start(story, calendar, rng), _end(story, kind, calendar, rng)
    move, moved_in = _end_move(story, end, calendar, rng)
    posts = tuple(_milepost(story.number, place, step, calendar) for place, step in enumerate(story.steps, start=1))
    if story.undated:
        return Plan(None, None, (), None, None)
    return Plan(start, end, posts, move, moved_in)


def _start(story: Story, calendar: Calendar, rng: Random) -> date:
    if story.first_half == 0:
        return weekday(calendar.begins - timedelta(days=rng.randint(30, 500)))
    starts = calendar.half(story.first_half).starts
    if story.first_half <= ROUNDS:
        return weekday(starts + timedelta(days=rng.randint(7, 40)))
    return _ahead(starts, calendar, rng)


def _end(story: Story, kind: str, calendar: Calendar, rng: Random) -> date | None:
    if kind == Kind.CONTINUING:
        return None
    if story.last_half:
        return weekday(calendar.half(story.last_half).ends - timedelta(days=rng.randint(0, 20)))
    return weekday(calendar.half(rng.randint(6, 8)).ends - timedelta(days=rng.randint(0, 90)))


def _end_move(story: Story, end: date | None, calendar: Calendar, rng: Random) -> tuple[Move | None, int | None]:
    if story.moved_end is None or end is None:
        return None, None
    number, days = story.moved_end
    asked = weekday(calendar.half(number).starts + timedelta(days=rng.randint(100, 150)))
    return Move(asked, _later(asked, rng), weekday(end + timedelta(days=days)), agreed=True), number


def _milepost(number: str, place: int, step: Step, calendar: Calendar) -> Milepost:
    rng = Random(f"milestone {number}/{place}")
    halves = (step.due, *step.moves)
    days = [_due(half, step, calendar, rng) for half in halves]
    moves = [_move(was, new, rng) for was, new in pairwise(days)]
    moves.extend(_asked(step, days[-1], calendar, rng))
    done = _done(step, days[-1], calendar, rng)
    noted = min(done + timedelta(days=rng.randint(1, 5)), calendar.half(step.done).ends) if done and step.done else None
    return Milepost(step.title, days[0], tuple(moves), done, noted and max(weekday(noted), done or noted))


def _due(half: int, step: Step, calendar: Calendar, rng: Random) -> date:
    found = calendar.half(half)
    if half > ROUNDS:
        return _ahead(found.starts, calendar, rng)
    if half != step.promised:
        return weekday(found.starts + timedelta(days=rng.randint(80, 160)))
    if step.early:
        return weekday(found.starts + timedelta(days=rng.randint(30, 75)))
    if step.done != half:
        return weekday(found.ends - timedelta(days=rng.randint(10, 50)))
    return weekday(found.starts + timedelta(days=rng.randint(45, 170)))


def _ahead(starts: date, calendar: Calendar, rng: Random) -> date:
    """A day of a half-year that lies ahead, never one that has passed already."""
    day = starts + timedelta(days=rng.randint(70, 170))
    return weekday(max(day, calendar.on + timedelta(days=rng.randint(15, 60))))


def _move(was: date, new: date, rng: Random) -> Move:
    asked = weekday(was - timedelta(days=rng.randint(20, 40)))
    return Move(asked, _later(asked, rng), new, agreed=True)


def _asked(step: Step, due: date, calendar: Calendar, rng: Random) -> Iterator[Move]:
    """The request that was declined, or that waits for its decision."""
    if step.asked is None:
        return
    asked = weekday(due - timedelta(days=rng.randint(5, 15)))
    new = _ahead(calendar.half(step.asked).starts, calendar, rng)
    if step.is_declined:
        yield Move(asked, _later(asked, rng), weekday(due + timedelta(days=rng.randint(60, 120))), agreed=False)
    else:
        yield Move(asked, asked, new, agreed=None)


def _later(asked: date, rng: Random) -> date:
    return weekday(asked + timedelta(days=rng.randint(4, 12)))


def _done(step: Step, due: date, calendar: Calendar, rng: Random) -> date | None:
    if step.done is None:
        return None
    found = calendar.half(step.done)
    if step.done != step.promised:
        return weekday(found.starts + timedelta(days=rng.randint(10, 70)))
    return max(weekday(due - timedelta(days=rng.randint(0, 14))), found.starts)


def _promised(post: Milepost, on: date) -> date:
    agreed = [move.day for move in post.moves if move.agreed and move.decided_on <= on]
    return agreed[-1] if agreed else post.due
