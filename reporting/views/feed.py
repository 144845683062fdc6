"""The Atom feed of publications (RFC 4287): one entry a published review, updated with each erratum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import conditional_page, require_safe

from reporting.page_cache import never_stale
from reporting.selectors.publications import Published, publications

FIRST = date(2026, 1, 1)  # a day on which the names in our tags were ours (RFC 4151)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Atom(Atom1Feed):
    """Says when something was last published; Django's says now where nothing was, and so would never be the same."""

    def latest_post_date(self) -> datetime:
        """Of all entries."""
        return super().latest_post_date() if self.items else NEVER


@dataclass(frozen=True, slots=True)
class Entry:
    """One publication, and the address of the site that it is read on."""

    base: str
    published: Published


class ReviewsFeed(Feed):  # type: ignore[type-arg]  # generic in its stubs alone
    """All reviews that anyone may read, the same for whoever asks."""

    feed_type = Atom
    title = "Reviews of the West Midlands strategy"
    subtitle = "Each review of the Board once it is published, and again when an erratum is added."
    author_name = "West Midlands Combined Authority"
    feed_copyright = "Open Government Licence v3.0"

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        """The address of the site."""
        return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"

    def link(self, base: str) -> str:
        """The list of reviews."""
        return base + reverse("reviews")

    def feed_url(self, base: str) -> str:
        """The feed itself."""
        return base + reverse("reviews-feed")

    def feed_guid(self, base: str) -> str:
        """Stays as it is wherever the feed moves to."""
        return tag(base, FIRST, "reviews")

    def items(self, base: str) -> list[Entry]:
        """The latest first."""
        return [Entry(base, published) for published in publications()]

    def item_title(self, item: Entry) -> str:
        """The usual name of the review."""
        return item.published.name

    def item_description(self, item: Entry) -> str:
        """The position in words."""
        return item.published.sentence

    def item_link(self, item: Entry) -> str:
        """The review."""
        return item.base + reverse("review", args=[item.published.slug])

    def item_guid(self, item: Entry) -> str:
        """Stays as it is, whatever is corrected."""
        on = timezone.localdate(item.published.published_at)
        return tag(item.base, on, f"reviews/{item.published.slug}")

    def item_pubdate(self, item: Entry) -> datetime:
        """When it was opened to anyone."""
        return item.published.published_at

    def item_updateddate(self, item: Entry) -> datetime:
        """When it was last corrected, else published."""
        return item.published.updated_at


def tag(base: str, on: date, name: str) -> str:
    """A tag URI (RFC 4151) that belongs to the host of the site since a day."""
    return f"tag:{urlsplit(base).hostname},{on:%Y-%m-%d}:{name}"


@require_safe
@never_stale
@conditional_page
def feed(request: HttpRequest) -> HttpResponse:
    """The feed, with an ETag of what it says."""
    return ReviewsFeed()(request)
