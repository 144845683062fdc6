"""The position of a scope in words, whole or in pieces that a page can mark up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aims.choices import Mark
from reporting.rules.counts import Counts

Group = tuple[int, str, Mark | None, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the sentence, spaces included; `mark` is set where the run counts that mark.

    `of` names what its first number counts, as `Counts` names it; empty where it has none.
    """

    text: str
    mark: Mark | None = None
    of: str = ""


def position_sentence(counts: Counts) -> str:
    """The position in words: by state, then the ratings of those in progress; groups of none are left out."""
    return "".join(piece.text for piece in position_pieces(counts))


def position_pieces(counts: Counts) -> tuple[Piece, ...]:
    """The same sentence in pieces, in order."""
    return tuple(_pieces(counts))


def _pieces(counts: Counts) -> Iterator[Piece]:
    if counts.activities == 0:
        yield Piece("There are no key activities here.")
        return
    yield from _states(counts)
    if counts.in_progress:
        yield Piece(" ")
        yield from _ratings(counts)
    silent = counts.no_update
    if silent not in (counts.in_progress_no_update, counts.never_reported):
        has = "has" if silent == 1 else "have"
        yield Piece(f" In all, {silent} of the {counts.due} due {has} no update.", of="no_update")


def _states(counts: Counts) -> Iterator[Piece]:
    groups = _present(
        (counts.complete, "complete", Mark.COMPLETE, "complete"),
        (counts.in_progress, "in progress", None, "in_progress"),
        (counts.not_started, "not started", Mark.NOT_STARTED, "not_started"),
        (counts.deferred, "deferred", Mark.DEFERRED, "deferred"),
        (counts.cancelled, "cancelled", Mark.CANCELLED, "cancelled"),
        (counts.never_reported, "yet to be reported", Mark.NO_UPDATE, "never_reported"),
    )
    if len(groups) > 1:
        verb = "is" if groups[0][0] == 1 else "are"
        yield Piece(f"Of {counts.activities} key activities, ", of="activities")
        yield from _listed(groups, " and ", verb)
    else:
        yield Piece(_all_alike(counts), of="activities")
        yield Piece(groups[0][1], groups[0][2])
    yield Piece(".")


def _all_alike(counts: Counts) -> str:
    if counts.activities == 1:
        return "The one key activity is "
    return f"All {counts.activities} key activities are "


def _ratings(counts: Counts) -> Iterator[Piece]:
    silent = counts.in_progress_no_update
    groups = _present(
        (counts.green, "on track", Mark.GREEN, "green"),
        (counts.amber, "at risk", Mark.AMBER, "amber"),
        (counts.red, "off track", Mark.RED, "red"),
        (counts.unrated, "not rated", Mark.UNRATED, "unrated"),
        (silent, _silence(counts), Mark.NO_UPDATE, "in_progress_no_update"),
    )
    if len(groups) > 1:
        yield Piece(f"Of the {counts.in_progress}: ", of="in_progress")
        yield from _listed(groups, ", ", "")
    else:
        yield Piece(_alike_in_progress(counts), of="in_progress")
        yield Piece(groups[0][1], groups[0][2])
    yield Piece(".")


def _silence(counts: Counts) -> str:
    return "without an update" if counts.in_progress_no_update == counts.in_progress else "with no update"


def _alike_in_progress(counts: Counts) -> str:
    """The start of a sentence about those in progress where all of them are alike."""
    if counts.activities == 1:
        return "It is "
    if counts.in_progress == 1:
        return "The one in progress is "
    return f"All {counts.in_progress} in progress are "


def _present(*groups: Group) -> list[Group]:
    return [group for group in groups if group[0]]


def _listed(groups: Sequence[Group], last: str, verb: str) -> Iterator[Piece]:
    """The groups as a list, the verb after the first number, `last` before the last group."""
    for place, (number, words, mark, of) in enumerate(groups):
        if place:
            yield Piece(last if place == len(groups) - 1 else ", ")
        yield Piece(
            f"{number} {verb} {words}" if verb and place == 0 else f"{number} {words}",
            mark,
            of,
        )
