"""Asking for what is missing."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aims.errors import AimsError
from aims.forms.round import ChaseForm
from aims.models import ReviewPeriod
from aims.rules.wording import long_date
from aims.selectors.periods import open_round
from aims.selectors.round import Post, desk_of
from aims.services.chasing import chase as ask_for_updates
from aims.tasks import wake_mail
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, for_the_office

WORDS = """Your updates for {label} are due by {closes}. We still wait for those listed below.

Please send them from the links, or tell us today what keeps you. Where nothing has changed since last time, one \
click is enough."""


@for_the_office
@require_http_methods(["GET", "HEAD", "POST"])
def chase(request: SignedInRequest) -> HttpResponse:
    """One message to the chosen posts, with a preview of who gets it; where none is chosen, to all that are behind."""
    period = open_round()
    if period is None:
        messages.info(request, "No round is open now, so there is nothing to ask for")
        return redirect("round")
    posts = desk_of(period, timezone.localdate()).posts
    if request.method != "POST":
        initial = {"owner": _chosen(request, posts), "message": _words(period)}
        return _preview(request, posts, ChaseForm(posts=posts, period=period, initial=initial))
    form = ChaseForm(request.POST, posts=posts, period=period)
    if not form.is_valid():
        return _preview(request, posts, form, UNPROCESSABLE)
    return _ask(request, posts, form)


def _ask(request: SignedInRequest, posts: Collection[Post], form: ChaseForm) -> HttpResponse:
    owners = [post.owner for post in posts if post.owner.slug in form.cleaned_data["owner"]]
    message = form.cleaned_data["message"]
    try:
        told = ask_for_updates(owners=owners, message=message, by=request.user, now=timezone.now())
    except AimsError as error:
        form.add_error(None, error.message)
        return _preview(request, posts, form, CONFLICT)
    if told:
        wake_mail()
        messages.success(request, f"{told} {'person is' if told == 1 else 'people are'} asked for their updates")
    else:
        messages.info(request, "Nobody new was asked: the holders were sent these words today, or the posts have none")
    return redirect("round")


def _chosen(request: SignedInRequest, posts: Collection[Post]) -> list[str]:
    """The posts that the desk's form named, else all."""
    return request.GET.getlist("owner") or [post.owner.slug for post in posts if post.to_send and post.people]


def _words(period: ReviewPeriod) -> str:
    return WORDS.format(label=period.label, closes=long_date(period.submission_closes))


def _preview(request: SignedInRequest, posts: Collection[Post], form: ChaseForm, status: int = 200) -> HttpResponse:
    ticked = form["owner"].value() or []
    rows = [(post, post.owner.slug in ticked) for post in posts if post.to_send]
    context = {"period": form.period, "rows": rows, "form": form}
    return render(request, "aims/round_chase.html", context, status=status)
