"""One example of each answer, for the documentation. The strategy's wording is real, the progress invented."""

from __future__ import annotations

from typing import Final

from drf_spectacular.utils import OpenApiExample

ADDRESS: Final = "https://tracker.example/api/v1"

AIM = OpenApiExample(
    "aim",
    value={
        "number": "1",
        "title": "Promote inclusive economic growth in every corner of the region",
        "statement": "To promote inclusive economic growth in every corner of the region and stimulate the creation "
        "of good jobs",
        "added_on": None,
        "retired_on": None,
        "url": f"{ADDRESS}/aims/1/",
    },
)
OBJECTIVE = OpenApiExample(
    "objective",
    value={
        "number": "1.1",
        "statement": "We will drive growth by developing regional strategies and plans focussed on priority clusters, "
        "boosting innovation, and securing investment",
        "aim": "1",
        "added_on": None,
        "retired_on": None,
        "url": f"{ADDRESS}/objectives/1.1/",
    },
)
ACTIVITY = OpenApiExample(
    "activity",
    value={
        "number": "1.1.1",
        "description": "Provide support to the new Economic Growth Board, assisting in the development and "
        "implementation of regional plans and interventions to accelerate local inclusive economic growth",
        "objective": "1.1",
        "role": "enable",
        "kind": "continuing",
        "owner": "head-of-economic-policy",
        "is_proposed": True,
        "contributors": ["economic-growth-board"],
        "places": [],
        "added_on": None,
        "retired_on": None,
        "url": f"{ADDRESS}/activities/1.1.1/",
    },
)
PERIOD = OpenApiExample(
    "period",
    value={
        "slug": "2026-27-h1",
        "label": "2026/27 H1",
        "starts": "2026-04-01",
        "ends": "2026-09-30",
        "submission_opens": "2026-10-01",
        "submission_closes": "2026-11-04",
        "state": "closed",
        "closed_at": "2026-11-10T09:30:00Z",
        "url": f"{ADDRESS}/periods/2026-27-h1/",
    },
)
UPDATE = OpenApiExample(
    "update",
    value={
        "id": 314,
        "activity": "1.1.1",
        "period": "2026-27-h1",
        "owner": "head-of-economic-policy",
        "stage": "approved",
        "version": 3,
        "reported_by": None,
        "return_note": "",
        "return_notes": {},
        "as_at": "2026-09-30",
        "role": "enable",
        "kind": "continuing",
        "state": "in_progress",
        "rag": "amber",
        "forecast_rag": "green",
        "suggested_rag": "amber",
        "suggestion_reason": "A milestone is overdue",
        "override_reason": "",
        "narrative": "Three of the four cluster plans were adopted; the fourth waits for its consultation.",
        "cause": "partner",
        "cause_detail": "",
        "impact": "The fourth plan comes a quarter later than promised.",
        "action": "The consultation was shortened with the partners' consent.",
        "action_owner": "Head of Economic Policy",
        "action_by": "2026-11-30",
        "return_to_green": "2026-12-31",
        "ask": "",
        "evidence": None,
        "decision_by": "",
        "decision_on": None,
        "decision_reference": "",
        "deferred_until": None,
        "start_reason": "",
        "forecast_end": None,
        "is_no_change": False,
        "exempt_narrative": None,
        "exempt_paragraph": None,
        "submitted_at": "2026-10-12T14:05:00Z",
        "approved_at": "2026-10-19T08:40:00Z",
        "url": f"{ADDRESS}/updates/314/",
    },
)
DATE_CHANGE = OpenApiExample(
    "request for a new date",
    value={
        "id": 41,
        "activity": "1.1.1",
        "field": "milestone",
        "milestone": 2,
        "previous_date": "2026-12-31",
        "proposed_date": "2027-03-31",
        "reason": "Consent came three months later than planned.",
        "effect": "The next milestone keeps its date.",
        "decision": "requested",
        "reported_by": "birmingham-city-council",
        "requested_at": "2026-10-12T14:05:00Z",
        "decided_at": None,
        "url": f"{ADDRESS}/date-changes/41/",
    },
)
UPDATE_BODY = OpenApiExample(
    "update to write",
    request_only=True,
    value={
        "activity": "1.1.1",
        "stage": "submitted",
        "state": "in_progress",
        "rag": "amber",
        "forecast_rag": "green",
        "narrative": "Tenders are back; the preferred bidder is named in October.",
        "cause": "supply",
        "impact": "Work begins two months later than planned.",
        "action": "The contract is split, so that the survey starts at once.",
        "action_owner": "Head of Capital Programmes",
        "action_by": "2026-12-15",
        "return_to_green": "2027-01-31",
    },
)
DATE_CHANGE_BODY = OpenApiExample(
    "date change to ask for",
    request_only=True,
    value={
        "activity": "1.1.1",
        "field": "milestone",
        "milestone": 2,
        "proposed_date": "2027-03-31",
        "reason": "The contractor's survey found a culvert under the site.",
        "effect": "The opening moves by one quarter; the cost does not change.",
    },
)
