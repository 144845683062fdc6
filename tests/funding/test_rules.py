"""Money as it is written."""

from decimal import Decimal

import pytest

from funding.rules import in_billions, in_millions


@pytest.mark.parametrize(
    ("pounds", "places", "text"),
    [
        ("4733000000", 1, "4,733.0"),
        ("4733000000", 0, "4,733"),
        ("26000000", 1, "26.0"),
        ("26049999.99", 1, "26.0"),
        ("26050000", 1, "26.1"),
        ("0", 1, "0.0"),
        ("-1500000", 0, "-2"),
    ],
)
def test_millions_are_rounded_halves_away_from_nought(pounds: str, places: int, text: str) -> None:
    assert in_millions(Decimal(pounds), places) == text


def test_billions_have_one_decimal() -> None:
    assert in_billions(Decimal(4_733_000_000)) == "4.7"
