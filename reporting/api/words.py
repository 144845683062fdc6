"""Parts of the strategy in the words of a period or a day: narrowed by them, and told in them.

Rows hold the words of today. What may differ is known by number, so that only that is compared here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from django.db.models import Q, QuerySet
from rest_framework.request import Request

from accounts.models import Organisation, Owner
from aims.models import KeyActivity, Place
from reporting.selectors.sources.told import Terms

Words = Mapping[str, Any]
Values = Collection[str]
WORDINGS: Final = {"number", "title", "statement", "description", "post"}  # what a search looks through
TOLD: Final = {"title", "statement", "description", "role", "kind", "is_proposed"}
OF_ACTIVITY: Final = {"description", "role", "kind", "is_proposed", "owner", "places", "contributors"}
TESTS: Final[Mapping[str, Callable[[Words, Values], bool]]] = {
    "role": lambda words, values: words["role"] in values,
    "kind": lambda words, values: words["kind"] in values,
    "owner": lambda words, values: words["owner"] in values,
    "organisation": lambda words, values: words["organisation"] in values,
    "approving_post": lambda words, values: words["approving_post"] in values,
    "place": lambda words, values: not set(values).isdisjoint(words["places"]),
    "contributor": lambda words, values: not set(values).isdisjoint(words["contributors"]),
    "is_proposed": lambda words, values: str(words["is_proposed"]).lower() in values,
}


def in_words_of(
    terms: Terms, filterset_class: Any, request: Request, rows: QuerySet[Any], narrowed: QuerySet[Any]
) -> QuerySet[Any]:
    """The rows that valid parameters leave, where `narrowed` are those left by the words of today."""
    given = request.query_params
    asked = {name: ",".join(given.getlist(name)) for name in given if name in filterset_class.base_filters}
    tests = {name: value for name, value in asked.items() if name in TESTS or name == "q"}
    if not tests or not terms.by_number:
        return narrowed
    others = {name: value for name, value in asked.items() if name not in tests}
    left = filterset_class(others, queryset=rows, request=request).qs
    told = _told_whole(terms, rows)
    met = [number for number, words in told.items() if all(_meets(words, *test) for test in tests.items())]
    unchanged = narrowed.exclude(number__in=told).order_by().values("pk")
    found: QuerySet[Any] = left.filter(Q(number__in=met) | Q(pk__in=unchanged))
    return found


def _meets(words: Words, name: str, value: str) -> bool:
    if name == "q":
        said = [words[wording].casefold() for wording in WORDINGS & words.keys()]
        return all(any(word in wording for wording in said) for word in value.casefold().split())
    return TESTS[name](words, value.split(","))


def _told_whole(terms: Terms, rows: QuerySet[Any]) -> dict[str, Words]:
    """All words of what may differ: those that do, and the row's own where only some do; five queries at most.

    Which body a post belongs to and which post signs for it is told as today, unless the review sealed it.
    """
    if rows.model is not KeyActivity:  # of aims and objectives all of it may differ
        return {number: {"number": number, **words} for number, words in terms.by_number.items()}
    lacking = [number for number, words in terms.by_number.items() if OF_ACTIVITY - words.keys()]
    own = {row.number: _own(row) for row in rows.filter(number__in=lacking)}
    posts = _of_posts(terms)
    told = {number: {"number": number, **own.get(number, {}), **words} for number, words in terms.by_number.items()}
    return {number: {**posts[words["owner"]], **words} for number, words in told.items()}


def _own(row: KeyActivity) -> Words:
    """What the row says of itself; places and bodies come with it."""
    return {
        "description": row.description,
        "role": row.role,
        "kind": row.kind,
        "is_proposed": row.is_proposed,
        "owner": row.owner.slug,
        "places": [place.slug for place in row.places.all()],
        "contributors": [body.slug for body in row.contributors.all()],
    }


def _of_posts(terms: Terms) -> dict[str, Words]:
    rows = Owner.objects.values_list("slug", "title", "organisation__slug", "approving_post__slug")
    return {
        slug: {"post": terms.posts.get(slug, title), "organisation": body, "approving_post": above}
        for slug, title, body, above in rows
    }


def dress(rows: Sequence[Any], terms: Terms) -> None:
    """Put the words of the period or day on the rows, which are told and never saved.

    What stood then had not left. Posts, places and bodies are read together: three queries at most.
    """
    told = [(row, terms.by_number.get(row.number, {})) for row in rows]
    posts = _posts({words["owner"] for _, words in told if "owner" in words}, terms.posts)
    places = _by_slug(Place.objects.all(), told, "places")
    bodies = _by_slug(Organisation.objects.all(), told, "contributors")
    for row, words in told:
        row.retired_on = None
        for name in TOLD & words.keys():
            setattr(row, name, words[name])
        if "owner" in words:
            row.owner = posts[words["owner"]]
        for name, known in (("places", places), ("contributors", bodies)):
            if name in words:
                row._prefetched_objects_cache[name] = [known[slug] for slug in words[name]]


def _posts(slugs: Collection[str], titles: Mapping[str, str]) -> dict[str, Owner]:
    rows = Owner.objects.filter(slug__in=slugs).select_related("organisation", "approving_post") if slugs else ()
    found = {row.slug: row for row in rows}
    for slug, row in found.items():
        row.title = titles.get(slug, row.title)
    return found


def _by_slug(rows: QuerySet[Any], told: Sequence[tuple[Any, Words]], name: str) -> dict[str, Any]:
    slugs = {slug for _, words in told for slug in words.get(name, ())}
    return {row.slug: row for row in rows.filter(slug__in=slugs)} if slugs else {}
