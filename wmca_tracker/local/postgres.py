"""One PostgreSQL server of our own: initialised once, started with patience, reached through a Unix socket."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from wmca_tracker.local.accounts import Account, server_account
from wmca_tracker.local.children import Child, stop_together
from wmca_tracker.local.credentials import stored_secret
from wmca_tracker.local.homes import Home, find_home
from wmca_tracker.local.problems import LocalProblem

NAME = "wmca"  # of the database and of its user
START_SECONDS = 45.0
PAUSE = 0.1
UNSAFE_BUT_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass
class Postgres:
    home: Home
    account: Account | None
    sockets: Path
    password: str
    log: Path
    throwaway: bool = False  # for tests: a crash of the machine may lose everything
    child: Child = field(init=False)

    def __post_init__(self) -> None:
        settings = ["listen_addresses=", f"unix_socket_directories={self.sockets}", "jit=off", "max_connections=200"]
        settings += UNSAFE_BUT_QUICK if self.throwaway else ()
        options = [part for setting in settings for part in ("-c", setting)]
        self.child = Child(
            name="database",
            command=[self.home.program("postgres"), "-D", str(self.home.data), *options],
            log=self.log,
            environment=plain_environment(),
            account=self.account,
            stop_signals=((signal.SIGINT, 8.0), (signal.SIGQUIT, 4.0)),
            orphan_signal=signal.SIGINT,
            is_service=True,
        )

    @classmethod
    def in_folder(cls, var: Path, sockets: Path, *, throwaway: bool = False) -> "Postgres":
        account = server_account()
        if account:
            account.own(sockets)
        return cls(
            home=find_home(var, account),
            account=account,
            sockets=sockets,
            password=stored_secret(var, "postgres-password"),
            log=var / "logs" / "postgres.log",
            throwaway=throwaway,
        )

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}:{quote(self.password)}@/{NAME}?host={quote(str(self.sockets), safe='')}"

    def start(self) -> str:
        """Start and wait until it answers; returns its version."""
        self._initialise()
        self._stop_orphan()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            # After a crash the old server's processes and memory go away in their own time: try again until then.
            if not self.child.running:
                self.child.start()
            version = self._answer()
            if version:
                return version
            time.sleep(PAUSE)
        self.stop()
        raise LocalProblem(f"PostgreSQL did not start within {START_SECONDS:.0f} s; its last words are in {self.log}.")

    def stop(self) -> None:
        stop_together([self.child])

    def stop_when_left(self) -> None:
        """Let other clients finish first, for a while, then stop."""
        self.child.stop_signals = ((signal.SIGTERM, 20.0), *self.child.stop_signals)
        stop_together([self.child])

    def _answer(self) -> str | None:
        try:
            with psycopg.connect(
                host=str(self.sockets), user=NAME, password=self.password, dbname="postgres", autocommit=True
            ) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
                return f"{connection.info.server_version // 10000}.{connection.info.server_version % 10000}"
        except psycopg.OperationalError:
            return None

    def _initialise(self) -> None:
        """Into a folder that gets its name at the end, so that a stop halfway leaves nothing that looks finished."""
        data = self.home.data
        if data.exists():
            self._check(data)
            return
        unfinished = data.with_name(f"{data.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        password_file = self.sockets / "initial-password"
        # The folder is the server's own: nothing that lies there already is written to, or through.
        descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(self.password)
        if self.account:
            self.account.own(unfinished)
            self.account.own(password_file)
        try:
            self._run_initdb(unfinished, password_file)
        finally:
            password_file.unlink()
        unfinished.rename(data)

    def _run_initdb(self, folder: Path, password_file: Path) -> None:
        command = [
            self.home.program("initdb"),
            f"--pgdata={folder}",
            f"--username={NAME}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *(["--no-sync"] if self.throwaway else []),
        ]
        options = self.account.as_process_options() if self.account else {}
        done = subprocess.run(
            command, check=False, cwd="/", capture_output=True, text=True, env=plain_environment(), **options
        )
        self.log.write_text(done.stdout + done.stderr, encoding="utf-8")
        if done.returncode:
            raise LocalProblem(f"PostgreSQL could not make {folder}; its words are in {self.log}.")

    def _check(self, data: Path) -> None:
        version = data / "PG_VERSION"
        if not (version.exists() and (data / "global" / "pg_control").exists()):
            raise LocalProblem(f"{data} is not a complete PostgreSQL data folder: move it away, and a new one is made.")
        found = version.read_text(encoding="ascii").strip()
        wanted = self.home.programs.parent.name.removeprefix("pginstall")
        if wanted and found != wanted:
            raise LocalProblem(
                f"{data} was made by PostgreSQL {found}, this is {wanted}: dump and restore it, or move it away."
            )

    def _stop_orphan(self) -> None:
        """A server that outlived its supervisor on this data folder; we hold the lock, so it is nobody's."""
        try:
            number = int((self.home.data / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])
            command = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return
        if os.fsencode(self.home.data) in command:
            os.kill(number, signal.SIGINT)


def plain_environment() -> dict[str, str]:
    """What PostgreSQL's programs get: none of the PG* variables that would send them elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
