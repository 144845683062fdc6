"""Accountable posts, who signs off for them and who holds them, as the office keeps them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Holding, Owner
from aims.errors import AimsError
from aims.forms.posts import EndForm, HoldingForm, NewPostForm, PostForm, PostSearch
from aims.selectors.posts import post_page, posts, rows
from aims.services.posts import add_post, change_post, confirm_post, end_holding, give_post
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, for_people_keepers

ON_A_PAGE = 50


@for_people_keepers
@require_safe
def post_list(request: SignedInRequest) -> HttpResponse:
    """All posts, narrowed by what is asked."""
    search = PostSearch(request.GET)
    asked = search.cleaned_data if search.is_valid() else {}
    page = Paginator(posts(timezone.localdate(), **asked), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"search": search, "page": page, "posts": rows(page.object_list), "narrowed": any(asked.values())}
    return render(request, "aims/posts.html", context)


@for_people_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def post_add(request: SignedInRequest) -> HttpResponse:
    """Add a post."""
    form = NewPostForm(_sent(request))
    if request.method != "POST":
        return render(request, "aims/post_add.html", {"form": form})
    if not form.is_valid():
        return render(request, "aims/post_add.html", {"form": form}, status=UNPROCESSABLE)
    given = {name: form.cleaned_data[name] for name in ("title", "organisation", "approving_post")}
    try:
        added = add_post(**given, by=request.user, now=timezone.now())
    except AimsError as error:
        form.add_error(None, error.message)
        return render(request, "aims/post_add.html", {"form": form}, status=CONFLICT)
    messages.success(request, f"{added.title} is added. Now say who holds it")
    return redirect("post", added.slug)


@for_people_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: SignedInRequest, slug: str) -> HttpResponse:
    """One post: who holds it, what it answers for, and what can be changed."""
    found = _post(slug)
    if request.method != "POST":
        return _page(request, found)
    form = PostForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=UNPROCESSABLE)
    given = {name: form.cleaned_data[name] for name in ("title", "approving_post", "reason")}
    version = form.cleaned_data["version"] or 0
    try:
        change_post(post=found, **given, version=version, by=request.user, now=timezone.now())
    except AimsError as error:
        form.add_error(None, error.message)
        return _page(request, _post(slug), form=form, status=CONFLICT)
    messages.success(request, f"{form.cleaned_data['title']} is changed")
    return redirect("post", slug)


@for_people_keepers
@require_POST
def post_confirm(request: SignedInRequest, slug: str) -> HttpResponse:
    """Say that a proposed post is right."""
    found = _post(slug)
    try:
        confirm_post(post=found, by=request.user, now=timezone.now())
    except AimsError as error:
        return _page(request, found, problem=error.message, status=CONFLICT)
    messages.success(request, f"{found.title} is confirmed")
    return redirect("post", slug)


@for_people_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def post_give(request: SignedInRequest, slug: str) -> HttpResponse:
    """Give a post to a person, or make them its deputy."""
    found = _post(slug)
    form = HoldingForm(_sent(request), on=timezone.localdate())
    context = {"post": found, "form": form}
    if request.method != "POST":
        return render(request, "aims/post_give.html", context)
    if not form.is_valid():
        return render(request, "aims/post_give.html", context, status=UNPROCESSABLE)
    try:
        given = give_post(post=found, **form.values(), by=request.user, now=timezone.now())
    except AimsError as error:
        form.add_error(None, error.message)
        return render(request, "aims/post_give.html", context, status=CONFLICT)
    messages.success(request, f"{given.user.name} {'deputises' if given.is_deputy else 'is entered'} as {found.title}")
    return redirect("post", slug)


@for_people_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def holding_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say when somebody's time in a post ends."""
    holding: Holding = get_object_or_404(Holding.objects.select_related("owner__organisation", "user"), pk=pk)
    on = timezone.localdate()
    form = EndForm(_sent(request), initial={"last_day": on})
    context = {"holding": holding, "post": holding.owner, "person": holding.user, "form": form}
    if request.method != "POST":
        return render(request, "aims/holding_end.html", context)
    if not form.is_valid():
        return render(request, "aims/holding_end.html", context, status=UNPROCESSABLE)
    try:
        end_holding(holding=holding, last_day=form.cleaned_data["last_day"], by=request.user, now=timezone.now())
    except AimsError as error:
        form.add_error(None, error.message)
        return render(request, "aims/holding_end.html", context, status=CONFLICT)
    messages.success(request, f"{holding.user.name}'s time as {holding.owner.title} is ended")
    return redirect("post", holding.owner.slug)


def _sent(request: SignedInRequest) -> QueryDict | None:
    """The answers of a form that was sent; None where it is asked for."""
    return request.POST if request.method == "POST" else None


def _post(slug: str) -> Owner:
    found: Owner = get_object_or_404(Owner.objects.select_related("organisation", "approving_post"), slug=slug)
    return found


def _page(
    request: SignedInRequest, found: Owner, *, form: PostForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    page = post_page(found, timezone.localdate())
    approving = found.approving_post.slug if found.approving_post else ""
    stands: dict[str, Any] = {"version": page.version, "title": found.title, "approving_post": approving}
    context = {"page": page, "post": found, "form": form or PostForm(initial=stands), "problem": problem}
    return render(request, "aims/post.html", context, status=status)
