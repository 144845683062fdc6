"""Interfaces of the pages by place, by organisation and by role: live, or as a review sealed them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from aims.choices import Role
from aims.models import Place
from reporting.choices import Scope
from reporting.page_cache import never_stale
from reporting.selectors.scope_page import Link, Named
from reporting.selectors.scope_reading import organisations as all_organisations
from reporting.selectors.scope_reading import places as all_places
from reporting.selectors.scope_reading import scope_list, scope_page


@require_safe
@never_stale
def places(request: HttpRequest) -> HttpResponseBase:
    """Every place."""
    names = {each.slug: Link(each.name, reverse("place", args=[each.slug])) for each in all_places()}
    return _list(request, Scope.PLACE, names)


@require_safe
@never_stale
def place(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What is delivered in one place."""
    found = get_object_or_404(Place, slug=slug)
    return _page(request, Named(Scope.PLACE, found.slug, found.name))


@require_safe
@never_stale
def organisations(request: HttpRequest) -> HttpResponseBase:
    """Every organisation that takes part."""
    names = {each.slug: Link(each.name, reverse("organisation", args=[each.slug])) for each in all_organisations()}
    return _list(request, Scope.ORGANISATION, names)


@require_safe
@never_stale
def organisation(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What one organisation answers for and contributes to."""
    found = get_object_or_404(Organisation.objects.visible_to(request.user), slug=slug)
    return _page(request, Named(Scope.ORGANISATION, found.slug, found.name))


@require_safe
@never_stale
def role(request: HttpRequest, role: str) -> HttpResponseBase:
    """What WMCA delivers, enables or influences."""
    if role not in Role.values:
        raise Http404
    return _page(request, Named(Scope.ROLE, role, str(Role(role).label)))


def _page(request: HttpRequest, named: Named) -> HttpResponse:
    page = scope_page(named, request.user, timezone.localdate(), request.GET.get("review", ""))
    if page is None:
        raise Http404
    return render(request, "reporting/scope.html", {"page": page, "scope": named.scope.value, "roles": Role})


def _list(request: HttpRequest, scope: Scope, names: dict[str, Link]) -> HttpResponse:
    found = scope_list(scope, names, request.user, timezone.localdate(), request.GET.get("review", ""))
    if found is None:
        raise Http404
    return render(request, "reporting/scopes.html", {"page": found, "scope": scope.value})
