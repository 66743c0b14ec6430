"""Make sure a program the tests need is there, from the system's packages when it is not.

Usage: system_packages.py chromium|java
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PROGRAMS: dict[str, tuple[tuple[str, ...], str]] = {
    "chromium": (("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"), "chromium"),
    "java": (("java",), "default-jre-headless"),
}


def main() -> int:
    """0 when the program is there in the end."""
    name = sys.argv[1]
    programs, package = PROGRAMS[name]
    if any(shutil.which(program) for program in programs):
        return 0
    if shutil.which("apt-get") is None:
        sys.stderr.write(f"{name} is not installed: tests that need it are skipped. Install {package} to run them.\n")
        return 0
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*sudo, "apt-get", "update", "-qq"], check=False, env=quiet)
    done = subprocess.run(
        [*sudo, "apt-get", "install", "-y", "-qq", "--no-install-recommends", package],
        check=False,
        env=quiet,
        stdout=subprocess.DEVNULL,
    )
    if done.returncode:
        sys.stderr.write(f"{package} could not be installed: tests that need it are skipped.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
