"""What sealing a review costs: time and memory by the number of activities, and what it takes to verify it."""

from __future__ import annotations

import re
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from reporting.models import Review, SealedLine
from reporting.sealing.verifying import verify
from reporting.services import close_review, rebuild
from tests.bench.figures import Figure, Findings, seconds, tell
from tests.bench.million import NOW, ON, make_million

ROUNDS = 2
SIZES = ((120, 10), (10_000, 100), (100_000, 500))  # activities, objectives; the strategy of today has 112 in 26
MOST_SECONDS = 10.0  # for a strategy like today's
MOST_MEMORY = 300.0
MOST_GROWTH = 2.0  # of the seconds an activity, from one size to the next
MEGABYTE = 1024  # in kB


def measure(findings: Findings) -> None:
    before = None
    for activities, objectives in SIZES:
        each = freeze(findings, activities, objectives) / activities
        if before and activities > SIZES[1][0]:
            name = f"freeze: {activities:,} activities, one activity"
            findings.add(name, Figure(1000 * each, "ms", MOST_GROWTH, each / before))
        before = each
        empty()


def freeze(findings: Findings, activities: int, objectives: int) -> float:
    """Close the second of two rounds, and verify both; returns the seconds of the closing."""
    tell(f"closing a round of {activities:,} activities …")
    first, second = make_million(activities, objectives, ROUNDS)
    rebuild(period=first, on=ON)
    forget_peak()
    standing = memory("VmRSS")
    took = seconds(lambda: close_review(period=second, by=None, now=NOW))
    name = f"freeze: {activities:,} activities"
    is_small = activities == SIZES[0][0]
    findings.add(f"{name}, closed and sealed", Figure(took, "s", MOST_SECONDS if is_small else None))
    findings.add(f"{name}, lines", Figure(Review.objects.get().line_count, "lines"))
    findings.add(f"{name}, memory beyond the process", Figure(memory("VmHWM") - standing, "MB", MOST_MEMORY))
    findings.add(f"{name}, verified", Figure(seconds(check), "s", ratio=None))
    return took


def check() -> None:
    assert verify() == []
    assert SealedLine.objects.exists()


def forget_peak() -> None:
    """Let the kernel count this process's most memory anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def memory(name: str) -> float:
    """What the kernel counts of this process, in megabytes."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found
    return int(found[1]) / MEGABYTE


def empty() -> None:
    """Make room for the next size, past the guards."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        call_command("flush", interactive=False, verbosity=0)
        cursor.execute("SET session_replication_role = DEFAULT")
