"""How money may be spent."""

from django.db import models


class SpendKind(models.TextChoices):
    """What an award may pay for."""

    CAPITAL = "capital", "Capital"
    REVENUE = "revenue", "Revenue"
    MIXED = "mixed", "Capital and revenue"
