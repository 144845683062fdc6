"""The words of a period as what its parts were told with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aims.models import KeyActivity, Objective
from aims.selectors.wording import Words
from reporting.choices import LineKind
from reporting.selectors.sources.told import Terms


def terms_in(words: Words, kind: LineKind) -> Terms:
    """What differs from the rows of one kind; one query where anything does. Aims are never reworded."""
    posts = {slug: post.title for slug, post in words.posts.items()}
    replaced = {LineKind.OBJECTIVE: words.objectives, LineKind.ACTIVITY: words.activities}.get(kind, {})
    if not replaced:
        return Terms({}, posts)
    model = Objective if kind == LineKind.OBJECTIVE else KeyActivity
    numbers = model._default_manager.filter(pk__in=replaced).values_list("pk", "number")
    by_number: Mapping[str, Mapping[str, Any]] = {number: replaced[pk] for pk, number in numbers}
    return Terms(by_number, posts)
