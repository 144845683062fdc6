"""Pages kept in the cache under all that they depend on; where there is no cache they are made each time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.messages import get_messages
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag

from aims.querysets import sees_live
from reporting.selectors.periods import Shown

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
Kept = TypeVar("Kept")

KEPT = 60  # seconds; aggregation changes the key at once, this bounds how long a correction behind its back is unseen


def page_key(name: str, shown: Shown, request: HttpRequest, on: date) -> str:
    """The name of a rendered page: another one with every event aggregated, every day and every release."""
    audience = "live" if sees_live(request.user) else "published"
    release = getattr(staticfiles_storage, "manifest_hash", "")
    parts = (name, shown.period, shown.state, shown.reached, audience, on, release)
    return hashlib.sha256(":".join(map(str, parts)).encode()).hexdigest()[:32]


def kept_page(request: HttpRequest, key: str, template: str, make: Callable[[], dict[str, str]]) -> HttpResponseBase:
    """Answer with `template` around the parts that `make` renders, kept under `key`.

    Signed out everybody gets the same bytes, and so the whole page is kept and carries an ETag. Signed in, the frame
    (name, counts, tokens) is the person's own.
    """
    if request.user.is_authenticated or len(get_messages(request)):
        return render(request, template, _kept(f"parts-{key}", make))
    unchanged = get_conditional_response(request, etag=quote_etag(key))
    if unchanged is not None:
        return unchanged
    page = _kept(f"page-{key}", lambda: render_to_string(template, _kept(f"parts-{key}", make), request))
    return HttpResponse(page, headers={"ETag": quote_etag(key)})


def _kept(key: str, make: Callable[[], Kept]) -> Kept:
    found: Kept | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, KEPT)
    return found


def never_stale(view: View) -> View:
    """A browser asks again each time; what a signed-in person was shown is kept for nobody else."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, no_cache=True, **({"private": True} if request.user.is_authenticated else {}))
        return response

    return cast(View, answered)
