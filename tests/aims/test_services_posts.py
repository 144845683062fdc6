"""Posts, who signs off for whom, and who holds them: kept by the office, recorded, and to nobody's own advantage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.choices import UserRole
from accounts.models import Holding, Owner, User
from aims.choices import Audience, EventKind, Stage
from aims.errors import NotAllowed, Refused
from aims.models import Event, KeyActivity
from aims.selectors.versions import version_of_post
from aims.services.deputies import delegate, withdraw_deputy
from aims.services.posts import add_post, change_post, confirm_post, end_holding, give_post
from tests.factories import IN_ROUND, make_organisation, make_owner, make_submitted, make_user

pytestmark = pytest.mark.django_db

TODAY = IN_ROUND.date()
A_DAY = timedelta(days=1)
FORTNIGHT = timedelta(days=14)


def change(post: Owner, by: User, **given: Any) -> Owner:
    stands = {"title": post.title, "approving_post": post.approving_post, "reason": "A new structure"}
    version = given.pop("version", None) or version_of_post(post)
    return change_post(post=post, **stands | given, version=version, by=by, now=IN_ROUND)


def give(post: Owner, person: User, by: User, **given: Any) -> Holding:
    usual: dict[str, Any] = {"is_deputy": False, "starts": TODAY, "ends": None}
    return give_post(post=post, person=person, **usual | given, by=by, now=IN_ROUND)


def name_deputy(post: Owner, person: User, by: User, **given: Any) -> Holding:
    usual = {"starts": TODAY, "ends": TODAY + FORTNIGHT}
    return delegate(post=post, person=person, **usual | given, by=by, now=IN_ROUND)


@pytest.fixture
def post() -> Owner:
    return make_owner(title="Head of Skills", slug="head-of-skills", is_proposed=True)


def colleague_of(post: Owner, role: UserRole = UserRole.OWNER) -> User:
    return make_user(role, organisation=post.organisation)


def test_a_new_post_is_confirmed_and_recorded(office: User) -> None:
    above = make_owner(slug="director")
    added = add_post(
        title=" Head of Homes ", organisation=above.organisation, approving_post=above, by=office, now=IN_ROUND
    )
    assert (added.title, added.slug, added.is_proposed) == ("Head of Homes", "head-of-homes", False)
    event = Event.objects.get()
    assert (event.kind, event.owner, event.by, event.audience) == (
        EventKind.POST_ADDED,
        added,
        office,
        Audience.OFFICE,
    )
    assert event.after == {"title": "Head of Homes", "approving_post": "director"}


def test_an_organisation_has_one_post_of_a_title(office: User, post: Owner) -> None:
    with pytest.raises(Refused, match="already"):
        add_post(title=post.title, organisation=post.organisation, approving_post=None, by=office, now=IN_ROUND)
    other = make_owner(organisation=post.organisation)
    with pytest.raises(Refused, match="already"):
        change(other, office, title=post.title)


def test_a_change_keeps_its_reason_and_what_it_was(office: User, post: Owner) -> None:
    above = make_owner(slug="director")
    change(post, office, title="Director of Skills", approving_post=above)
    event = Event.objects.get(kind=EventKind.POST_CHANGED)
    assert event.before == {"title": "Head of Skills", "approving_post": None}
    assert event.after == {
        "title": "Director of Skills",
        "approving_post": "director",
        "reason": "A new structure",
    }
    post.refresh_from_db()
    assert post.slug == "head-of-skills"


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_change_without_a_reason_is_refused(office: User, post: Owner, reason: str) -> None:
    with pytest.raises(Refused, match="why"):
        change(post, office, title="Another", reason=reason)


def test_a_change_of_nothing_is_refused(office: User, post: Owner) -> None:
    with pytest.raises(Refused, match="Nothing"):
        change(post, office)


def test_posts_sign_off_in_no_circle(office: User, post: Owner) -> None:
    middle = make_owner(approving_post=post)
    top = make_owner(approving_post=middle)
    for approving in (post, middle, top):
        with pytest.raises(Refused, match="cannot sign off"):
            change(post, office, approving_post=approving)


def test_of_two_changes_at_once_the_second_is_told(office: User, post: Owner) -> None:
    change(post, office, title="First")
    seen = version_of_post(post)
    change(post, office, title="Second", version=seen)
    with pytest.raises(Refused, match="Somebody else has changed"):
        change(post, office, title="Third", version=seen)


def test_a_proposed_post_is_confirmed_once(office: User, post: Owner) -> None:
    assert confirm_post(post=post, by=office, now=IN_ROUND).is_proposed is False
    with pytest.raises(Refused, match="confirmed already"):
        confirm_post(post=post, by=office, now=IN_ROUND)


def test_nobody_but_the_office_keeps_posts(post: Owner) -> None:
    for role in (UserRole.OWNER, UserRole.APPROVER, UserRole.BOARD, UserRole.PARTNER):
        person = make_user(role)
        tries: list[Callable[[User], object]] = [
            lambda by: confirm_post(post=post, by=by, now=IN_ROUND),
            lambda by: change(post, by, title="Mine"),
            lambda by: give(post, by, by),
            lambda by: end_holding(holding=holding_of(post), last_day=TODAY, by=by, now=IN_ROUND),
            lambda by: add_post(title="New", organisation=post.organisation, approving_post=None, by=by, now=IN_ROUND),
        ]
        for attempt in tries:
            with pytest.raises(NotAllowed):
                attempt(person)
    assert not Event.objects.exists()


def holding_of(post: Owner) -> Holding:
    person = make_user(holds=post)
    found: Holding = person.holdings.get()
    return found


def test_a_post_has_several_holders_and_each_giving_is_recorded(office: User, post: Owner) -> None:
    first, second = make_user(), make_user()
    give(post, first, office)
    give(post, second, office, is_deputy=True, ends=TODAY + FORTNIGHT)
    told = Event.objects.filter(kind=EventKind.POST_HELD, owner=post).order_by("pk")
    assert [(event.person, event.after["is_deputy"], event.after["ends"]) for event in told] == [
        (first, False, None),
        (second, True, "2026-10-26"),
    ]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"starts": TODAY - A_DAY}, "not in the past"),
        ({"ends": TODAY - A_DAY}, "not before the first"),
        ({"is_deputy": True}, "until when"),
    ],
)
def test_days_that_cannot_be_are_refused(office: User, post: Owner, given: dict[str, Any], problem: str) -> None:
    with pytest.raises(Refused, match=problem):
        give(post, make_user(), office, **given)


def test_a_closed_account_is_given_nothing(office: User, post: Owner) -> None:
    with pytest.raises(Refused, match="closed"):
        give(post, make_user(is_active=False), office)


def test_a_person_holds_a_post_once_at_a_time(office: User, post: Owner) -> None:
    person = make_user()
    give(post, person, office, ends=TODAY + FORTNIGHT)
    with pytest.raises(Refused, match="already"):
        give(post, person, office, starts=TODAY + FORTNIGHT)
    give(post, person, office, starts=TODAY + FORTNIGHT + A_DAY)
    give(make_owner(), person, office)


def test_the_office_may_give_itself_a_post_that_signs_off_for_nobody(office: User, post: Owner) -> None:
    give(post, office, office)
    event = Event.objects.get(kind=EventKind.POST_HELD)
    assert event.by == event.person == office


def test_nobody_comes_to_sign_off_by_their_own_hand(office: User, post: Owner) -> None:
    above = make_owner()
    below = make_owner(approving_post=above)
    for is_deputy in (False, True):
        with pytest.raises(NotAllowed, match="ask a colleague"):
            give(above, office, office, is_deputy=is_deputy, ends=TODAY + FORTNIGHT)
    give(post, office, office, starts=TODAY + FORTNIGHT)  # and not by the back door either
    with pytest.raises(NotAllowed, match="a colleague has to"):
        change(below, office, approving_post=post)
    with pytest.raises(NotAllowed, match="a colleague has to"):
        add_post(title="New", organisation=post.organisation, approving_post=post, by=office, now=IN_ROUND)
    change(below, office, title="Renamed")  # what it has is no obstacle to its title


def test_a_colleague_gives_the_office_an_approving_post(office: User) -> None:
    above = make_owner()
    make_owner(approving_post=above)
    assert give(above, office, make_user(UserRole.OFFICE)).user == office


def test_a_time_ends_with_a_day_that_stays(office: User, post: Owner) -> None:
    holding = holding_of(post)
    end_holding(holding=holding, last_day=TODAY + FORTNIGHT, by=office, now=IN_ROUND)
    with pytest.raises(Refused, match="already"):
        end_holding(holding=holding, last_day=TODAY + FORTNIGHT * 2, by=office, now=IN_ROUND)
    ended = end_holding(holding=holding, last_day=TODAY - A_DAY, by=office, now=IN_ROUND)
    assert ended.ends == TODAY - A_DAY
    with pytest.raises(Refused, match="ended already"):
        end_holding(holding=holding, last_day=TODAY, by=office, now=IN_ROUND)
    assert [event.after["ends"] for event in Event.objects.filter(kind=EventKind.POST_LEFT).order_by("pk")] == [
        "2026-10-26",
        "2026-10-11",
    ]


def test_who_held_a_post_until_now_is_history(office: User, post: Owner) -> None:
    with pytest.raises(Refused, match="history"):
        end_holding(holding=holding_of(post), last_day=TODAY - FORTNIGHT, by=office, now=IN_ROUND)


def test_what_has_not_begun_never_begins_and_may_be_given_anew(office: User, post: Owner) -> None:
    person, starts = make_user(), TODAY + FORTNIGHT
    holding = give(post, person, office, starts=starts)
    end_holding(holding=holding, last_day=TODAY, by=office, now=IN_ROUND)
    assert not Holding.objects.current(starts).exists()
    assert not Holding.objects.standing(TODAY).exists()
    with pytest.raises(Refused, match="ended already"):
        end_holding(holding=holding, last_day=TODAY, by=office, now=IN_ROUND)
    give(post, person, office, starts=starts)
    assert Holding.objects.current(starts).count() == 1


def test_a_holder_names_a_deputy_for_a_holiday(post: Owner) -> None:
    holder, deputy = make_user(holds=post), colleague_of(post)
    given = name_deputy(post, deputy, holder)
    assert (given.is_deputy, given.ends) == (True, TODAY + FORTNIGHT)
    assert Owner.objects.held_by(deputy, TODAY).get() == post
    assert not Owner.objects.held_by(deputy, TODAY + FORTNIGHT + A_DAY).exists()
    event = Event.objects.get()
    assert (event.kind, event.by, event.person) == (EventKind.POST_HELD, holder, deputy)


def test_a_deputy_passes_nothing_on(post: Owner) -> None:
    deputy = colleague_of(post)
    name_deputy(post, deputy, make_user(holds=post))
    with pytest.raises(NotAllowed, match="in their own right"):
        name_deputy(post, colleague_of(post), deputy)


def test_only_a_holder_delegates(office: User, post: Owner) -> None:
    for person in (office, colleague_of(post), make_user(holds=make_owner())):
        with pytest.raises(NotAllowed):
            name_deputy(post, colleague_of(post), person)


def test_a_deputy_works_for_the_posts_organisation(post: Owner) -> None:
    holder = make_user(holds=post, organisation=post.organisation)
    closed = make_user(organisation=post.organisation, is_active=False)
    stranger = make_user(organisation=make_organisation())
    for person in (holder, closed, stranger, colleague_of(post, UserRole.BOARD)):
        with pytest.raises(Refused, match="Choose somebody else"):
            name_deputy(post, person, holder)
    beside = make_user(holds=make_owner(organisation=post.organisation))
    assert name_deputy(post, beside, holder).user == beside


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"starts": TODAY - A_DAY}, "not in the past"),
        ({"ends": TODAY - A_DAY, "starts": TODAY}, "not before the first"),
        ({"ends": TODAY + timedelta(days=400)}, "half a year"),
    ],
)
def test_a_holiday_has_sensible_days(post: Owner, given: dict[str, Any], problem: str) -> None:
    with pytest.raises(Refused, match=problem):
        name_deputy(post, colleague_of(post), make_user(holds=post), **given)


def test_a_deputy_does_not_outlast_the_holder(office: User, post: Owner) -> None:
    holder = make_user()
    give(post, holder, office, ends=TODAY + A_DAY)
    with pytest.raises(Refused, match="You hold this post until 13 October 2026"):
        name_deputy(post, colleague_of(post), holder)


def test_a_holder_withdraws_a_deputy_at_once(post: Owner) -> None:
    holder, deputy = make_user(holds=post), colleague_of(post)
    given = name_deputy(post, deputy, holder)
    withdraw_deputy(holding=given, by=holder, now=IN_ROUND)
    assert not Owner.objects.held_by(deputy, TODAY).exists()
    assert Event.objects.filter(kind=EventKind.POST_LEFT, person=deputy, by=holder).exists()


def test_a_holder_ends_no_other_holder_and_no_other_post(post: Owner) -> None:
    holder, second = make_user(holds=post), make_user(holds=post)
    with pytest.raises(NotAllowed):
        withdraw_deputy(holding=second.holdings.get(), by=holder, now=IN_ROUND)
    elsewhere = make_owner()
    theirs = name_deputy(elsewhere, colleague_of(elsewhere), make_user(holds=elsewhere))
    with pytest.raises(NotAllowed):
        withdraw_deputy(holding=theirs, by=holder, now=IN_ROUND)


@pytest.mark.usefixtures("in_the_round")
def test_an_approvers_deputy_signs_off_but_never_what_they_wrote(activity: KeyActivity, approver: User) -> None:
    assert activity.owner.approving_post
    above = activity.owner.approving_post
    writer = make_user(holds=activity.owner, organisation=above.organisation)
    other = make_user(organisation=above.organisation)
    update = make_submitted(activity, by=writer)
    for deputy in (writer, other):
        Holding.objects.create(user=deputy, owner=above, is_deputy=True, starts=TODAY, ends=TODAY + FORTNIGHT)
    assert update.stage == Stage.SUBMITTED
    assert not writer.has_perm("aims.decide_update", update)
    assert other.has_perm("aims.decide_update", update)
