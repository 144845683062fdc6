"""Who signs in, what they hold and what they would leave behind; for whoever keeps the people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.choices import UserRole
from accounts.models import Holding, Organisation, User
from accounts.querysets import Asker
from aims.models import KeyActivity, ProgressUpdate
from aims.rules.people import PRIVILEGED, may_keep
from aims.selectors.versions import version_of_person

NEVER, CLOSED, UNGUARDED = "never", "closed", "unguarded"
STANDINGS = (
    (NEVER, "Never signed in"),
    (UNGUARDED, "No second factor"),
    (CLOSED, "Closed"),
)


@dataclass(frozen=True, slots=True)
class Held:
    """A post that somebody holds or held, in words."""

    pk: int
    title: str
    slug: str
    organisation: str
    is_deputy: bool
    starts: date
    ends: date | None
    stands: bool

    def days(self) -> str:
        """From when until when."""
        start = f"from {self.starts:%-d %B %Y}"
        return f"{start} until {self.ends:%-d %B %Y}" if self.ends else start


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A line of the list of people."""

    pk: int
    name: str
    email: str
    role: str
    organisation: str
    is_active: bool
    last_login: datetime | None
    posts: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person; `may_change` says whether the asker may, `open_work` what waits for somebody in sentences."""

    person: User
    version: int
    may_change: bool
    may_close: bool
    has_second_factor: bool
    held: tuple[Held, ...]
    open_work: tuple[str, ...]


def people(
    asker: Asker,
    on: date,
    *,
    words: str = "",
    role: str = "",
    organisation: Organisation | None = None,
    standing: str = "",
) -> QuerySet[User]:
    """The people that the asker keeps, narrowed; the open accounts unless the closed ones are asked for."""
    found: QuerySet[User] = User.objects.visible_to(asker).filter(is_active=standing != CLOSED)
    found = found.filter(Q(name__icontains=words) | Q(email__icontains=words)) if words else found
    found = found.filter(role=role) if role else found
    found = found.filter(organisation=organisation) if organisation else found
    found = found.filter(last_login=None) if standing == NEVER else found
    if standing == UNGUARDED:
        factors = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        found = found.filter(~Exists(factors), role__in=PRIVILEGED)
    held = Holding.objects.standing(on).select_related("owner__organisation")
    return found.select_related("organisation").prefetch_related(Prefetch("holdings", held)).order_by("name", "pk")


def rows(found: Iterable[User], on: date) -> list[PersonRow]:
    """The lines of a page of `people`."""
    return [
        PersonRow(
            pk=person.pk,
            name=person.name,
            email=person.email,
            role=UserRole(person.role).label,
            organisation=person.organisation.name if person.organisation else "",
            is_active=person.is_active,
            last_login=person.last_login,
            posts=tuple(held_in_words(row, on) for row in person.holdings.all()),
        )
        for person in found
    ]


def person_page(person: User, asker: User, on: date) -> PersonPage:
    """One person as the asker may keep them; about eight queries."""
    holdings = person.holdings.begun().select_related("owner__organisation").order_by("-starts")
    may_change = may_keep(asker.role, person.role)
    return PersonPage(
        person=person,
        version=version_of_person(person),
        may_change=may_change,
        may_close=may_change and person.pk != asker.pk,
        has_second_factor=has_second_factor(person),
        held=tuple(held_in_words(row, on) for row in holdings),
        open_work=open_work(person, on),
    )


def has_second_factor(person: User) -> bool:
    """Whether a sign-in asks the person for a code of their authenticator app."""
    return bool(Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists())


def open_work(person: User, on: date) -> tuple[str, ...]:
    """What a person would leave behind, a sentence each; three queries."""
    standing = KeyActivity.objects.standing(on)
    written = ProgressUpdate.objects.open().filter(activity__in=standing, author=person).count()
    others = Holding.objects.current(on).filter(owner=OuterRef("owner"), is_deputy=False).exclude(user=person)
    alone = Holding.objects.current(on).filter(user=person, is_deputy=False).exclude(Exists(others))
    sentences = (
        [f"{written} update{'' if written == 1 else 's'} that they began {_are(written)} open"] if written else []
    )
    sentences += [f"Nobody else holds {holding.owner.title}" for holding in alone.select_related("owner")]
    return tuple(sentences)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def held_in_words(holding: Holding, on: date) -> Held:
    """A holding with its post, which the caller has fetched with its organisation."""
    return Held(
        pk=holding.pk,
        title=holding.owner.title,
        slug=holding.owner.slug,
        organisation=holding.owner.organisation.name,
        is_deputy=holding.is_deputy,
        starts=holding.starts,
        ends=holding.ends,
        stands=holding.ends is None or holding.ends >= on,
    )
