"""Whom a server runs as: PostgreSQL refuses root, so root hands it to `nobody`."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Account:
    user: int
    group: int

    def as_process_options(self) -> dict[str, Any]:
        """Arguments for `subprocess`."""
        return {"user": self.user, "group": self.group, "extra_groups": []}

    def own(self, path: Path) -> None:
        os.chown(path, self.user, self.group)


def server_account() -> Account | None:
    """None where the servers run as whoever starts them."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def others_reach(folder: Path) -> bool:
    """Whether anyone may pass through the folder and all above it."""
    return all(stat.S_IMODE(path.stat().st_mode) & stat.S_IXOTH for path in (folder, *folder.parents))
