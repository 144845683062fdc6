"""How money is written: pounds in, £m or £bn out, halves up, thousands apart; the unit stands beside."""

from decimal import ROUND_HALF_UP, Decimal

MILLION = Decimal(1_000_000)


def in_millions(pounds: Decimal, places: int = 1) -> str:
    """ "4,733.0" for £4,733,000,000."""
    return f"{_rounded(pounds / MILLION, places):,}"


def in_billions(pounds: Decimal) -> str:
    """ "4.7" for £4,733,000,000."""
    return f"{_rounded(pounds / (1000 * MILLION), 1):,}"


def _rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
