"""The headline of a scope, by its rule, and its worst member."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from aims.rules import Thresholds
from reporting.choices import Headline
from reporting.rules.counts import Counts
from reporting.rules.shares import percent_text, share, share_text

SCORE_PLACES = Decimal("0.0001")


class Verdict(NamedTuple):
    """A headline with the rule that made it, and its score where the score made it."""

    headline: Headline
    reason: str
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class Member:
    """One of the parts that a scope sums: an aim, an objective or an activity, by number ("1.1.10")."""

    number: str
    name: str
    counts: Counts


def score(counts: Counts) -> Decimal | None:
    """The mean of Green 1, Complete 1, Amber ½, Red 0 over what is rated; None where nothing is.

    Cut, not rounded, to four places, so that no score reaches a threshold that the mean does not.
    """
    mean = share(2 * (counts.green + counts.complete_rated) + counts.amber, 2 * counts.rated)
    return None if mean is None else mean.quantize(SCORE_PLACES, rounding=ROUND_DOWN)


def headline(counts: Counts, thresholds: Thresholds, *, wide: bool) -> Verdict:
    """The one word for a scope; `wide` is false for an objective alone, true for every wider scope."""
    settled = _before_rating(counts, thresholds)
    if settled is not None:
        return settled
    mean = score(counts)
    if mean is None:
        return Verdict(Headline.NOT_RATED, "Nothing here carries a rating.", None)
    if mean >= thresholds.green_from and _too_much_red(counts, thresholds, wide):
        return Verdict(Headline.AMBER, _capped_reason(counts, thresholds, mean, wide), mean)
    found, rule = _by_mean(mean, thresholds)
    return Verdict(found, f"The mean of {_rated_words(counts)} is {_places(mean)}, {rule}.", mean)


def _before_rating(counts: Counts, thresholds: Thresholds) -> Verdict | None:
    """The headlines that no mean can decide: nothing there, all done, or too little heard."""
    if counts.standing == 0:
        return Verdict(Headline.NOT_RATED, "There is no activity here to rate.", None)
    if counts.complete == counts.standing:
        return Verdict(Headline.COMPLETE, _all_complete(counts), None)
    heard = share(counts.updated, counts.due)
    if heard is not None and heard < thresholds.enough_share:
        percent = percent_text(counts.updated, counts.due)
        reason = (
            f"Of the {counts.due} due, {counts.updated} ({percent}) have an update that counts: "
            f"under {_percent(thresholds.enough_share)}."
        )
        return Verdict(Headline.NOT_ENOUGH, reason, None)
    return None


def _all_complete(counts: Counts) -> str:
    cancelled = f" ({counts.cancelled} cancelled aside)" if counts.cancelled else ""
    if counts.complete == 1:
        return f"The one activity is complete{cancelled}."
    return f"All {counts.complete} activities are complete{cancelled}."


def _by_mean(mean: Decimal, thresholds: Thresholds) -> tuple[Headline, str]:
    if mean >= thresholds.green_from:
        return Headline.GREEN, f"at least {_places(thresholds.green_from)}"
    if mean >= thresholds.amber_from:
        return (
            Headline.AMBER,
            f"at least {_places(thresholds.amber_from)} and under {_places(thresholds.green_from)}",
        )
    return Headline.RED, f"under {_places(thresholds.amber_from)}"


def _too_much_red(counts: Counts, thresholds: Thresholds, wide: bool) -> bool:
    red = share(counts.red, counts.rated) or Decimal(0)
    return red > (thresholds.wide_red_share if wide else 0)


def _capped_reason(counts: Counts, thresholds: Thresholds, mean: Decimal, wide: bool) -> str:
    scope = "an objective with any" if not wide else f"a wider scope with over {_percent(thresholds.wide_red_share)}"
    verb = "is" if counts.red == 1 else "are"
    return (
        f"The mean of {_rated_words(counts)} is {_places(mean)}, "
        f"but {share_text(counts.red, counts.rated)}, {verb} off track: {scope} off track is at best at risk."
    )


def _percent(fraction: Decimal) -> str:
    return f"{(fraction * 100).normalize():f} %"


def _rated_words(counts: Counts) -> str:
    groups = (
        (counts.green, "on track"),
        (counts.complete_rated, "complete"),
        (counts.amber, "at risk"),
        (counts.red, "off track"),
    )
    return f"{counts.rated} rated ({', '.join(f'{number} {word}' for number, word in groups if number)})"


def _places(number: Decimal) -> str:
    """Two places, cut, so that 0.7499 never reads as the 0.75 that it does not reach."""
    return str(number.quantize(Decimal("0.01"), rounding=ROUND_DOWN))


def worst_member(members: Iterable[Member]) -> Member | None:
    """The member with most Red, then most Amber, no update and overdue milestones, then the first by number.

    None where no member has any of these: there is no worst among what is well.
    """
    ranked = sorted(
        members,
        key=lambda member: (
            tuple(-n for n in _trouble(member.counts)),
            _order(member.number),
        ),
    )
    return ranked[0] if ranked and any(_trouble(ranked[0].counts)) else None


def _trouble(counts: Counts) -> tuple[int, int, int, int]:
    return counts.red, counts.amber, counts.no_update, counts.overdue_milestones


def _order(number: str) -> tuple[int, ...]:
    """Numbers in their own order: 1.1.2 before 1.1.10."""
    return tuple(int(part) for part in number.split("."))
