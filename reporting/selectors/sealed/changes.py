"""What changed from one closed review to another, from their two books."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from aims.rules.differences import differences
from aims.selectors.naming import Difference
from reporting.choices import Direction
from reporting.lines.book import Book
from reporting.lines.rows import ActivityLine, ChangeLine, DateMoveLine, ObjectiveLine
from reporting.rules import direction, movement_of, movement_sentence
from reporting.selectors.changes import Changes, DateMove, MoneyChange, change_lists
from reporting.selectors.sealed.exceptions import paid_in_all
from reporting.selectors.sealed.later import Later
from reporting.selectors.sealed.links import Links
from reporting.selectors.sealed.standings import sealed_standings
from reporting.selectors.standings import Standing
from reporting.selectors.strategy import StrategyLine, StrategyList

MONTH_OF_HALF = {"h1": "September", "h2": "March"}
OF_STREAM = {
    "award": "Award",
    "over_programming": "Over-programming",
    "allocated": "Allocated",
    "forecast_outturn": "Forecast outturn",
}


@dataclass(frozen=True, slots=True)
class Between:
    """What was recorded from one review to another: every date moved, and every change of the strategy."""

    moves: Sequence[DateMoveLine]
    changes: Sequence[ChangeLine]


def sealed_changes(book: Book, other: Book | None, between: Between, later: Later) -> Changes:
    """The changes of a review since another; without one, what its own lines say of the review before."""
    is_usual = other is None or other.head.slug == book.head.compared_with
    marks = sealed_standings(book, later.errata)
    if other and not is_usual:
        marks = [_compared(standing, other) for standing in marks]
    return Changes(
        since=_since(book, other if not is_usual else None),
        page=Links(book.head.slug).to("review-changes"),
        sentence=movement_sentence(movement_of(standing.direction for standing in marks)),
        lists=change_lists(marks) if other or book.head.compared_with else [],
        moves=[move_row(line, book, other) for line in between.moves],
        strategy=_strategy(book, other, between.changes) if other else [],
        money=list(_money(book, other)) if other else [],
    )


def _since(book: Book, other: Book | None) -> str:
    """The month of the review that this one is usually compared with, the name of any other."""
    if other:
        return other.head.label
    before = book.head.compared_with
    return MONTH_OF_HALF[before[-2:]] if before else ""


def _compared(standing: Standing, other: Book) -> Standing:
    then = other.by_number.get(standing.number)
    if then is None:
        return replace(standing, previous=None, direction=Direction.NOT_COMPARABLE)
    return replace(standing, previous=then.mark, direction=direction(standing.mark.value, then.mark.value))


def where(number: str, book: Book, other: Book | None) -> tuple[str, str]:
    """The wording and the address of an objective or activity, in the review that knows it last; empty in neither."""
    for known in filter(None, (book, other)):
        links = Links(known.head.slug)
        if number in known.by_number:
            return known.by_number[number].description, links.activities()(number)
        objective = next((each for each in known.objectives if each.number == number), None)
        if objective:
            return objective.statement, links.objectives()(number)
    return "", ""


def move_row(line: DateMoveLine, book: Book, other: Book | None) -> DateMove:
    """One date moved, with its activity's page."""
    wording, url = where(line.activity, book, other)
    return DateMove(
        number=line.activity,
        wording=wording,
        url=url,
        what=line.what,
        previous=line.previous,
        agreed=line.agreed,
        reason=line.reason,
        moves_so_far=line.moves_so_far,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """An objective or an activity as two reviews tell it."""

    number: str
    wording: str
    url: str
    words: Mapping[str, str]


def _parts(book: Book) -> dict[str, _Part]:
    """The objectives and activities of a book, by number."""
    links = Links(book.head.slug)
    objectives, activities = links.objectives(), links.activities()
    found = [
        _Part(each.number, each.statement, objectives(each.number), _of_objective(each)) for each in book.objectives
    ]
    found += [
        _Part(each.number, each.description, activities(each.number), _of_activity(each)) for each in book.activities
    ]
    return {part.number: part for part in found}


def _of_objective(line: ObjectiveLine) -> Mapping[str, str]:
    return {"Wording": line.statement}


def _of_activity(line: ActivityLine) -> Mapping[str, str]:
    post = f"{line.post.title}, {line.post.organisation.name}"
    return {"Wording": line.description, "Owner": post, "Role": line.role.label, "Kind": line.kind.label}


TOLD = {"reworded": ("Wording",), "owner changed": ("Owner",), "role or kind changed": ("Role", "Kind")}


def _strategy(book: Book, other: Book, changes: Iterable[ChangeLine]) -> list[StrategyList]:
    """Every list that is not empty, with what was said of each when it was decided."""
    now, then = _parts(book), _parts(other)
    said = {change.number: change for change in changes}
    stayed = [(then[number], part) for number, part in now.items() if number in then]
    lists = [
        StrategyList("added", [_line(part, said) for number, part in now.items() if number not in then]),
        StrategyList("retired", [_line(part, said) for number, part in then.items() if number not in now]),
        *(StrategyList(label, _differing(stayed, names, said)) for label, names in TOLD.items()),
    ]
    return [each for each in lists if each.lines]


def _differing(
    stayed: Iterable[tuple[_Part, _Part]], names: Iterable[str], said: Mapping[str, ChangeLine]
) -> list[StrategyLine]:
    fields = tuple(names)
    pairs = [(now, _differences(then, now, fields)) for then, now in stayed]
    return [_line(now, said, found) for now, found in pairs if found]


def _differences(then: _Part, now: _Part, names: Iterable[str]) -> list[Difference]:
    return [
        Difference(name.lower(), name, *differences(then.words[name], now.words[name]))
        for name in names
        if name in now.words and then.words[name] != now.words[name]
    ]


def _line(part: _Part, said: Mapping[str, ChangeLine], found: Sequence[Difference] = ()) -> StrategyLine:
    change = said.get(part.number)
    return StrategyLine(
        number=part.number,
        wording=part.wording,
        url=part.url,
        note=change.note if change else "",
        reason=change.reason if change else "",
        differences=found,
    )


def _money(book: Book, other: Book) -> Iterator[MoneyChange]:
    """Of every stream what was promised, given and forecast; of every activity what it is given."""
    url = f"{Links(book.head.slug).to('review-funding')}#stream-"
    streams = {line.code: line for line in other.streams}
    for line in book.streams:
        then = streams.get(line.code)
        for name, what in OF_STREAM.items():
            amounts = getattr(then, name, None), getattr(line, name)
            yield from _moved(line.code, line.name, f"{url}{line.code}", what, amounts)
    page = Links(book.head.slug).activities()
    for activity in book.activities:
        amounts = _given(other.by_number.get(activity.number)), paid_in_all(activity)
        yield from _moved(activity.number, activity.description, page(activity.number), "Allocated to it", amounts)


def _given(line: ActivityLine | None) -> Decimal:
    return paid_in_all(line) if line else Decimal(0)


def _moved(
    number: str, name: str, url: str, what: str, amounts: tuple[Decimal | None, Decimal | None]
) -> Iterator[MoneyChange]:
    before, after = amounts
    if before != after:
        yield MoneyChange(number=number, name=name, url=url, what=what, before=before, after=after)
