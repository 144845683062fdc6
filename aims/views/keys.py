"""Keys for programs, as the office makes and revokes them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import ApiKey
from aims.errors import AimsError
from aims.forms.keys import KeySearch, NewKeyForm
from aims.selectors.keys import key_page, keys, rows
from aims.services.keys import make_key, revoke_key
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, for_people_keepers

ON_A_PAGE = 50


@for_people_keepers
@require_safe
def key_list(request: SignedInRequest) -> HttpResponse:
    """The keys that are valid, or others that are asked for."""
    on = timezone.localdate()
    search = KeySearch(request.GET)
    asked = search.cleaned_data if search.is_valid() else {}
    page = Paginator(keys(request.user, on, **asked), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"search": search, "page": page, "keys": rows(page.object_list, on), "narrowed": any(asked.values())}
    return render(request, "aims/keys.html", context)


@for_people_keepers
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def key_add(request: SignedInRequest) -> HttpResponse:
    """Make a key, and show it on this answer alone: no address, no session and no cache ever holds it."""
    form = NewKeyForm(request.POST if request.method == "POST" else None, on=timezone.localdate())
    if request.method != "POST":
        return render(request, "aims/key_add.html", {"form": form})
    if not form.is_valid():
        return render(request, "aims/key_add.html", {"form": form}, status=UNPROCESSABLE)
    try:
        made, text = make_key(**form.values(), by=request.user, now=timezone.now())
    except AimsError as error:
        form.add_error(None, error.message)
        return render(request, "aims/key_add.html", {"form": form}, status=CONFLICT)
    return render(request, "aims/key_made.html", {"key": made, "text": str(text)})


@for_people_keepers
@require_safe
def key(request: SignedInRequest, pk: int) -> HttpResponse:
    """One key: for whom it asks, what it opens, and what became of it."""
    return _page(request, _key(request, pk))


@for_people_keepers
@require_POST
def key_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a key back."""
    found = _key(request, pk)
    try:
        revoke_key(key=found, by=request.user, now=timezone.now())
    except AimsError as error:
        return _page(request, _key(request, pk), problem=error.message, status=CONFLICT)
    messages.success(request, f"{found.name} is revoked: its next request is refused")
    return redirect("key", pk)


def _key(request: SignedInRequest, pk: int) -> ApiKey:
    seen = ApiKey.objects.visible_to(request.user).select_related("user", "organisation", "made_by", "revoked_by")
    found: ApiKey = get_object_or_404(seen, pk=pk)
    return found


def _page(request: SignedInRequest, found: ApiKey, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = {"page": key_page(found, timezone.localdate()), "problem": problem}
    return render(request, "aims/key.html", context, status=status)
