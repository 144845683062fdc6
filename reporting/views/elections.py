"""The weeks before elections, kept by the office: nothing that could influence one is published in them."""

from __future__ import annotations

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from aims.views.requests import UNPROCESSABLE, SignedInRequest, for_the_office
from funding.views.requests import sent
from reporting.forms.life import PreElectionForm
from reporting.models import PreElectionPeriod


@for_the_office
@require_http_methods(["GET", "HEAD", "POST"])
def periods(request: SignedInRequest) -> HttpResponse:
    """All periods, the latest first, and one more."""
    form = PreElectionForm(sent(request))
    if request.method == "POST" and form.is_valid():
        made = PreElectionPeriod.objects.create(**form.cleaned_data)
        messages.success(request, f"{made}: nothing is published without a warning in these weeks")
        return redirect("pre-election-periods")
    kept = PreElectionPeriod.objects.order_by("-starts")
    page = {"form": form, "periods": kept, "on": timezone.localdate()}
    return render(request, "reporting/elections.html", page, status=UNPROCESSABLE if form.errors else 200)


@for_the_office
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Other days or words for one period."""
    found = get_object_or_404(PreElectionPeriod, pk=pk)
    form = PreElectionForm(sent(request), initial=model_to_dict(found))
    if request.method == "POST" and form.is_valid():
        PreElectionPeriod.objects.filter(pk=found.pk).update(**form.cleaned_data)
        messages.success(request, f"{form.cleaned_data['election']} is changed")
        return redirect("pre-election-periods")
    page = {"form": form, "found": found}
    return render(request, "reporting/election.html", page, status=UNPROCESSABLE if form.errors else 200)


@for_the_office
@require_POST
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take one period off the list."""
    found = get_object_or_404(PreElectionPeriod, pk=pk)
    found.delete()
    messages.success(request, f"{found} is removed")
    return redirect("pre-election-periods")
