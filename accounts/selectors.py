"""Answers about the people in the tracker."""

from accounts.models import User


def demonstration_exists() -> bool:
    """Whether the data are invented: a demonstration's accounts are there. One query."""
    return User.objects.filter(is_demonstration=True).exists()
