"""Where each aim stands: a strip an aim, as long as it has key activities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aims.choices import Mark
from aims.rules.wording import in_a_row
from reporting.charts.bars import Bar, bar_figure, base_line, drawn, height_of
from reporting.charts.chart import Chart
from reporting.charts.inks import mark_ink
from reporting.charts.picture import both, clipped, key, picture

NARROW = 34  # characters of an aim's title on a phone


@dataclass(frozen=True, slots=True)
class Strip:
    """One aim with how many of its key activities stand under each mark."""

    number: str
    title: str
    counts: tuple[int, ...]

    @property
    def name(self) -> str:
        """Number and title."""
        return f"{self.number} {self.title}"


@dataclass(frozen=True, slots=True)
class StripTable:
    """The aims in their order; marks that none of them has are left out."""

    marks: tuple[Mark, ...]
    strips: tuple[Strip, ...]

    def of(self, mark: Mark) -> tuple[int, ...]:
        """The counts of one mark through the aims."""
        if mark not in self.marks:
            return (0,) * len(self.strips)
        at = self.marks.index(mark)
        return tuple(strip.counts[at] for strip in self.strips)


def strip_chart(table: StripTable, csv_url: str) -> Chart:
    """The aims, at least one."""
    sentence = strip_sentence(table)
    bars = _bars(table)
    longest = max(sum(strip.counts) for strip in table.strips)
    return Chart(
        id="strips",
        title="Status by aim",
        sentence=sentence,
        svg=picture(
            of="strips",
            title="Key activities by status in each aim",
            sentence=sentence,
            height=height_of(bars),
            parts=drawn(bars, table.marks, longest),
        )
        + key(map(mark_ink, table.marks), always=True),
        figure=bar_figure(bars, table.marks),
        csv_url=csv_url,
        headers=("Aim", *(mark.label for mark in table.marks), "Key activities"),
        rows=tuple((strip.name, *strip.counts, sum(strip.counts)) for strip in table.strips),
    )


def strip_sentence(table: StripTable) -> str:
    """Where most is off track, else at risk."""
    whole = sum(sum(strip.counts) for strip in table.strips)
    red, amber = table.of(Mark.RED), table.of(Mark.AMBER)
    if any(red):
        return f"{_told(sum(red), whole)} off track{_where(table.strips, red)}."
    if any(amber):
        return f"Nothing is off track; {_told(sum(amber), whole)} at risk{_where(table.strips, amber)}."
    return "Nothing is off track or at risk in any aim."


def _told(count: int, whole: int) -> str:
    activities = "key activity" if whole == 1 else "key activities"
    return f"{count} of {whole} {activities} {'is' if count == 1 else 'are'}"


def _where(strips: Sequence[Strip], counts: Sequence[int]) -> str:
    most = max(counts)
    first = [strip for strip, count in zip(strips, counts, strict=True) if count == most]
    if most == sum(counts):
        return f", {'all ' if most > 1 else ''}in aim {first[0].number}"
    if len(first) > 1:
        return f"; aims {in_a_row([strip.number for strip in first])} have the most, {most} each"
    return f"; aim {first[0].number} has the most, {most} of its {sum(first[0].counts)}"


def _bars(table: StripTable) -> list[Bar]:
    return [
        Bar(
            f"Aim {strip.number}",
            both(strip.name, clipped(strip.name, NARROW), at=0, top=base_line(at)),
            strip.counts,
        )
        for at, strip in enumerate(table.strips)
    ]
