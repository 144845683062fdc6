"""Things that exist on this site and that anyone may read, so that the documentation's requests find something."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, QueryDict
from django.urls import resolve
from rest_framework.request import Request

from accounts.api.viewsets import VisibleViewSet
from accounts.choices import OrganisationKind
from accounts.models import User
from aims.choices import PeriodState
from aims.models import KeyActivity, ProgressUpdate


@dataclass(frozen=True, slots=True)
class Own:
    """What the guide reports on: an organisation by its slug, and one of its activities by its number."""

    organisation: str = "birmingham-city-council"
    activity: str = "1.1.4"


def own_of(user: User | AnonymousUser, on: date) -> Own:
    """An activity of the reader's own organisation, one not yet reported on if there is any; else a partner's."""
    told = ProgressUpdate.objects.filter(activity=OuterRef("pk"), period__state=PeriodState.OPEN)
    standing = KeyActivity.objects.visible_to(user).standing(on).annotate(is_told=Exists(told))
    posts = standing.select_related("owner__organisation").order_by("is_told", "order")
    organisation = user.organisation if isinstance(user, User) else None
    partners = posts.exclude(owner__organisation__kind=OrganisationKind.COMBINED_AUTHORITY)
    theirs = posts.filter(owner__organisation=organisation) if organisation else partners
    first = theirs.first() or partners.first()
    return Own(first.owner.organisation.slug, first.number) if first else Own()


def sample_of(request: HttpRequest, path: str) -> Mapping[str, Any]:
    """The first item of the list at `path`, as it is told to anyone; nothing where there is none. A few queries."""
    found = resolve(path)
    view_class = getattr(found.func, "cls", None)
    if not (isinstance(view_class, type) and issubclass(view_class, VisibleViewSet)):
        return {}
    anyones = copy(request)
    anyones.GET = QueryDict()
    view: VisibleViewSet[Any] = view_class(**getattr(found.func, "initkwargs", {}))
    view.setup(anyones, **found.kwargs)
    view.action, view.format_kwarg, view.request = "list", None, Request(anyones, parser_context={"view": view})
    view.request.user = AnonymousUser()
    told = view.tell(list(view.get_queryset()[:1]))
    return told[0] if told else {}
