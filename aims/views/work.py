"""What the open round asks of a person."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aims.selectors.work import work_of
from aims.views.requests import SignedInRequest, for_the_person_alone


@for_the_person_alone
@login_required
@require_safe
def my_work(request: SignedInRequest) -> HttpResponse:
    """All that the open round asks of the person."""
    on = timezone.localdate()
    return render(request, "aims/my_work.html", {"work": work_of(request.user, on)})
