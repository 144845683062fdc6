"""People who sign in, as the office and the administrators keep them."""

from __future__ import annotations

from datetime import date
from urllib.parse import urljoin

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from aims.errors import AimsError
from aims.forms.people import NewPersonForm, PeopleSearch, PersonForm
from aims.selectors.people import UNGUARDED, has_second_factor, people, person_page, rows
from aims.services.invitations import send_invitation
from aims.services.people import add_person, change_person, close_account, open_account
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, for_people_keepers

ON_A_PAGE = 50


@for_people_keepers
@require_safe
def people_list(request: SignedInRequest) -> HttpResponse:
    """Everybody who signs in, narrowed by what is asked."""
    on = timezone.localdate()
    search = PeopleSearch(request.GET)
    asked = search.cleaned_data if search.is_valid() else {}
    found = people(request.user, on, **asked)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "search": search,
        "page": page,
        "people": rows(page.object_list, on),
        "narrowed": any(asked.values()),
        "unguarded": UNGUARDED,
        "wants_second_factor": not has_second_factor(request.user),
    }
    return render(request, "aims/people.html", context)


@for_people_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: SignedInRequest) -> HttpResponse:
    """Make an account and invite the person."""
    form = NewPersonForm(_sent(request), asker=request.user)
    if request.method != "POST":
        return render(request, "aims/person_add.html", {"form": form})
    if not form.is_valid():
        return render(request, "aims/person_add.html", {"form": form}, status=UNPROCESSABLE)
    try:
        person = add_person(**form.values(), by=request.user, now=timezone.now())
    except AimsError as error:
        form.add_error(None, error.message)
        return render(request, "aims/person_add.html", {"form": form}, status=CONFLICT)
    _invite(request, person)
    return redirect("person", person.pk)


@for_people_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """One person: who they are, what they hold, and what can be changed."""
    found, on = _person(request, pk), timezone.localdate()
    if request.method != "POST":
        return _person_page(request, found, on)
    form = PersonForm(request.POST, asker=request.user)
    if not form.is_valid():
        return _person_page(request, found, on, form, UNPROCESSABLE)
    version = form.cleaned_data["version"] or 0
    try:
        change_person(person=found, **form.values(), version=version, by=request.user, now=timezone.now())
    except AimsError as error:
        form.add_error(None, error.message)
        return _person_page(request, _person(request, pk), on, form, CONFLICT)
    messages.success(request, f"{form.cleaned_data['name']} is changed")
    return redirect("person", pk)


@for_people_keepers
@require_POST
def person_close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close an account: sessions and posts end at once."""
    found = _person(request, pk)
    try:
        close_account(person=found, by=request.user, now=timezone.now())
    except AimsError as error:
        return _person_page(request, found, timezone.localdate(), status=CONFLICT, problem=error.message)
    messages.success(request, f"{found.name}'s account is closed, and their posts are given up")
    return redirect("person", pk)


@for_people_keepers
@require_POST
def person_open(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open a closed account again, with a new invitation."""
    found = _person(request, pk)
    try:
        opened = open_account(person=found, by=request.user, now=timezone.now())
    except AimsError as error:
        return _person_page(request, found, timezone.localdate(), status=CONFLICT, problem=error.message)
    _invite(request, opened)
    return redirect("person", pk)


@for_people_keepers
@require_POST
def person_invite(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send the invitation again to somebody who has not signed in yet."""
    found = _person(request, pk)
    if not found.is_active or found.has_usable_password():
        problem = f"{found.name} needs no invitation: a new password is asked for on the sign-in page"
        return _person_page(request, found, timezone.localdate(), status=CONFLICT, problem=problem)
    _invite(request, found)
    return redirect("person", pk)


def _sent(request: SignedInRequest) -> QueryDict | None:
    """The answers of a form that was sent; None where it is asked for."""
    return request.POST if request.method == "POST" else None


def _person(request: SignedInRequest, pk: int) -> User:
    seen = User.objects.visible_to(request.user).select_related("organisation")
    found: User = get_object_or_404(seen, pk=pk)
    return found


def _person_page(
    request: SignedInRequest,
    found: User,
    on: date,
    form: PersonForm | None = None,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    page = person_page(found, request.user, on)
    slug = found.organisation.slug if found.organisation else ""
    stands = {"version": page.version, "name": found.name, "role": found.role, "organisation": slug}
    shown = form or PersonForm(initial=stands, asker=request.user)
    context = {"page": page, "person": page.person, "form": shown, "problem": problem}
    return render(request, "aims/person.html", context, status=status)


def _invite(request: SignedInRequest, person: User) -> None:
    """Send the links, and say what became of it: an account without its mail is there all the same."""
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    password_url = get_adapter(request).get_reset_password_from_key_url(key)
    sign_in_url = urljoin(password_url, reverse("account_login"))
    if send_invitation(person=person, password_url=password_url, sign_in_url=sign_in_url):
        messages.success(request, f"{person.name} has an account, and the invitation is on its way to {person.email}")
    else:
        messages.warning(request, f"{person.name} has an account, but the mail server did not take the invitation")
