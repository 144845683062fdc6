"""`manage.py up` as its user meets it: a process of its own, a `var/` of its own, and nothing left behind."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from django.conf import settings

from tests.prepared import NAME, address_of, execute, read_back, sql_in, wait_until_prepared
from wmca_tracker.local.folder import ready_var
from wmca_tracker.local.postgres import Postgres
from wmca_tracker.local.redis_server import free_port
from wmca_tracker.local.state import Running, held_lock, write_note

PATIENCE = 600.0  # a machine with much else to do is slow, not wrong
GIVEN = ("WMCA_MODE", "SECRET_KEY", "DATABASE_URL", "REDIS_URL", "REDIS_CACHE_URL", "PORT", "DJANGO_SETTINGS_MODULE")


class Tracker:
    """One `manage.py up`, with what it has said so far."""

    def __init__(self, var: Path, **more: str) -> None:
        self.var, self.port, self.said = var, free_port(), var / "said"
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=settings.BASE_DIR,
                env=environment(var, PORT=str(self.port), **more),
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while words not in self.said.read_text(encoding="utf-8"):
            assert self.process.poll() is None, self.said.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, self.said.read_text(encoding="utf-8")
            time.sleep(0.1)

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def named(self, part: str) -> psutil.Process:
        """The child of `up` itself whose command line holds the words."""
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if part in " ".join(child.cmdline()))

    def becomes_ready(self) -> bool:
        """Whether it answers as ready before long: what was just started again may take a moment."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.is_ready():
                return True
            time.sleep(0.2)
        return False

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz/ready", timeout=5) as response:
                return bool(response.status == 200)
        except OSError:
            return False


NewTracker = Callable[..., Tracker]


def environment(var: Path, **more: str) -> dict[str, str]:
    """A second terminal's: nothing in it names a service."""
    inherited = {name: value for name, value in os.environ.items() if name not in GIVEN}
    return {**inherited, "WMCA_VAR": str(var), "STATIC_ROOT": str(var / "static"), **more}


def manage(var: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        check=False,
        cwd=settings.BASE_DIR,
        env=environment(var, **more),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def all_gone(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=PATIENCE)[1]


@pytest.fixture
def var() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="wmca-up-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def used_var(var: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With a database that is up to date, as the second start finds it."""
    prepared = sql_in(wait_until_prepared())
    monkeypatch.setenv("WMCA_VAR", str(var))
    ready_var()
    with tempfile.TemporaryDirectory(prefix="wmca-") as sockets:
        postgres = Postgres.in_folder(var, Path(sockets), throwaway=True)
        postgres.start()
        read_back(prepared, postgres.url)
        postgres.stop()
    return var


@pytest.fixture
def new_tracker(var: Path) -> Iterator[NewTracker]:
    started: list[Tracker] = []

    def start(**more: str) -> Tracker:
        tracker = Tracker(var, **more)
        started.append(tracker)
        tracker.wait_for("Ctrl-C stops it")
        return tracker

    yield start
    for tracker in started:
        tracker.process.terminate()
        tracker.process.wait(PATIENCE)


@pytest.mark.long
def test_all_of_it_starts_recovers_and_ends(var: Path, new_tracker: NewTracker) -> None:
    tracker = new_tracker()
    assert tracker.becomes_ready()

    second_terminal = manage(
        var, "shell", "--no-imports", "-c", "from aims.models import Aim; assert Aim.objects.count() == 6"
    )
    assert second_terminal.returncode == 0, second_terminal.stderr

    tracker.named("postgres").kill()
    tracker.wait_for("database   started again")
    tracker.named("celery -A wmca_tracker worker").kill()
    tracker.wait_for("worker     started again")
    assert tracker.becomes_ready()

    family = tracker.family()
    tracker.process.send_signal(signal.SIGINT)

    assert tracker.process.wait(PATIENCE) == 0
    assert all_gone(family)
    assert len(family) >= 8, family


@pytest.mark.usefixtures("used_var")
def test_its_children_end_with_it_when_it_is_killed_and_it_starts_again(new_tracker: NewTracker) -> None:
    tracker = new_tracker()
    family = tracker.family()
    tracker.process.kill()
    tracker.process.wait()

    assert all_gone(family)
    assert new_tracker().becomes_ready()


@pytest.fixture
def named_database() -> str:
    """A migrated database of a server that runs already; it goes with the server."""
    wait_until_prepared()
    execute(f"CREATE DATABASE wmca_named TEMPLATE {NAME}")
    return address_of("wmca_named")


def test_services_that_are_named_are_used_and_nothing_is_started_in_their_place(
    named_database: str, new_tracker: NewTracker
) -> None:
    address = urlsplit(os.environ["REDIS_URL"])
    named = {"DATABASE_URL": named_database, "REDIS_URL": address._replace(path="/60").geturl()}
    tracker = new_tracker(**named, REDIS_CACHE_URL=address._replace(path="/61").geturl())

    assert tracker.becomes_ready()
    assert not [child for child in tracker.family() if child.name() in ("postgres", "redis-server")]


def test_a_command_alone_starts_the_database_for_itself_and_stops_it(used_var: Path) -> None:
    done = manage(used_var, "migrate", "--verbosity", "0")

    assert done.returncode == 0, done.stderr
    assert not (used_var / "postgres" / "postmaster.pid").exists()


def test_a_command_that_reads_no_table_starts_nothing(var: Path) -> None:
    assert manage(var, "check").returncode == 0
    assert list(var.iterdir()) == []


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one line of a start that is refused."""
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.strip()


def test_a_second_copy_is_refused(var: Path) -> None:
    with held_lock(var) as ours:
        assert ours
        write_note(var, Running(4242, "up", "local", "postgresql://", "redis://", ""))

        assert refused(manage(var, "up")) == "Already running as process 4242: use that copy, or stop it first."


def test_a_taken_port_is_named(var: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        line = refused(manage(var, "up", PORT=str(port)))

    assert line == f"Port {port} is not free (Address already in use): set PORT to another."


@pytest.mark.parametrize("port", ["web", "0", "65536"])
def test_a_port_that_is_none_is_refused(var: Path, port: str) -> None:
    assert refused(manage(var, "up", PORT=port)) == "PORT must be a whole number from 1 to 65535."


def test_a_folder_that_cannot_be_written_is_named() -> None:
    line = refused(manage(Path("/proc/var"), "up"))

    assert re.fullmatch(r"Cannot write to /proc/var: .+\. Make it writable, or name another in WMCA_VAR\.", line)


def test_a_half_made_data_folder_is_named(var: Path) -> None:
    (var / "postgres").mkdir()
    (var / "postgres" / "PG_VERSION").write_text("18\n", encoding="ascii")

    line = refused(manage(var, "up", PORT=str(free_port())))

    assert line.endswith("is not a complete PostgreSQL data folder: move it away, and a new one is made.")


def test_production_is_not_served_by_it(var: Path) -> None:
    line = refused(manage(var, "up", WMCA_MODE="production"))

    assert line.startswith("`up` serves this machine alone: unset WMCA_MODE")
