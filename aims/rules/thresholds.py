"""The numbers that the rules turn on; a strategy holds its own, under the same names."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Defaults of the strategy's thresholds: whole days, a number of moves, and shares between 0 and 1.

    Days are "more than" (60 days is still Amber, 61 is Red); shares of a headline are "at least";
    `wide_red_share` is "more than"; `enough_share` is "at least".
    """

    overdue_red_days: int = 60
    slip_red_days: int = 90
    agreed_moves_amber: int = 2
    green_from: Decimal = Decimal("0.75")
    amber_from: Decimal = Decimal("0.50")
    wide_red_share: Decimal = Decimal("0.10")
    enough_share: Decimal = Decimal("0.60")
