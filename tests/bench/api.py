"""How many answers of the API one server gives in a second, beside a bare view of the same framework and bytes."""

from __future__ import annotations

from django.core.management import call_command

from aims.choices import Audience, PeriodState
from aims.models import Event, ReviewPeriod
from tests.bench.dashboard import Load, load, server
from tests.bench.figures import Figure, Findings, tell
from tests.bench.million import NOW, make_million
from tests.remembered import guards_put_aside

ACTIVITIES, OBJECTIVES, ROUNDS = 1_000, 50, 4
# What is asked, and the least share of the bare view's answers that it gives.
SUBJECTS = {
    "list of 1,000 activities, a page of 50": ("/api/v1/activities/", 0.2),
    "list of 1,000 activities, a page of 200": ("/api/v1/activities/?page_size=200", 0.2),
    "one activity": ("/api/v1/activities/1.1.1/", 0.15),
    "the feed, a page of 100": ("/api/v1/changes/", 0.2),
}


def measure(findings: Findings) -> None:
    tell(f"making {ACTIVITIES} activities over {ROUNDS} half-years …")
    call_command("collectstatic", interactive=False, verbosity=0)
    make_million(ACTIVITIES, OBJECTIVES, ROUNDS)
    open_to_anyone()
    for name, (path, least) in SUBJECTS.items():
        with server() as port:  # one each: a process ends after 20,000 answers, and its connections with it
            bare, asked = load(port, f"/bare{path}"), load(port, path)
        add(findings, name, bare, asked, least)


def open_to_anyone() -> None:
    """Their reviews are published, and what happened is for anyone, so that the feed has something to tell."""
    ReviewPeriod.objects.filter(state=PeriodState.CLOSED).update(published_at=NOW)
    with guards_put_aside():
        Event.objects.update(audience=Audience.PUBLIC)


def add(findings: Findings, name: str, bare: Load, asked: Load, least: float) -> None:
    """The ratio is what counts: how fast a bare view is depends on the machine."""
    ratio = asked.per_second / bare.per_second
    findings.add(f"api: {name}", Figure(asked.per_second, "requests/s", least, ratio), least=True)
