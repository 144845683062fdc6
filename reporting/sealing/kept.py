"""What a round that was opened again keeps as it was sealed before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby

from aims.models import KeyActivity, ReviewPeriod
from reporting.choices import LineKind
from reporting.lines import Line, read_line
from reporting.models import Review, SealedLine
from reporting.sealing.telling import in_chunks

KEPT = (
    LineKind.ACTIVITY,
    LineKind.MILESTONE,
    LineKind.ALLOCATION,
    LineKind.DATE_MOVE,
    LineKind.CHANGE,
    LineKind.ACTION,
)


def kept_as_sealed(period: ReviewPeriod, lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, all but those of the activities named by the reopening as the review before has them.

    Sums are new, since those activities count in them; what was recorded since of anything else is not told. One query
    a chunk, none of a round that was never opened again.
    """
    before = Review.objects.filter(period=period).order_by("-number").first()
    if before is None:
        yield from lines
        return
    reopened = KeyActivity.objects.filter(strategy=period.strategy_id).asked_in(period)
    named = frozenset(reopened.values_list("number", flat=True))
    for kind, same in groupby(lines, key=lambda line: line.kind):
        for chunk in in_chunks(same):
            yield from _kept(before, kind, chunk, named) if kind in KEPT else chunk


def _kept(before: Review, kind: LineKind, chunk: Sequence[Line], named: Collection[str]) -> Iterator[Line]:
    sealed = SealedLine.objects.filter(review=before, kind=kind, key__in=[line.key for line in chunk])
    texts = {key: texts for key, *texts in sealed.values_list("key", "public", "exempt")}
    for line in chunk:
        if kind == LineKind.ACTIVITY and line.key in named:
            yield line
        elif line.key in texts:
            yield read_line(kind, line.key, *texts[line.key])
