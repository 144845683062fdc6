"""What the pages of imports show: how far one is, and what it would change, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Page, Paginator

from funding.choices import ImportState
from funding.models import FundingImport, FundingImportRow, FundingReturn
from funding.models.returns import AMOUNTS
from funding.rules.imports import Said, laid_over
from funding.rules.returns import NAMES
from funding.services.comparing import said_in
from funding.services.progress import noted_progress

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of a month as it stands and as the file has it; `words` say how far they lie apart."""

    label: str
    before: str
    after: str
    words: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What one row of the file changes of its stream's month."""

    line: FundingImportRow
    is_first: bool
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A page of what a file changes; `changed` and `unusual` count the months of all pages."""

    page: Page[FundingImportRow]
    planned: tuple[Planned, ...]
    changed: int
    unusual: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How many rows a worker has done; `total` is None until that is known."""

    done: int
    total: int | None


def progress_of(imported: FundingImport) -> Progress:
    """How far a worker is; one query at most."""
    if imported.state == ImportState.READING:
        return Progress(imported.rows_done, imported.rows)
    of = imported.returns if imported.state == ImportState.UNDOING else imported.lines
    total = of.count()
    return Progress(min(noted_progress(imported.pk), total), total)


def preview_of(imported: FundingImport, page: str | None) -> Preview:
    """A page of what a file changes, beside what stands now; a fixed number of queries."""
    lines = imported.lines.select_related("stream").order_by("stream__code", "month")
    shown = Paginator(lines, ON_A_PAGE).get_page(page)
    found = list(shown.object_list)
    counting = {
        (said.stream_id, said.month): said
        for said in FundingReturn.objects.filter(stream__in={line.stream_id for line in found}).counting()
    }
    fields = imported.layout.columns if imported.layout else {}
    planned = tuple(_planned(line, counting.get((line.stream_id, line.month)), fields) for line in found)
    return Preview(shown, planned, shown.paginator.count, lines.exclude(unusual="").count())


def _planned(line: FundingImportRow, standing: FundingReturn | None, fields: dict[str, str]) -> Planned:
    before = said_in(standing)
    after = laid_over(said_in(line), before, fields)
    return Planned(line, standing is None, tuple(_differences(before, after)))


def _differences(before: Said, after: Said) -> list[Difference]:
    sums = [(name, getattr(before.figures, name), getattr(after.figures, name)) for name in AMOUNTS]
    found = [
        Difference(NAMES[name].capitalize(), _pounds(old), _pounds(new), _apart(old, new))
        for name, old, new in sums
        if old != new
    ]
    if before.note != after.note:
        found.append(Difference("Note", before.note, after.note, ""))
    return found


def _pounds(amount: Decimal | None) -> str:
    return "" if amount is None else f"£{amount:,.2f}"


def _apart(old: Decimal | None, new: Decimal | None) -> str:
    """In words, never by a bare sign."""
    if old is None or new is None:
        return "not known before" if old is None else "not known now"
    return f"{_pounds(abs(new - old))} {'more' if new > old else 'less'}"
