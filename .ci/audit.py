"""Known vulnerabilities in what is locked. Not reaching the database of them is reported and is no failure."""

import json
import subprocess
import sys

COMMAND = [
    "-m",
    "pip_audit",
    "--requirement",
    "requirements.txt",
    "--require-hashes",
    "--disable-pip",
    "--format",
    "json",
]


def main() -> int:
    done = subprocess.run([sys.executable, *COMMAND], check=False, capture_output=True, text=True)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        sys.stdout.write(f"audit: not done, the database of vulnerabilities was not reached ({last[:160]})\n")
        return 0
    found = [(package, flaw) for package in packages for flaw in package.get("vulns", [])]
    for package, flaw in found:
        mended = ", ".join(flaw["fix_versions"]) or "no version"
        sys.stdout.write(f"audit: {package['name']} {package['version']}: {flaw['id']}, mended in {mended}\n")
    sys.stdout.write(f"audit: {len(packages)} packages, {len(found)} known vulnerabilities\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
