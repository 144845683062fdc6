"""Gives every `manage.py` command its environment: what is set stays, what is missing comes from the local services."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from wmca_tracker.local.credentials import stored_secret
from wmca_tracker.local.folder import ready_var, var_path
from wmca_tracker.local.postgres import Postgres
from wmca_tracker.local.problems import LocalProblem
from wmca_tracker.local.state import Running, held_lock, remove_note, running, write_note

# Commands that read no table: they start nothing and write nothing into var/.
WITHOUT_DATABASE = frozenset(
    {"", "help", "version", "check", "collectstatic", "findstatic", "diffsettings", "spectacular", "up"}
)
NOWHERE = {
    "DATABASE_URL": "postgresql://wmca@127.0.0.1:1/wmca",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
LOCK_PATIENCE = 30.0


@contextmanager
def services_for(arguments: Sequence[str]) -> Iterator[None]:
    """Complete os.environ for the command line, and keep the database running while the command does."""
    command = next((argument for argument in arguments[1:] if not argument.startswith("-")), "")
    if os.environ.get("DATABASE_URL") or os.environ.get("WMCA_MODE") == "production":
        _complete_own_environment(command, arguments)
        yield
    elif command in WITHOUT_DATABASE or "--help" in arguments:
        _set_missing(mode="demo" if "--demo" in arguments else "local", secret=secrets.token_urlsafe(48), **NOWHERE)
        yield
    else:
        with _database_for(command):
            yield


def _complete_own_environment(command: str, arguments: Sequence[str]) -> None:
    """The services are somebody else's; only `up` may still make secrets, since it serves the loopback."""
    if command != "up":
        note = running(var_path())
        if note and note.database_url == os.environ.get("DATABASE_URL"):
            _use(note)
        return
    if os.environ.get("WMCA_MODE") == "production":
        raise LocalProblem("`up` serves this machine alone: unset WMCA_MODE, or run gunicorn and celery (README, Deploy).")
    _set_missing(
        mode="demo" if "--demo" in arguments else "local",
        secret=stored_secret(ready_var(), "secret-key"),
        REDIS_URL=NOWHERE["REDIS_URL"],
    )


@contextmanager
def _database_for(command: str) -> Iterator[None]:
    var = ready_var()
    note = running(var)
    if note:
        _use(note)
        yield
        return
    with held_lock(var, LOCK_PATIENCE) as ours:
        if not ours:
            raise LocalProblem(f"Another command holds {var} and has not finished starting: try again in a moment.")
        with _own_database(var, command):
            yield


@contextmanager
def _own_database(var: Path, command: str) -> Iterator[None]:
    """PostgreSQL for one command; others may share it while the command runs, and are waited for at its end."""
    sockets = Path(tempfile.mkdtemp(prefix="wmca-"))
    postgres = Postgres.in_folder(var, sockets)
    try:
        postgres.start()
        _set_missing(
            mode="local",
            secret=stored_secret(var, "secret-key"),
            DATABASE_URL=postgres.url,
            REDIS_URL=NOWHERE["REDIS_URL"],
        )
        write_note(var, note_of_environment(command))
        yield
    finally:
        remove_note(var)
        postgres.stop_when_left()
        shutil.rmtree(sockets, ignore_errors=True)


def note_of_environment(command: str) -> Running:
    return Running(
        pid=os.getpid(),
        command=command,
        mode=os.environ["WMCA_MODE"],
        database_url=os.environ["DATABASE_URL"],
        redis_url=os.environ["REDIS_URL"],
        redis_cache_url=os.environ.get("REDIS_CACHE_URL", ""),
    )


def _use(note: Running) -> None:
    _set_missing(
        mode=note.mode,
        secret=stored_secret(ready_var(), "secret-key"),
        DATABASE_URL=note.database_url,
        REDIS_URL=note.redis_url,
        REDIS_CACHE_URL=note.redis_cache_url,
    )


def _set_missing(*, mode: str, secret: str, **values: str) -> None:
    for name, value in {"WMCA_MODE": mode, "SECRET_KEY": secret, **values}.items():
        if not os.environ.get(name):
            os.environ[name] = value
