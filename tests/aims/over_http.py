"""The round asked over HTTP as its users do: signed in, with an update's answers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from django.test import Client

from accounts.models import User
from aims.models import KeyActivity, ProgressUpdate, ReviewPeriod
from tests.factories import IN_ROUND, make_approved, make_period


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def answers(**changed: Any) -> dict[str, Any]:
    given = {
        "version": "0",
        "standing": "green",
        "forecast": "green",
        "narrative": "Three of five pilots are live.",
        "as_at": "30 September 2026",
        "step": "send",
    }
    return given | changed


def make_earlier(activity: KeyActivity, **changed: Any) -> ProgressUpdate:
    """An update approved in the half-year before, which then closed."""
    ReviewPeriod.objects.update(state="scheduled")
    earlier = make_period(date(2026, 3, 31))
    given: dict[str, Any] = {
        "rag": "amber",
        "forecast_rag": "green",
        "narrative": "Earlier words.",
        "cause": "partner",
        "impact": "Grid connection is late.",
        "action": "A meeting",
        "action_owner": "Director",
        "action_by": date(2026, 12, 1),
        "return_to_green": date(2026, 12, 31),
    }
    update = make_approved(activity, now=datetime(2026, 4, 10, 9, tzinfo=UTC), **given | changed)
    ReviewPeriod.objects.filter(pk=earlier.pk).update(state="closed", closed_at=IN_ROUND)
    ReviewPeriod.objects.exclude(pk=earlier.pk).update(state="open")
    return update


def without_token(content: bytes) -> bytes:
    """A page without the one thing that differs in every answer."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", content)
