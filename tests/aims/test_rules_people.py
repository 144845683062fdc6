"""Who keeps whose account, circles of posts, and the addresses of new ones."""

from __future__ import annotations

import pytest

from accounts.choices import UserRole
from aims.rules.people import makes_a_circle, may_keep, slug_of


@pytest.mark.parametrize(
    ("asker", "roles", "may"),
    [
        (UserRole.ADMINISTRATOR, [UserRole.ADMINISTRATOR], True),
        (UserRole.ADMINISTRATOR, [UserRole.OFFICE, UserRole.OWNER], True),
        (UserRole.OFFICE, [UserRole.OWNER, UserRole.APPROVER], True),
        (UserRole.OFFICE, [UserRole.PARTNER, UserRole.BOARD], True),
        (UserRole.OFFICE, [UserRole.OWNER, UserRole.OFFICE], False),
        (UserRole.OFFICE, [UserRole.ADMINISTRATOR, UserRole.OWNER], False),
        (UserRole.APPROVER, [UserRole.OWNER], False),
        (UserRole.BOARD, [UserRole.PARTNER], False),
    ],
)
def test_only_administrators_give_and_take_privileges(asker: str, roles: list[str], may: bool) -> None:
    assert may_keep(asker, *roles) is may


@pytest.mark.parametrize(
    ("approving", "circle"),
    [(None, False), (1, True), (2, True), (3, True), (4, False), (9, False)],
    ids=["none", "itself", "its own", "its own's own", "another chain", "a post without one"],
)
def test_a_circle_is_found_however_long(approving: int | None, circle: bool) -> None:
    approved_by = {1: None, 2: 1, 3: 2, 4: 9, 9: None}
    assert makes_a_circle(1, approving, approved_by) is circle


@pytest.mark.parametrize(
    ("title", "taken", "slug"),
    [
        ("Head of Skills", set(), "head-of-skills"),
        ("Head of Skills", {"head-of-skills"}, "head-of-skills-2"),
        ("Head of Skills", {"head-of-skills", "head-of-skills-2"}, "head-of-skills-3"),
        ("Add", set(), "add-2"),
        ("…", set(), "post-2"),
        ("x" * 200, set(), "x" * 75),
    ],
)
def test_a_new_post_has_an_address_of_its_own(title: str, taken: set[str], slug: str) -> None:
    assert slug_of(title, taken) == slug
