"""Pages kept under all that they depend on, so that no copy can differ from another, in whichever process it lies."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.messages import get_messages
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import BaseCache, cache, caches
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

INDENTATION = re.compile(r"\s*\n\s*")
KEPT = 60  # seconds; aggregation changes the key at once, this bounds how long a correction behind its back is unseen


def page_key(name: str, shown: Shown, request: HttpRequest, on: date) -> str:
    """The name of a rendered page: another one with every event aggregated, every day and every release."""
    audience = "live" if sees_live(request.user) else "published"
    return _named(name, shown.period, shown.state, shown.reached, audience, on)


def sealed_key(name: str, state: Iterable[object], *asked: object) -> str:
    """The name of a closed review's page: another one when something is recorded of the review, and with a release."""
    return _named("sealed", name, *state, *asked)


def _named(*parts: object) -> str:
    release = getattr(staticfiles_storage, "manifest_hash", "")
    return hashlib.sha256(":".join(map(str, (*parts, release))).encode()).hexdigest()[:32]


def kept_page(request: HttpRequest, key: str, template: str, make: Callable[[], dict[str, str]]) -> HttpResponseBase:
    """Answer with `template` around the parts that `make` renders, kept under `key`.

    Signed out everybody gets the same bytes, and so the whole page is kept and carries an ETag. Signed in, the frame
    (name, counts, tokens) is the person's own.
    """
    if request.user.is_authenticated or len(get_messages(request)):
        return render(request, template, _kept(f"parts-{key}", make))
    tag = quote_etag(f"{key}{request.path}")  # the frame marks where one is
    unchanged = get_conditional_response(request, etag=tag)
    if unchanged is not None:
        return unchanged
    page = _kept(f"page-{tag}", lambda: _squeezed(render_to_string(template, _kept(f"parts-{key}", make), request)))
    return HttpResponse(page, headers={"ETag": tag})


def _squeezed(page: str) -> bytes:
    """The page as it is sent, without the indentation of its templates: a quarter of it."""
    return INDENTATION.sub("\n", page).encode()


def _kept(key: str, make: Callable[[], Kept]) -> Kept:
    """What this process or the shared cache keeps under the key, else what is made now and kept in both."""
    near: BaseCache = caches["near"]
    found: Kept | None = near.get(key)
    if found is not None:
        return found
    found = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, KEPT)
    near.set(key, found, KEPT)
    return found


def never_stale(view: View) -> View:
    """A browser asks again each time; what a signed-in person was shown is kept for nobody else."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, no_cache=True, **({"private": True} if request.user.is_authenticated else {}))
        return response

    return cast(View, answered)
