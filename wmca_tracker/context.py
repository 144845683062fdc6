"""What every page's frame shows: the navigation with its counts, and whether the data are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.choices import UserRole
from accounts.selectors import demonstration_exists, duties_of
from aims.selectors.approvals import waiting_count
from aims.selectors.work import due_count
from funding.selectors.returns import waiting_count as returns_waiting

SERVICE_NAME = "West Midlands strategy tracker"
OPEN_TO_ALL = (("overview", "Overview"), ("reviews", "Reviews"))
OF_THE_OFFICE = (("round", "Round"), ("strategy", "Strategy"), ("people", "People"), ("keys", "Keys"))


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the navigation; `count` is None where nothing is counted."""

    label: str
    url: str
    current: bool
    count: int | None = None


def site(request: HttpRequest) -> dict[str, Any]:
    """Context of `base.html`; lazy, so that a page without the frame costs nothing. At most eight queries."""
    return {
        "service_name": SERVICE_NAME,
        "navigation": SimpleLazyObject(lambda: navigation(request, timezone.localdate())),
        "demonstration": SimpleLazyObject(demonstration_exists),
    }


def navigation(request: HttpRequest, on: date) -> list[Item]:
    """The pages for everyone, then the person's own work."""
    items = [_item(request, name, label) for name, label in OPEN_TO_ALL]
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return [*items, _item(request, "funding", "Funding"), _item(request, "places", "Places")]
    items.append(_item(request, "funding", "Funding", returns_waiting(user)))
    items.append(_item(request, "places", "Places"))
    duties = duties_of(user, on)
    if duties.holds or user.role in (UserRole.OWNER, UserRole.APPROVER):
        items.append(_item(request, "my-work", "My updates", due_count(user, on)))
    if duties.signs_off or user.role == UserRole.APPROVER:
        items.append(_item(request, "approvals", "Approvals", waiting_count(user, on)))
    if user.keeps_the_round:
        items.extend(_item(request, name, label) for name, label in OF_THE_OFFICE)
    return items


def _item(request: HttpRequest, name: str, label: str, count: int | None = None) -> Item:
    url = reverse(name)
    current = request.path == url or (url != "/" and request.path.startswith(url))
    return Item(label, url, current, count)
