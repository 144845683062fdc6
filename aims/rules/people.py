"""Who may make and change whose account, and which posts may sign off for which."""

from __future__ import annotations

from collections.abc import Container, Mapping

from django.utils.text import slugify

from accounts.choices import UserRole

PRIVILEGED = (UserRole.OFFICE.value, UserRole.ADMINISTRATOR.value)
RESERVED_SLUGS = ("add", "")  # an address of its own stands there
LONGEST_SLUG = 80


def may_keep(asker: str, *roles: str) -> bool:
    """Whether somebody of the asker's role may make or change accounts of these roles.

    The office keeps everybody's account but its own kind's: only administrators give and take privileges.
    """
    if asker == UserRole.ADMINISTRATOR:
        return True
    return asker == UserRole.OFFICE and not any(role in PRIVILEGED for role in roles)


def makes_a_circle(post: int, approving: int | None, approved_by: Mapping[int, int | None]) -> bool:
    """Whether a post would come to sign off for itself, by way of others, if `approving` signed off for it."""
    seen = {post}
    while approving is not None:
        if approving in seen:
            return True
        seen.add(approving)
        approving = approved_by.get(approving)
    return False


def slug_of(title: str, taken: Container[str]) -> str:
    """The address of a new post: its title, with a number where another post has that address."""
    plain = slugify(title)[: LONGEST_SLUG - 5]
    tried, number = plain, 2
    while tried in taken or tried in RESERVED_SLUGS:
        tried = f"{plain or 'post'}-{number}"
        number += 1
    return tried
