"""A file's figures beside those that stand: what differs, and what in it is unusual."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal

from funding.rules.returns import Around, Figures, warnings_of


@dataclass(frozen=True, slots=True)
class Said:
    """What a return says of a stream's month: its sums and its note."""

    figures: Figures = field(default_factory=Figures)
    note: str = ""


def laid_over(said: Said, standing: Said, fields: Collection[str]) -> Said:
    """What a file says where its layout has a column for it, and what stands for the rest."""
    amounts = {name: value for name, value in asdict(said.figures).items() if name in fields}
    return Said(replace(standing.figures, **amounts), said.note if "note" in fields else standing.note)


def unusual_in(
    told: Mapping[date, Said], standing: Mapping[date, Said], award: Decimal
) -> Iterator[tuple[date, tuple[str, ...]]]:
    """Of each told month of a stream what needs a reason; it is compared with the months as they would then stand."""
    spent = {month: said.figures.spend_to_date for month, said in {**standing, **told}.items()}
    months = sorted(month for month, amount in spent.items() if amount is not None)
    places = {month: place for place, month in enumerate(months)}
    for month, said in told.items():
        place = places.get(month)
        around = Around() if place is None else Around(*_beside(months, place, spent))
        yield month, warnings_of(said.figures, award, around)


def _beside(
    months: list[date], place: int, spent: Mapping[date, Decimal | None]
) -> tuple[Decimal | None, Decimal | None]:
    before = spent[months[place - 1]] if place else None
    after = spent[months[place + 1]] if place + 1 < len(months) else None
    return before, after
