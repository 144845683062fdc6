"""The demonstration's accounts: six to sign in with, and colleagues without a password for every other post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from accounts.choices import UserRole
from accounts.models import Holding, Organisation, Owner, User
from aims.rules.periods import LONDON
from reporting.demonstration.calendar import Calendar, opening_time

DOMAIN = "demo.example"
SIGN_INS = (
    ("owner", "Owner, Energy Capital", UserRole.OWNER, "head-of-energy-capital"),
    (
        "approver",
        "Approver, Strategy and Net Zero",
        UserRole.APPROVER,
        "executive-director-of-strategy-integration-and-net-zero",
    ),
    ("office", "Performance office", UserRole.OFFICE, None),
    ("finance", "Finance", UserRole.FINANCE, None),
    ("board", "Board member", UserRole.BOARD, None),
    ("partner", "Partner, Midlands Metro", UserRole.PARTNER, None),
)
FINANCE_COLLEAGUE = ("finance-colleague", "Colleague in finance")
PARTNER_ORGANISATION = "midlands-metro-limited"


@dataclass(frozen=True, slots=True)
class People:
    """Who acts: the holder of each post by its slug, the performance office and two people of finance."""

    holders: dict[str, User]
    office: User
    finance: User
    finance_colleague: User

    def owner_of(self, post: Owner) -> User:
        """Who reports for a post."""
        return self.holders[post.slug]

    def approver_of(self, post: Owner) -> User:
        """Who signs off for a post."""
        if post.approving_post is None:
            raise ValueError(f"{post.title} has no approving post")
        return self.holders[post.approving_post.slug]


def create_people(calendar: Calendar, password: str) -> People:
    """Create every account and its holding; the password is hashed once, because that takes half a second."""
    hashed = make_password(password)
    joined = opening_time(calendar.on)
    users = {name: _user(name, title, role, hashed) for name, title, role, _ in SIGN_INS}
    holders = {post: users[name] for name, _, _, post in SIGN_INS if post}
    posts = list(Owner.objects.select_related("organisation").order_by("pk"))
    approving = {post.approving_post_id for post in posts}
    for post in posts:
        if post.slug not in holders:
            role = UserRole.APPROVER if post.pk in approving else UserRole.OWNER
            holders[post.slug] = _user(
                post.slug, f"Holder of {post.title}", role, make_password(None), post.organisation
            )
    Holding.objects.bulk_create(Holding(user=holders[post.slug], owner=post, starts=calendar.begins) for post in posts)
    colleague = _user(*FINANCE_COLLEAGUE, UserRole.FINANCE, make_password(None))
    User.objects.filter(is_demonstration=True).update(joined_at=joined)
    return People(holders, users["office"], users["finance"], colleague)


def loaded_for() -> date | None:
    """The date of the demonstration that is loaded: its accounts joined on it. None: no such account."""
    joined = User.objects.filter(is_demonstration=True).values_list("joined_at", flat=True).first()
    return joined.astimezone(LONDON).date() if joined else None


def _user(name: str, title: str, role: UserRole, hashed: str, organisation: Organisation | None = None) -> User:
    if role == UserRole.PARTNER:
        organisation = Organisation.objects.get(slug=PARTNER_ORGANISATION)
    return User.objects.create(
        email=f"{name}@{DOMAIN}",
        name=title,
        role=role,
        organisation=organisation or Organisation.objects.get(slug="wmca"),
        password=hashed,
        is_demonstration=True,
    )
