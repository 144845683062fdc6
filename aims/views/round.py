"""The round desk: how far the round has come, and who has not answered yet."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from aims.forms.round import RoundFilter
from aims.models import ReviewPeriod
from aims.selectors.quality import quality_of
from aims.selectors.round import desk_of, last_closed, next_to_open, under_way
from aims.views.requests import SignedInRequest, for_the_office

NO_CONTENT = 204


@for_the_office
@require_safe
def desk(request: SignedInRequest) -> HttpResponse:
    """The round under way, else the one to open next.

    The page asks again for its live part by htmx, naming the state that it shows: while nothing has changed the answer
    is empty.
    """
    on = timezone.localdate()
    period = under_way()
    if period is None:
        return render(request, "aims/round_none.html", {"scheduled": next_to_open(), "closed": last_closed()})
    live = _live(request, period)
    if request.htmx:
        return _as_changed(request, live)
    signals = quality_of(period, on)
    quiet = [each.signal.label for each in signals if not each.doubts]
    context = {"period": period, "live": live, "signals": signals, "quiet_signals": quiet}
    return render(request, "aims/round.html", context)


def _live(request: SignedInRequest, period: ReviewPeriod) -> dict[str, Any]:
    """What changes while the round goes on; `stamp` names its state, whatever the time."""
    now = timezone.now()
    found = desk_of(period, timezone.localdate(now))
    narrowed = RoundFilter(request.GET, desk=found)
    context = {"desk": found, "filter": narrowed, "rows": narrowed.rows(), "on": timezone.localdate(now)}
    shown = render_to_string("aims/_round_live.html", context, request)
    return context | {"now": now, "stamp": hashlib.sha256(shown.encode()).hexdigest()[:16], "shown": shown}


def _as_changed(request: SignedInRequest, live: dict[str, Any]) -> HttpResponse:
    if request.GET.get("stamp") == live["stamp"]:
        return HttpResponse(status=NO_CONTENT)
    return render(request, "aims/_round_changed.html", {"live": live})
