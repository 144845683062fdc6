"""Composing and sealing the lines of a review."""

from __future__ import annotations

import pytest

from reporting.choices import LineKind
from reporting.lines import read, write
from reporting.lines.book import FORMS
from reporting.models import SealedLine
from reporting.rules.seal import LineOfSeal, line_hashes, seal_of
from tests.reporting.sealed import EXEMPT_WORDS, make_sealed, review_of

pytestmark = pytest.mark.django_db


def test_a_review_is_sealed_line_by_line_and_chained_to_the_one_before() -> None:
    sealed = make_sealed()
    first, second = review_of(sealed.first), sealed.review
    lines = list(second.lines.order_by("position"))

    assert (first.previous, second.previous, second.number) == (None, first, 1)
    assert second.seal == seal_of(first.seal, [LineOfSeal(line.kind, line.key, line.hash) for line in lines])
    assert [line.position for line in lines] == list(range(1, second.line_count + 1))
    assert {line.kind for line in lines} == set(LineKind.values)
    assert all(line.hash == line_hashes(line.public, line.exempt, line.salt).line for line in lines)
    assert len({line.salt for line in SealedLine.objects.all()}) == first.line_count + second.line_count
    for line in lines:
        assert write(read(line.public, FORMS[LineKind(line.kind)])) == line.public
    assert all(EXEMPT_WORDS not in line.public for line in lines)
    assert sealed.exempt_book.exempt["1.1.1"].narrative == EXEMPT_WORDS
    assert sealed.book.exempt == {}
