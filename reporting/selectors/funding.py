"""Where the money comes from, as the strategy prints it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from accounts.querysets import Asker
from funding.models import FundingStream
from funding.rules import in_billions, in_millions

SENTENCE = re.compile(r"(?<=\.)\s+")


@dataclass(frozen=True, slots=True)
class FundingTotal:
    """The awards of all streams; `award` in pounds, None where there is no stream."""

    award: Decimal | None
    streams: int

    @property
    def sentence(self) -> str:
        """ "£4,733m in 20 streams (£4.7bn)"; empty where there is no stream."""
        if self.award is None:
            return ""
        streams = "1 stream" if self.streams == 1 else f"{self.streams} streams"
        return f"£{in_millions(self.award, places=0)}m in {streams} (£{in_billions(self.award)}bn)"

    @property
    def in_millions(self) -> str:
        """The award in £m to one decimal; a dash where there is no stream."""
        return "–" if self.award is None else in_millions(self.award)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRow:
    """One stream; `award` in £m to one decimal, notes as printed."""

    code: str
    name: str
    url: str
    award: str
    source_note: str
    data_note: str
    funder: str
    spend_kind: str
    years: str


def funding_total(user: Asker) -> FundingTotal:
    """The sum and number of the streams; one query."""
    found = FundingStream.objects.visible_to(user).aggregate(award=Sum("award"), streams=Count("pk"))
    return FundingTotal(found["award"], found["streams"])


def stream_rows(user: Asker) -> list[StreamRow]:
    """Every stream in the order of its code; one query."""
    streams = FundingStream.objects.visible_to(user).select_related("funder").order_by("code")
    return [stream_row(stream) for stream in streams]


def shared_note(streams: Sequence[StreamRow]) -> str:
    """The opening sentence that every stream's data note shares, to be said once; empty where there is none."""
    openings = {SENTENCE.split(stream.data_note, maxsplit=1)[0] for stream in streams}
    return openings.pop() if len(openings) == 1 else ""


def stream_row(stream: FundingStream) -> StreamRow:
    """One stream in words; what nobody knows stays empty."""
    return StreamRow(
        code=stream.code,
        name=stream.name,
        url=stream.get_absolute_url(),
        award=in_millions(stream.award),
        source_note=stream.source_note,
        data_note=stream.data_note,
        funder=stream.funder.name if stream.funder else "",
        spend_kind=stream.get_spend_kind_display() or "" if stream.spend_kind else "",
        years=_years(stream.starts_year, stream.ends_year),
    )


def _years(first: int | None, last: int | None) -> str:
    known = [str(year) for year in (first, last) if year is not None]
    return " to ".join(dict.fromkeys(known))
