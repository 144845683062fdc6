"""Closing a round for good, from the round desk."""

from __future__ import annotations

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aims.errors import AimsError
from aims.models import ReviewPeriod
from aims.selectors.periods import next_period
from aims.selectors.round import desk_of, under_way
from aims.tasks import wake_aggregation
from aims.views.requests import CONFLICT, SignedInRequest, for_the_office
from reporting.services import close_review

UNAVAILABLE = 503


@for_the_office
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: SignedInRequest) -> HttpResponse:
    """What closing the round would do; and, where the page's own round is named, closing it.

    It takes seconds. Whoever presses twice, or after a crash, is told how it stands: the service takes a closing that
    was left behind up again, and a failed one lets the round go on.
    """
    period = under_way()
    if request.method != "POST":
        return _confirm(request, period) if period else redirect("round")
    if period is None or request.POST.get("period") != period.slug:
        return _confirm(request, period, "This is not the round that is under way: look how it stands now", CONFLICT)
    try:
        closed = close_review(period=period, by=request.user, now=timezone.now())
    except AimsError as error:
        return _confirm(request, under_way(), error.message, CONFLICT)
    except DatabaseError:
        problem = "The closing did not succeed. The round goes on as before: try again in a minute"
        return _confirm(request, under_way(), problem, UNAVAILABLE)
    wake_aggregation()
    messages.success(request, f"{closed.label} is closed")
    return redirect("review", closed.slug)


def _confirm(
    request: SignedInRequest, period: ReviewPeriod | None, problem: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {"period": period, "problem": problem}
    if period:
        on = timezone.localdate()
        desk = desk_of(period, on)
        context |= {
            "desk": desk,
            "following": next_period(period),
            "has_time": [post for post in desk.posts if post.to_send and post.deadline >= on],
        }
    return render(request, "reporting/close.html", context, status=status)
