"""What lets the performance office doubt an update: signals, each a question to its author and never a verdict."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import Final, TypeVar

from aims.choices import Rag, Signal, State
from aims.rules.suggestion import MilestoneFact, is_better
from aims.rules.wording import days, long_date

SAME_WORDS: Final = Decimal("0.90")  # of two texts, at least this share of the words in common
WORDS_TO_REPEAT: Final = 6  # shorter narratives may well be the same in two activities
SILENT_PERIODS: Final = 2

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one sent update says, as far as a signal asks."""

    state: str | None = None
    rag: str | None = None
    suggested: str | None = None
    narrative: str = ""
    is_no_change: bool = False
    return_to_green: date | None = None
    ask: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityFacts:
    """One activity in a round: `now` is its update sent in it, `before` the last one approved in an earlier one.

    `missed` tells, the latest period first and ending where the knowledge ends, whether an update was due and none
    counted; the round under way is among them only once its deadline has passed.
    """

    due: bool
    has_dates: bool
    now: Said | None = None
    before: Said | None = None
    milestones: tuple[MilestoneFact, ...] = ()
    missed: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One signal and the sentence that says what it rests on."""

    signal: Signal
    sentence: str


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, without what stands between them."""
    return tuple("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())


def likeness(one: str, other: str) -> Decimal:
    """The share of words that two texts have in common, whatever their order: 0 to 1; 0 where one is empty."""
    first, second = Counter(words_of(one)), Counter(words_of(other))
    if not first or not second:
        return Decimal(0)
    return Decimal(2 * (first & second).total()) / (first.total() + second.total())


def repeated(narratives: Mapping[Key, str]) -> list[tuple[Key, ...]]:
    """The groups of activities that tell the same in the same words, each at least two."""
    groups: dict[tuple[str, ...], list[Key]] = defaultdict(list)
    for key, narrative in narratives.items():
        words = words_of(narrative)
        if len(words) >= WORDS_TO_REPEAT:
            groups[words].append(key)
    return [tuple(keys) for keys in groups.values() if len(keys) > 1]


def quality_findings(facts: QualityFacts, on: date) -> tuple[Finding, ...]:
    """All that is doubtful about one activity on a day, in the order of `Signal`."""
    checks = (_silent, _green_overdue, _better, _copied, _return_passed, _red_without_ask, _no_baseline)
    return tuple(finding for check in checks for finding in check(facts, on))


def _silent(facts: QualityFacts, on: date) -> Iterator[Finding]:
    missed = sum(1 for _ in takewhile(bool, facts.missed))
    if facts.due and missed >= SILENT_PERIODS:
        yield Finding(Signal.SILENT, f"an update was due and none came in {missed} periods in a row")


def _green_overdue(facts: QualityFacts, on: date) -> Iterator[Finding]:
    """The rating that stands, this round's or carried forward, against the milestones of today."""
    told = facts.now or facts.before
    late = [step for step in facts.milestones if step.days_overdue(on)]
    if told and _is_rated(told, Rag.GREEN) and late:
        worst = max(late, key=lambda step: step.days_overdue(on))
        others = f" and {len(late) - 1} more" if len(late) > 1 else ""
        yield Finding(
            Signal.GREEN_OVERDUE,
            f"rated on track; milestone “{worst.title}” is {days(worst.days_overdue(on))} overdue{others}",
        )


def _better(facts: QualityFacts, on: date) -> Iterator[Finding]:
    if facts.now and is_better(facts.now.rag, facts.now.suggested):
        yield Finding(
            Signal.BETTER, f"rated {_words(facts.now.rag)} where the dates suggest {_words(facts.now.suggested)}"
        )


def _copied(facts: QualityFacts, on: date) -> Iterator[Finding]:
    if not facts.now or not facts.before or facts.now.is_no_change:
        return
    alike = likeness(facts.now.narrative, facts.before.narrative)
    if alike >= SAME_WORDS:
        same = words_of(facts.now.narrative) == words_of(facts.before.narrative)
        told = "word for word" if same else f"{int(alike * 100)} % of the words are the same"
        yield Finding(Signal.COPIED, f"not sent as “no change”, and told as last time: {told}")


def _return_passed(facts: QualityFacts, on: date) -> Iterator[Finding]:
    told = facts.now or facts.before
    if told and _is_rated(told, Rag.AMBER, Rag.RED) and told.return_to_green and told.return_to_green < on:
        yield Finding(
            Signal.RETURN_PASSED,
            f"still {_words(told.rag)}; it was to be on track by {long_date(told.return_to_green)}",
        )


def _red_without_ask(facts: QualityFacts, on: date) -> Iterator[Finding]:
    if facts.now and _is_rated(facts.now, Rag.RED) and not facts.now.ask.strip():
        yield Finding(Signal.RED_WITHOUT_ASK, "off track, and nothing is asked of the Board")


def _no_baseline(facts: QualityFacts, on: date) -> Iterator[Finding]:
    if facts.due and not facts.has_dates:
        yield Finding(Signal.NO_BASELINE, "no start, end or milestone was ever agreed, so no rating can be suggested")


def _words(rag: str | None) -> str:
    return Rag(rag).label.lower() if rag else "not rated"


def _is_rated(told: Said, *ratings: Rag) -> bool:
    return told.state == State.IN_PROGRESS and told.rag in ratings
