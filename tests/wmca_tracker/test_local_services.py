"""PostgreSQL of our own: made, crashed, reached from anywhere. Every test has a `var/` of its own."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from wmca_tracker.local import LocalProblem
from wmca_tracker.local.credentials import stored_secret
from wmca_tracker.local.folder import ready_var
from wmca_tracker.local.homes import POINTER
from wmca_tracker.local.postgres import Postgres
from wmca_tracker.local.redis_server import RedisServer

NewPostgres = Callable[..., Postgres]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Open to others, as a clone mostly is; pytest's own folders are closed."""
    folder = Path(tempfile.mkdtemp(prefix="wmca-local-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def new_postgres() -> Iterator[NewPostgres]:
    made: list[Postgres] = []

    def make(var: Path, *, throwaway: bool = True) -> Postgres:
        (var / "logs").mkdir(parents=True, exist_ok=True)
        postgres = Postgres.in_folder(var, Path(tempfile.mkdtemp(prefix="wmca-")), throwaway=throwaway)
        made.append(postgres)
        return postgres

    yield make
    for postgres in made:
        postgres.stop()
        shutil.rmtree(postgres.sockets)


def value_of(postgres: Postgres, query: str) -> object:
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def test_a_server_answers_with_the_password_that_only_its_owner_reads(
    open_folder: Path, new_postgres: NewPostgres
) -> None:
    postgres = new_postgres(open_folder)
    postgres.start()

    assert value_of(postgres, "SHOW password_encryption") == "scram-sha-256"
    assert (open_folder / "postgres-password").stat().st_mode & 0o777 == 0o600
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url.replace(postgres.password, "wrong"))


def test_a_server_listens_on_no_port(open_folder: Path, new_postgres: NewPostgres) -> None:
    postgres = new_postgres(open_folder)
    postgres.start()

    assert value_of(postgres, "SHOW listen_addresses") == ""


def test_a_killed_server_starts_again_with_its_data(open_folder: Path, new_postgres: NewPostgres) -> None:
    postgres = new_postgres(open_folder, throwaway=False)
    postgres.start()
    with psycopg.connect(postgres.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    assert postgres.child.process is not None
    os.kill(postgres.child.process.pid, signal.SIGKILL)
    postgres.child.wait(120)

    assert (postgres.home.data / "postmaster.pid").exists()
    postgres.start()

    assert value_of(postgres, "SELECT answer FROM kept") == 42


def test_a_server_that_outlived_its_supervisor_gives_way(open_folder: Path, new_postgres: NewPostgres) -> None:
    orphan, successor = new_postgres(open_folder), new_postgres(open_folder)
    orphan.start()
    successor.start()

    assert orphan.child.wait(120)
    assert value_of(successor, "SELECT 1") == 1


def test_a_path_of_150_characters_is_no_obstacle(open_folder: Path, new_postgres: NewPostgres) -> None:
    var = open_folder / ("a" * 75) / ("b" * 75)
    var.mkdir(parents=True)
    postgres = new_postgres(var)
    postgres.start()

    assert len(str(var)) > 150
    assert value_of(postgres, "SELECT 1") == 1


def test_a_closed_clone_is_served_from_a_folder_that_the_server_reaches(
    open_folder: Path, new_postgres: NewPostgres
) -> None:
    var = open_folder / "closed" / "var"
    var.mkdir(parents=True)
    var.parent.chmod(0o700)
    postgres = new_postgres(var)
    try:
        postgres.start()

        assert value_of(postgres, "SELECT 1") == 1
        assert new_postgres(var).home == postgres.home
        if postgres.account:
            assert postgres.home.data.parent == Path((var / POINTER).read_text(encoding="utf-8").strip())
        else:
            assert postgres.home.data == var / "postgres"
    finally:
        postgres.stop()
        if postgres.account:
            shutil.rmtree(postgres.home.data.parent)


def test_a_half_made_data_folder_is_named(open_folder: Path, new_postgres: NewPostgres) -> None:
    (open_folder / "postgres").mkdir()
    (open_folder / "postgres" / "base").mkdir()
    postgres = new_postgres(open_folder)

    with pytest.raises(LocalProblem, match="is not a complete PostgreSQL data folder: move it away"):
        postgres.start()


def test_an_initialisation_that_was_cut_short_begins_anew(open_folder: Path, new_postgres: NewPostgres) -> None:
    (open_folder / "postgres.new" / "base").mkdir(parents=True)
    postgres = new_postgres(open_folder)
    postgres.start()

    assert value_of(postgres, "SELECT 1") == 1


def test_data_of_another_version_is_named(open_folder: Path, new_postgres: NewPostgres) -> None:
    (open_folder / "postgres" / "global").mkdir(parents=True)
    (open_folder / "postgres" / "global" / "pg_control").touch()
    (open_folder / "postgres" / "PG_VERSION").write_text("15\n", encoding="ascii")

    with pytest.raises(LocalProblem, match="was made by PostgreSQL 15, this is 18"):
        new_postgres(open_folder).start()


def test_redis_wants_its_password_and_shows_it_to_no_other_process(open_folder: Path) -> None:
    (open_folder / "logs").mkdir()
    server = RedisServer.in_folder(open_folder)
    server.start()
    try:
        assert server.child.process is not None
        command_line = Path(f"/proc/{server.child.process.pid}/cmdline").read_text(encoding="utf-8")
        assert server.password not in command_line
        assert server.password in server.url()
    finally:
        server.stop()


def test_a_secret_is_made_once(open_folder: Path) -> None:
    assert stored_secret(open_folder, "key") == stored_secret(open_folder, "key")


def test_an_empty_secret_is_named(open_folder: Path) -> None:
    (open_folder / "key").touch()

    with pytest.raises(LocalProblem, match="is empty: delete it"):
        stored_secret(open_folder, "key")


def test_only_its_owner_reads_the_logs(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WMCA_VAR", str(open_folder))
    (open_folder / "logs").mkdir(mode=0o755)

    assert (ready_var() / "logs").stat().st_mode & 0o777 == 0o700


def test_the_first_password_is_written_through_no_link(open_folder: Path, new_postgres: NewPostgres) -> None:
    postgres = new_postgres(open_folder)
    elsewhere = open_folder / "elsewhere"
    (postgres.sockets / "initial-password").symlink_to(elsewhere)

    with pytest.raises(FileExistsError):
        postgres.start()

    assert not elsewhere.exists()
