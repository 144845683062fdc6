"""What the pages of the round share: who asks, for which activity, and that no cache keeps the answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from aims.models import KeyActivity

SIGNED_OUT = 401
CONFLICT = 409
UNPROCESSABLE = 422

# What a person is writing or deciding is kept by their own browser alone, and asked for again each time.
for_the_person_alone = cache_control(private=True, no_cache=True)


View = TypeVar("View", bound=Callable[..., HttpResponse])


class SignedInRequest(HttpRequest):
    """A request behind `login_required`."""

    user: User
    htmx: HtmxDetails


def signed_in(view: View) -> View:
    """Asks for sign-in; htmx is told by a status of its own, or it would put the sign-in page into the card."""
    asking = login_required(view)

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if getattr(request, "htmx", False) and not request.user.is_authenticated:
            return HttpResponse(status=SIGNED_OUT)
        return asking(request, *args, **kwargs)

    return cast(View, answered)


def for_those_who(permission: str) -> Callable[[View], View]:
    """A page behind a permission: asks for sign-in, and to everybody else answers as if it did not exist."""

    def decorated(view: View) -> View:
        @wraps(view)
        def answered(request: SignedInRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise Http404
            return view(request, *args, **kwargs)

        return cast(View, for_the_person_alone(signed_in(answered)))

    return decorated


for_the_office = for_those_who("aims.run_the_round")
for_people_keepers = for_those_who("aims.keep_people")
for_strategy_keepers = for_those_who("aims.keep_the_strategy")


def activity_for(request: SignedInRequest, number: str, permission: str) -> KeyActivity:
    """The activity, if the person has the permission for it; else it answers like one that does not exist."""
    rows = KeyActivity.objects.visible_to(request.user).select_related("strategy", "owner")
    activity: KeyActivity = get_object_or_404(rows, number=number)
    if not request.user.has_perm(permission, activity):
        raise Http404
    return activity


def activity_to_write(request: SignedInRequest, number: str) -> KeyActivity:
    """The activity, if the person may write its update."""
    return activity_for(request, number, "aims.write_update")


def activity_to_keep(request: SignedInRequest, number: str) -> KeyActivity:
    """The activity, if the person keeps its dates and evidence."""
    return activity_for(request, number, "aims.keep_dates")
