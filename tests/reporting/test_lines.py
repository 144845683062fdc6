"""Canonical JSON, and lines written and read back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.choices import LineKind
from reporting.lines import bind, key_of, read, read_line, write
from reporting.lines.book import FORMS
from reporting.lines.rows import Exempt
from reporting.rules.seal import canonical, line_hashes

st.register_type_strategy(date, st.dates(date(2000, 1, 1), date(2100, 12, 31)))
st.register_type_strategy(datetime, st.integers(0, 4 * 10**9).map(lambda at: datetime.fromtimestamp(at, UTC)))
st.register_type_strategy(Decimal, st.decimals(0, 10**12, places=2))

LEAVES = st.none() | st.booleans() | st.integers() | st.text()
PARTS = st.dictionaries(
    st.text(),
    st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8),
    max_size=5,
)


@given(PARTS)
def test_the_canonical_text_says_the_same_and_has_one_form(part: dict[str, Any]) -> None:
    text = canonical(part)

    assert json.loads(text) == part
    assert canonical(json.loads(text)) == text
    assert canonical(dict(reversed(part.items()))) == text


@given(st.dictionaries(st.text(), LEAVES), st.dictionaries(st.text(), LEAVES))
def test_two_parts_have_one_text_only_where_they_say_the_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (canonical(one) == canonical(other)) == (typed(one) == typed(other))


def typed(part: dict[str, Any]) -> dict[str, tuple[type, Any]]:
    """True is no 1 in JSON."""
    return {name: (type(value), value) for name, value in part.items()}


@given(st.lists(st.sampled_from(["number", "title", "aim", "état", "ß"]), unique=True))
def test_keys_are_sorted_and_nothing_is_spaced(names: list[str]) -> None:
    assert canonical(dict.fromkeys(names, "a b")) == "{" + ",".join(f'"{name}":"a b"' for name in sorted(names)) + "}"


@pytest.mark.parametrize("deep", [1.5, [1.5], {"a": {"b": (0.1,)}}, float("nan")])
def test_what_has_no_one_form_is_refused(deep: object) -> None:
    with pytest.raises(TypeError, match="write it as a string"):
        canonical({"amount": deep})


@pytest.mark.parametrize("kind", LineKind)
def test_every_kind_of_line_reads_back_as_it_was_written(kind: LineKind) -> None:
    @given(st.from_type(FORMS[kind]))
    @settings(max_examples=25)
    def reads_back(row: Any) -> None:
        text = write(row)

        found = read_line(kind, key_of(kind, row), text)

        assert (found.row, found.exempt, write(found.row)) == (row, None, text)

    reads_back()


@given(st.from_type(Exempt))
def test_an_exempt_part_reads_back_and_changes_the_hash_of_the_line_alone(exempt: Exempt) -> None:
    without, with_it = line_hashes("{}", "{}", "0" * 64), line_hashes("{}", write(exempt), "0" * 64)

    assert read(write(exempt), Exempt) == exempt
    assert with_it.public == without.public
    assert with_it.line != without.line


def test_forms_are_fixed() -> None:
    day, instant = date(2026, 9, 30), datetime(2026, 10, 9, 17, 0, tzinfo=UTC)

    assert write({"day": day, "at": instant, "amount": Decimal("4000000.50"), "none": None}) == (
        '{"amount":"4000000.50","at":"2026-10-09T17:00:00Z","day":"2026-09-30","none":null}'
    )


@given(st.from_type(FORMS[LineKind.ACTIVITY]))
def test_a_line_of_an_earlier_version_is_read_with_what_has_been_added_since(row: Any) -> None:
    earlier = {name: value for name, value in json.loads(write(row)).items() if name != "quality"}

    assert read_line("activity", "1.1.1", canonical(earlier)).row.quality == ()


@given(st.fixed_dictionaries({kind: st.from_type(FORMS[kind]) for kind in LineKind}))
@settings(max_examples=5)
def test_a_book_is_bound_by_kind_in_the_order_of_its_lines(rows: dict[LineKind, Any]) -> None:
    book = bind(read_line(kind, key_of(kind, row), write(row)) for kind, row in rows.items())

    assert (book.head, book.whole) == (rows[LineKind.REVIEW], rows[LineKind.STRATEGY])
    assert (book.places, book.roles) == ((rows[LineKind.PLACE],), (rows[LineKind.ROLE],))
    assert book.by_number == {rows[LineKind.ACTIVITY].number: rows[LineKind.ACTIVITY]}
