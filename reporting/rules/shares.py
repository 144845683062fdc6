"""Shares that name their denominator; a share of nothing is None, never zero."""

from decimal import ROUND_HALF_UP, Decimal


def share(part: int, whole: int) -> Decimal | None:
    """The part as a fraction of the whole, unrounded; None where there is nothing to take a share of."""
    return None if whole == 0 else Decimal(part) / Decimal(whole)


def percent_text(part: int, whole: int) -> str | None:
    """The share in whole per cent, halves up; "0 %" only for none and "100 %" only for all."""
    fraction = share(part, whole)
    if fraction is None:
        return None
    percent = (fraction * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if percent == 0 and part > 0:
        return "less than 1 %"
    if percent == 100 and part < whole:
        return "more than 99 %"
    return f"{percent} %"


def share_text(part: int, whole: int) -> str:
    """The share with its denominator: "18 of 45, 40 %"; of nothing, "0 of 0" alone."""
    percent = percent_text(part, whole)
    return f"{part} of {whole}" if percent is None else f"{part} of {whole}, {percent}"
