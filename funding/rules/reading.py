"""Sums as people type them."""

from __future__ import annotations

import re
from decimal import Decimal

SUM = re.compile(r"^£?\s*(?P<number>\d[\d, ]*(?:\.\d+)?|\.\d+)\s*(?P<unit>k|m|mn|million|bn|billion)?$", re.IGNORECASE)
UNITS = {
    "": Decimal(1),
    "k": Decimal(1_000),
    "m": Decimal(1_000_000),
    "mn": Decimal(1_000_000),
    "million": Decimal(1_000_000),
    "bn": Decimal(1_000_000_000),
    "billion": Decimal(1_000_000_000),
}
GROUPED = re.compile(r"^\d{1,3}([, ]\d{3})+(\.\d+)?$")
MOST_CHARACTERS = 40


def read_sum(words: str) -> Decimal | None:
    """The pounds that "26000000", "£26,000,000.50", "26.5m" or "£1.05bn" say; None where they say none.

    Commas and spaces stand between thousands only: "1,05" could be meant in two ways and is not read.
    """
    found = SUM.match(words.strip()) if len(words) <= MOST_CHARACTERS else None
    if found is None:
        return None
    number = found["number"].strip()
    if re.search("[, ]", number) and not GROUPED.match(number):
        return None
    return Decimal(re.sub("[, ]", "", number)) * UNITS[(found["unit"] or "").lower()]
