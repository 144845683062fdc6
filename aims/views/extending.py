"""More time for one post."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aims.errors import AimsError
from aims.forms.round import ExtensionForm
from aims.rules.wording import long_date
from aims.selectors.periods import open_round
from aims.selectors.round import Desk, desk_of
from aims.services.periods import extend_deadline
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, for_the_office


@for_the_office
@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: SignedInRequest) -> HttpResponse:
    """A later deadline for one post in the open round, with its reason; and those granted so far."""
    period = open_round()
    if period is None:
        messages.info(request, "No round is open now, so there is no deadline to extend")
        return redirect("round")
    desk = desk_of(period, timezone.localdate())
    if request.method != "POST":
        form = ExtensionForm(period=period, posts=desk.posts, initial={"owner": request.GET.get("owner", "")})
        return _page(request, desk, form)
    form = ExtensionForm(request.POST, period=period, posts=desk.posts)
    if not form.is_valid():
        return _page(request, desk, form, UNPROCESSABLE)
    answers = dict(form.cleaned_data)
    owner = {post.owner.slug: post.owner for post in desk.posts}[answers.pop("owner")]
    try:
        extend_deadline(period=period, owner=owner, by=request.user, now=timezone.now(), **answers)
    except AimsError as error:
        form.add_error("until", error.message)
        return _page(request, desk, form, CONFLICT)
    messages.success(request, f"{owner} has time until {long_date(answers['until'])}")
    return redirect("round")


def _page(request: SignedInRequest, desk: Desk, form: ExtensionForm, status: int = 200) -> HttpResponse:
    return render(request, "aims/round_extend.html", {"desk": desk, "form": form}, status=status)
