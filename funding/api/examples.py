"""Examples of the API's answers about money, as its documentation shows them."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

STREAM = OpenApiExample(
    "stream",
    value={
        "code": "A",
        "name": "City Region Sustainable Transport Settlement",
        "award": "1050000000.00",
        "over_programming": "0.00",
        "allocated": "940500000.00",
        "unallocated": "109500000.00",
        "currency": "GBP",
        "source_note": "",
        "data_note": "Printed as leveraged 2017-2021: what was secured, not what is allocated or spent.",
        "funder": None,
        "spend_kind": None,
        "starts_year": None,
        "ends_year": None,
        "url": "https://tracker.example/api/v1/funding-streams/A/",
    },
)
ALLOCATION = OpenApiExample(
    "allocation",
    value={
        "id": 12,
        "stream": "A",
        "activity": "1.1.1",
        "objective": None,
        "amount": "26000000.00",
        "currency": "GBP",
        "allocated_at": "2026-09-14T10:30:00+01:00",
        "url": "https://tracker.example/api/v1/allocations/12/",
    },
)
FUNDING_RETURN = OpenApiExample(
    "funding return",
    value={
        "id": 40,
        "stream": "A",
        "month": "2026-09-01",
        "revision": 1,
        "stage": "approved",
        "reported_by": None,
        "committed": "310000000.00",
        "spend_to_date": "268000000.00",
        "budget_this_year": "120000000.00",
        "forecast_outturn": "124500000.00",
        "re_profiled": None,
        "currency": "GBP",
        "rating": "amber",
        "note": "Two schemes wait for their consents.",
        "warning_reason": "",
        "return_note": None,
        "submitted_at": "2026-10-05T11:20:00+01:00",
        "approved_at": "2026-10-08T16:05:00+01:00",
        "url": "https://tracker.example/api/v1/funding-returns/40/",
    },
)
RETURN_BODY = OpenApiExample(
    "return to send",
    request_only=True,
    value={
        "stream": "A",
        "month": "2026-09-01",
        "committed": "310000000.00",
        "spend_to_date": "268000000.00",
        "budget_this_year": "120000000.00",
        "forecast_outturn": "124500000.00",
        "rating": "amber",
        "note": "Two schemes wait for their consents.",
    },
)
