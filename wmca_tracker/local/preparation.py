"""Gives every `manage.py` command its environment: what is set stays, what is missing comes from the local services."""

import os
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from wmca_tracker.local.credentials import stored_secret
from wmca_tracker.local.folder import ready_var, var_path
from wmca_tracker.local.problems import LocalProblem
from wmca_tracker.local.services import LocalServices, planned
from wmca_tracker.local.state import Running, held_lock, remove_note, running, write_note

# Commands that read no table: they start nothing and write nothing into var/.
WITHOUT_DATABASE = frozenset(
    {"", "help", "version", "check", "collectstatic", "findstatic", "diffsettings", "spectacular"}
)
NOWHERE = {"DATABASE_URL": "postgresql://wmca@127.0.0.1:1/wmca", "REDIS_URL": "redis://127.0.0.1:1/0"}
PATIENCE = 30.0
PAUSE = 0.1


@contextmanager
def services_for(arguments: Sequence[str]) -> Iterator[None]:
    """Complete os.environ for the command line, and keep the database running while the command does."""
    command = next((argument for argument in arguments[1:] if not argument.startswith("-")), "")
    if command in WITHOUT_DATABASE or "--help" in arguments:
        _prepare_for_reading()
        yield
    elif command == "up":
        with _prepared_for_up(demo="--demo" in arguments):
            yield
    elif _environment_is_given():
        note = running(var_path())
        if note and note.database_url == os.environ.get("DATABASE_URL"):
            _use(note)
        yield
    else:
        with _database_for(command):
            yield


def _environment_is_given() -> bool:
    return bool(os.environ.get("DATABASE_URL") or os.environ.get("WMCA_MODE") == "production")


def _prepare_for_reading() -> None:
    if not _environment_is_given():
        _set_missing(WMCA_MODE="local", SECRET_KEY=secrets.token_urlsafe(48), **NOWHERE)


@contextmanager
def _prepared_for_up(*, demo: bool) -> Iterator[None]:
    if os.environ.get("WMCA_MODE") == "production":
        raise LocalProblem(
            "`up` serves this machine alone: unset WMCA_MODE, or run gunicorn and celery (README, Deploy)."
        )
    if demo:
        os.environ["WMCA_MODE"] = "demo"
    var = ready_var()
    note = running(var)
    if note and note.command == "up":
        raise LocalProblem(f"Already running as process {note.pid}: use that copy, or stop it first.")
    with _lock(var):
        services = LocalServices.plan(var, with_redis=True)
        _set_missing(
            WMCA_MODE="local",
            SECRET_KEY=stored_secret(var, "secret-key"),
            STATIC_ROOT=str(var / "static"),
            **services.addresses(),
        )
        write_note(var, _note_of_environment("up"))
        planned.set(services)
        try:
            yield
        finally:
            remove_note(var)
            services.forget()


@contextmanager
def _database_for(command: str) -> Iterator[None]:
    var = ready_var()
    note = running(var)
    if note:
        _use(note)
        _wait_until_reached(note.database_url)
        yield
        return
    with _lock(var), _own_database(var, command):
        yield


@contextmanager
def _own_database(var: Path, command: str) -> Iterator[None]:
    """PostgreSQL for one command; others may share it while the command runs, and are waited for at its end."""
    services = LocalServices.plan(var, with_redis=False)
    _set_missing(
        WMCA_MODE="local",
        SECRET_KEY=stored_secret(var, "secret-key"),
        **services.addresses(),
        REDIS_URL=NOWHERE["REDIS_URL"],
    )
    write_note(var, _note_of_environment(command))
    try:
        if services.postgres:
            services.postgres.start()
        yield
    finally:
        remove_note(var)
        if services.postgres:
            services.postgres.stop_when_left()
        services.forget()


@contextmanager
def _lock(var: Path) -> Iterator[None]:
    with held_lock(var, PATIENCE) as ours:
        if not ours:
            raise LocalProblem(f"Another command uses {var} and did not end within {PATIENCE:.0f} s: stop it first.")
        yield


def _wait_until_reached(url: str) -> None:
    """The other command may only just have begun to start its server."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(PAUSE)
        else:
            return
    raise LocalProblem(f"The database that another command started did not answer within {PATIENCE:.0f} s.")


def _note_of_environment(command: str) -> Running:
    return Running(
        pid=os.getpid(),
        command=command,
        mode=os.environ["WMCA_MODE"],
        database_url=os.environ["DATABASE_URL"],
        redis_url=os.environ["REDIS_URL"],
        redis_cache_url=os.environ.get("REDIS_CACHE_URL", ""),
        port=os.environ.get("PORT", ""),
    )


def _use(note: Running) -> None:
    _set_missing(
        WMCA_MODE=note.mode,
        SECRET_KEY=stored_secret(ready_var(), "secret-key"),
        DATABASE_URL=note.database_url,
        REDIS_URL=note.redis_url,
        REDIS_CACHE_URL=note.redis_cache_url,
        PORT=note.port,
    )


def _set_missing(**values: str) -> None:
    for name, value in values.items():
        if not os.environ.get(name):
            os.environ[name] = value
