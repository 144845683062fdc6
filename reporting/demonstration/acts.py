"""What happens to one activity, each act with its instant: its promises over the years, its update in each round."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

from reporting.demonstration.calendar import Calendar, Round, in_office
from reporting.demonstration.players import END, Player
from reporting.demonstration.stories import ROUNDS
from reporting.demonstration.telling import values_for

Act = tuple[datetime, Callable[[datetime], None]]

LAST_TO_SEND = 0.8  # share of a past round's working days that lies before its deadline
DRAFTED_FIRST = 0.12
RETURNED_FIRST = 0.05
NOTES = (
    "Please say what this means for the date of the whole activity.",
    "Please name the figure, and the day on which it was counted.",
    "Say in plain words what changed since the last review.",
)


def acts_of(player: Player, calendar: Calendar) -> Iterator[Act]:
    """Everything that happens to an activity, in no order."""
    yield from _promises(player, calendar)
    for number in range(1, ROUNDS + 1):
        if player.story.code(number) not in "-." and _stage(player, number) != "due":
            yield from _telling(player, number, calendar)


def _promises(player: Player, calendar: Calendar) -> Iterator[Act]:
    rng = Random(f"hours {player.story.number}")
    yield in_office(calendar.begins + timedelta(days=rng.randint(1, 9)), rng), player.promise
    moves = [(place, move) for place, post in enumerate(player.plan.mileposts, start=1) for move in post.moves]
    if player.plan.end_move:
        moves.append((END, player.plan.end_move))
    for place, move in moves:
        yield in_office(move.asked_on, rng), partial(player.ask_for, place, move)
        if move.agreed is not None:
            yield in_office(move.decided_on, rng), partial(player.decide, place, move)
    for place, post in enumerate(player.plan.mileposts, start=1):
        if post.noted:
            yield in_office(post.noted, rng), partial(player.reach, place)


def _stage(player: Player, number: int) -> str:
    return player.story.stage if number == ROUNDS else "approved"


def _telling(player: Player, number: int, calendar: Calendar) -> Iterator[Act]:
    rng = Random(f"round {player.story.number} {number}")
    found = calendar.round(number)
    stage = _stage(player, number)
    if player.story.code(number) == "H":
        yield from _repeated(player, found, stage, rng)
        return
    values = values_for(player.story, player.plan, number, player.activity.owner.title, calendar)
    send = partial(player.send, values)
    if stage == "draft":
        half_written = replace(values, action="", action_owner="", action_by=None)
        yield found.at(rng.uniform(0.85, 0.98)), partial(player.draft, half_written)
        return
    sent, decided = _shares(stage, number, rng)
    if rng.random() < DRAFTED_FIRST:
        yield found.at(sent - 0.02), partial(player.draft, values)
    yield found.at(sent), send
    if stage == "returned":
        yield found.at(decided), partial(player.give_back, player.story.note)
    if stage == "approved":
        yield from _signed_off(player, send, found, sent, decided, rng)


def _signed_off(
    player: Player, send: Callable[[datetime], None], found: Round, sent: float, decided: float, rng: Random
) -> Iterator[Act]:
    """Approved, a few after they came back once."""
    again = sent + 0.12
    if rng.random() < RETURNED_FIRST and again < LAST_TO_SEND:
        yield found.at(sent + 0.06), partial(player.give_back, rng.choice(NOTES))
        yield found.at(again), send
        decided = max(decided, again + 0.05)
    yield found.at(decided), player.sign_off


def _repeated(player: Player, found: Round, stage: str, rng: Random) -> Iterator[Act]:
    sent, decided = _shares(stage, ROUNDS, rng)
    yield found.at(sent), player.repeat
    if stage == "approved":
        yield found.at(decided), player.sign_off


def _shares(stage: str, number: int, rng: Random) -> tuple[float, float]:
    """When in the round it was sent and decided: past ones mostly near the deadline, the open one's as they came."""
    if stage == "submitted":
        return rng.uniform(0.6, 0.97), 1.0
    if stage == "returned":
        return rng.uniform(0.45, 0.7), rng.uniform(0.8, 0.95)
    last = LAST_TO_SEND if number < ROUNDS else 0.75
    sent = 0.05 + (last - 0.05) * max(rng.random(), rng.random())
    return sent, sent + (0.98 - sent) * rng.uniform(0.08, 0.5)
