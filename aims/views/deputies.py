"""A person's own posts, and who deputises for them."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Holding, Owner
from aims.errors import AimsError
from aims.forms.posts import DelegateForm
from aims.selectors.deputies import deputies_of
from aims.selectors.keys import own_keys
from aims.selectors.people import has_second_factor
from aims.services.deputies import delegate, withdraw_deputy
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, for_the_person_alone


@for_the_person_alone
@login_required
@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    """Who the person is here: their posts, the keys that ask in their name, and how they sign in."""
    on = timezone.localdate()
    context = {
        "deputies": deputies_of(request.user, on),
        "keys": own_keys(request.user, on),
        "has_second_factor": has_second_factor(request.user),
        "has_password": request.user.has_usable_password(),
    }
    return render(request, "aims/account.html", context)


@for_the_person_alone
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def deputies(request: SignedInRequest) -> HttpResponse:
    """Who deputises for the person and for whom they do; names a deputy for one of their posts."""
    on = timezone.localdate()
    if request.method != "POST":
        return _page(request, on)
    post = _own_post(request, on)
    form = DelegateForm(request.POST, post=post, asker=request.user, on=on)
    if not form.is_valid():
        return _page(request, on, form, post, UNPROCESSABLE)
    try:
        given = delegate(post=post, **form.cleaned_data, by=request.user, now=timezone.now())
    except AimsError as error:
        form.add_error(None, error.message)
        return _page(request, on, form, post, CONFLICT)
    messages.success(request, f"{given.user.name} deputises for you as {post.title} until {given.ends:%-d %B %Y}")
    return redirect("deputies")


@for_the_person_alone
@login_required
@require_POST
def deputy_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a deputy's time at once."""
    on = timezone.localdate()
    mine = Holding.objects.delegable(request.user, on).values("owner")
    theirs = Holding.objects.filter(is_deputy=True, owner__in=mine).select_related("owner", "user")
    holding: Holding = get_object_or_404(theirs, pk=pk)
    try:
        withdraw_deputy(holding=holding, by=request.user, now=timezone.now())
    except AimsError as error:
        return _page(request, on, status=CONFLICT, problem=error.message)
    messages.success(request, f"{holding.user.name} no longer deputises for you as {holding.owner.title}")
    return redirect("deputies")


def _own_post(request: SignedInRequest, on: date) -> Owner:
    """The post that the form names, if the person holds it in their own right."""
    mine = Holding.objects.delegable(request.user, on).select_related("owner__organisation")
    found = {holding.owner.slug: holding.owner for holding in mine}.get(request.POST.get("post", ""))
    if found is None:
        raise Http404
    return found


def _page(
    request: SignedInRequest,
    on: date,
    form: DelegateForm | None = None,
    post: Owner | None = None,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    shown = deputies_of(request.user, on)
    forms = [
        (own, form if form and own.post == post else DelegateForm(post=own.post, asker=request.user, on=on))
        for own in shown.own
    ]
    context = {"deputies": shown, "forms": forms, "form": form, "problem": problem}
    return render(request, "aims/deputies.html", context, status=status)
