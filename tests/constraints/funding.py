"""Attempts on funding streams."""

from decimal import Decimal

from funding.models import FundingStream
from tests.constraints.attempts import change, copy
from tests.factories import make_strategy


def make_stream() -> FundingStream:
    stream: FundingStream = FundingStream.objects.create(
        strategy=make_strategy(), code="A", name="Growth deal", award=Decimal(1)
    )
    return stream


ATTEMPTS = [
    copy("stream_code_unique_in_strategy", make_stream),
    *[change("stream_code_well_formed", make_stream, code=code) for code in ("''", "'a'", "'1'", "'A1'", "' B'")],
    change("award_not_negative", make_stream, award="-0.01"),
    change("award_not_negative", make_stream, award="'NaN'"),
    change("stream_spend_kind_known", make_stream, spend_kind="'gold'"),
    change("stream_years_in_order", make_stream, starts_year="2018", ends_year="2017"),
]
