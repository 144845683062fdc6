"""One example of each answer about sealed reviews, for the documentation. The figures are invented, the hashes true."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import OpenApiExample

from reporting.rules.seal import LineOfSeal, first_row, line_hashes, row_of, seal_of

SITE: Final = "https://tracker.example"
ADDRESS: Final = f"{SITE}/api/v1/reviews/2026-27-h1"
PUBLIC: Final = '{"number":"1","title":"Homes for everyone"}'  # far shorter than a real one
HASHES: Final = line_hashes(PUBLIC, "{}", "0" * 64)
OF_SEAL: Final = LineOfSeal("aim", "1", HASHES.line)
SEALED: Final = seal_of(None, [OF_SEAL])
COUNTS: Final = {
    "activities": 112,
    "due": 48,
    "updated": 44,
    "not_started": 3,
    "in_progress": 45,
    "complete": 64,
    "complete_rated": 60,
    "deferred": 0,
    "cancelled": 0,
    "never_reported": 0,
    "green": 18,
    "amber": 17,
    "red": 6,
    "unrated": 0,
    "no_update": 4,
    "no_update_rated": 4,
    "forecast_green": 22,
    "forecast_amber": 15,
    "forecast_red": 4,
    "overdue_milestones": 9,
    "rated": 101,
}
SUMS: Final[dict[str, Any]] = {
    "headline": "amber",
    "headline_reason": "The mean of 101 rated is 0.85, but more than a tenth of them is off track.",
    "score": "0.8564",
    "sentence": "Of 112 key activities, 64 are complete, 45 in progress and 3 not started. "
    "Of the 45 in progress, 18 are on track, 17 at risk, 6 off track and 4 have no update.",
    "direction": "same",
    "improved": 9,
    "unchanged": 88,
    "worsened": 6,
    "newly_complete": 4,
    "worst": "1.1.1",
    "allocated": "4100000000.00",
    "behind_red": "126000000.00",
    "behind_amber": "381500000.00",
    "rating_not_known": "12000000.00",
    "not_traced": "14000000.00",
    "currency": "GBP",
    "counts": COUNTS,
}
ERRATUM: Final = {
    "number": 1,
    "kind": "aim",
    "key": "1",
    "field": "sums.counts.red",
    "printed": "3",
    "correct": "2",
    "explanation": "An activity was counted twice.",
    "at": "2027-01-12T10:00:00Z",
}
REVIEW: Final = OpenApiExample(
    "review",
    value={
        "reference": "2026-27-h1:1",
        "period": "2026-27-h1",
        "name": "2026/27 H1",
        "number": 1,
        "stage": "published",
        "as_at": "2026-09-30",
        "sealed_at": "2026-11-09T16:00:00Z",
        "agreed_on": "2026-11-20",
        "minute_reference": "WMCA Board, 20 November 2026, minute 12",
        "resolution": "That the position be noted.",
        "published_at": "2026-11-23T09:00:00Z",
        "seal": SEALED,
        "previous_seal": None,
        "line_count": 1,
        "supersedes": None,
        "sums": SUMS,
        "errata": [ERRATUM],
        "files": [
            {
                "name": "wmca-review-2026-27-h1.pdf",
                "format": "pdf",
                "audience": "public",
                "size": 812345,
                "sha256": "f" * 64,
                "url": f"{SITE}/reviews/2026-27-h1/files/{SEALED}-1/wmca-review-2026-27-h1.pdf",
            }
        ],
        "download": f"{ADDRESS}/download/",
        "page": f"{SITE}/reviews/2026-27-h1/",
        "pack": f"{SITE}/reviews/2026-27-h1/pack/",
        "lines": f"{ADDRESS}/lines/",
        "manifest": f"{ADDRESS}/seal.txt",
        "url": f"{ADDRESS}/",
    },
)
LINE: Final = OpenApiExample(
    "line of a review",
    value={
        "position": 1,
        "kind": "aim",
        "key": "1",
        "public": {"number": "1", "title": "Homes for everyone"},
        "exempt": None,
        "errata": [ERRATUM],
        "proof": {
            "public_text": PUBLIC,
            "exempt_text": None,
            "salt": None,
            "public_hash": HASHES.public,
            "exempt_hash": HASHES.exempt,
            "hash": HASHES.line,
            "row": row_of(OF_SEAL),
            "manifest": f"{ADDRESS}/seal.txt",
            "seal": SEALED,
        },
        "url": f"{ADDRESS}/lines/aim/1/",
    },
)
SEAL: Final = OpenApiExample(
    "seal of a review",
    value={
        "review": "2026-27-h1:1",
        "algorithm": "SHA-256",
        "seal": SEALED,
        "previous_seal": None,
        "line_count": 1,
        "text": f"{first_row(None)}\n{row_of(OF_SEAL)}\n",
    },
)
