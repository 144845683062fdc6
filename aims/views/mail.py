"""What the tracker mails to a person, and for the office what did not arrive."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aims.forms.mail import DECISIONS, REMINDERS, MailForm, initial_of
from aims.selectors.reminders import mail_troubles, people_without_reminders, preference_of
from aims.services.notices import choose_mail
from aims.views.requests import UNPROCESSABLE, SignedInRequest, for_the_person_alone


@for_the_person_alone
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mail_preferences(request: SignedInRequest) -> HttpResponse:
    """Which mails the person wants."""
    given = request.POST if request.method == "POST" else None
    form = MailForm(given, initial=initial_of(preference_of(request.user)))
    if form.is_valid():
        wanted = form.cleaned_data["wanted"]
        choose_mail(person=request.user, reminders=REMINDERS in wanted, decisions=DECISIONS in wanted)
        messages.success(request, "Your choice is saved")
        return redirect("mail-preferences")
    context: dict[str, object] = {"form": form}
    if request.user.keeps_the_round:
        context |= {"troubles": mail_troubles(), "silent": people_without_reminders(timezone.localdate())}
    return render(request, "aims/mail_preferences.html", context, status=UNPROCESSABLE if form.errors else 200)
