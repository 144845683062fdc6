"""The database that every test database is a copy of: migrated once, by a process of its own beside the collection.

What the migrations made is kept as SQL in `var/tests/` under their digest, so that the next run only reads it back.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from wmca_tracker.local.children import Child
from wmca_tracker.local.folder import BASE_DIR
from wmca_tracker.local.homes import packaged_programs

NAME = "wmca_prepared"
UNFINISHED = "wmca_unfinished"
APPS = ("accounts", "aims", "funding", "reporting", "wmca_tracker")
KEPT = BASE_DIR / "var" / "tests"
PATIENCE = 600.0


def preparation(folder: Path) -> Child:
    return Child(
        name="preparation",
        command=[sys.executable, "-m", "tests.prepared", str(folder)],
        log=log_in(folder),
        folder=BASE_DIR,
    )


def prepare(folder: Path) -> None:
    """Make the database, and leave its SQL in the folder for servers of their own."""
    dump, kept = sql_in(folder), KEPT / f"{digest()}.sql"
    execute(f"CREATE DATABASE {UNFINISHED}")
    unfinished = address_of(UNFINISHED)
    if kept.exists():
        read_back(kept, unfinished)
        shutil.copy(kept, dump)
    else:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            check=True,
            cwd=BASE_DIR,
            env={**os.environ, "DATABASE_URL": unfinished},
        )
        run("pg_dump", "--inserts", "--no-owner", "--file", str(dump), unfinished)
        keep(dump, kept)
    execute(f"ALTER DATABASE {UNFINISHED} RENAME TO {NAME}")


def keep(dump: Path, kept: Path) -> None:
    """For the next run, in place of what other migrations made; a folder that takes nothing is no matter."""
    with suppress(OSError):
        shutil.rmtree(KEPT, ignore_errors=True)
        KEPT.mkdir(parents=True)
        shutil.copy(dump, unfinished := kept.with_suffix(f".{os.getpid()}"))
        unfinished.rename(kept)


def digest() -> str:
    """Of all that decides what `migrate` makes: the project's migrations and the packages."""
    files = [path for app in APPS for path in sorted((BASE_DIR / app).rglob("migrations/*.py"))]
    found = hashlib.sha256()
    for path in [*files, BASE_DIR / "requirements.txt"]:
        found.update(str(path.relative_to(BASE_DIR)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def wait_until_prepared() -> Path:
    """The folder of this run, where the SQL is too."""
    folder, deadline = Path(os.environ["WMCA_VAR"]), time.monotonic() + PATIENCE
    while not execute("SELECT FROM pg_database WHERE datname = %s", NAME):
        said = log_in(folder).read_text(encoding="utf-8")
        assert "Traceback" not in said, said
        assert time.monotonic() < deadline, said
        time.sleep(0.05)
    return folder


def read_back(dump: Path, address: str) -> None:
    run("psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--output=/dev/null", f"--file={dump}", address)


def sql_in(folder: Path) -> Path:
    return folder / "prepared.sql"


def log_in(folder: Path) -> Path:
    return folder / "logs" / "preparation.log"


def run(program: str, *arguments: str) -> None:
    subprocess.run([packaged_programs() / program, *arguments], check=True)


def address_of(name: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def execute(statement: str, *parameters: str) -> int:
    """How many rows it gave or changed."""
    with psycopg.connect(address_of("postgres"), autocommit=True) as connection:
        return connection.execute(statement, parameters or None).rowcount


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
