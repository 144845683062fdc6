"""What `up` does to the database and the static files before anything is served."""

import hashlib
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from accounts.models import User
from aims.models import Strategy
from aims.services.periods import ensure_periods
from wmca_tracker.local.folder import BASE_DIR

FIXTURES = ("organisations", "strategy", "funding")
STAMP = "static.stamp"
NEWS_EVERY = 2.0  # seconds

Tell = Callable[[str], None]


class Counter(StringIO):
    """Reads along with `migrate` and tells now and then how far it is."""

    def __init__(self, total: int, tell: Tell) -> None:
        super().__init__()
        self._total, self._tell, self._done, self._told = total, tell, 0, time.monotonic()

    def write(self, text: str) -> int:
        self._done += text.count("Applying ")
        if time.monotonic() - self._told > NEWS_EVERY:
            self._told = time.monotonic()
            self._tell(f"{self._done} of {self._total}")
        return len(text)


class Lines(StringIO):
    """Tells each line that a command writes."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell

    def write(self, text: str) -> int:
        for line in text.splitlines():
            self._tell(line)
        return len(text)


def migrate(tell: Tell) -> str:
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not waiting:
        return "up to date"
    tell(f"{waiting} to apply")
    call_command("migrate", interactive=False, stdout=Counter(waiting, tell))
    return f"{waiting} applied"


def load_strategy() -> str:
    """The real strategy and the half-years around today, into an empty database only."""
    if Strategy.objects.exists():
        return "kept"
    call_command("loaddata", *FIXTURES, verbosity=0)
    now = timezone.now()
    ensure_periods(on=timezone.localdate(now), now=now)
    call_command("aggregate", verbosity=0)
    return "loaded"


def load_demonstration(tell: Tell) -> str:
    """Invented progress, once: on a later day the demonstration of an earlier one is kept, not refused."""
    if User.objects.filter(is_demonstration=True).exists():
        return "kept"
    call_command("load_demo", stdout=Lines(tell))
    return "loaded"


def collect_static(var: Path) -> str:
    """Only where a file or a package has changed since the last time."""
    stamp, digest = var / STAMP, static_digest()
    if settings.STATIC_ROOT.is_dir() and stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return "unchanged"
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest, encoding="ascii")
    return "collected"


def static_digest() -> str:
    """Of all files under static/, and of the locked packages, which bring files of their own."""
    found = hashlib.sha256((BASE_DIR / "requirements.txt").read_bytes())
    for folder in settings.STATICFILES_DIRS:
        for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
            found.update(str(path.relative_to(folder)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
