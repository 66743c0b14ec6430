"""Work out `locks/*.txt`: every package of the two commands, of the build and of a release, each with its hashes.

One lock holds for all platforms and Python versions (markers say what is for which). Versions stay as they are
unless `--upgrade` is given. Which index is asked is the machine's own setting; no lock names one.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS: dict[str, list[str]] = {
    "build": ["--group", "build"],
    "run": ["pyproject.toml"],
    "dev": ["pyproject.toml", "--group", "dev", "--constraint", "locks/run.txt", "--constraint", "locks/build.txt"],
    "release": ["--group", "release", "--constraint", "locks/dev.txt", "--constraint", "locks/build.txt"],
}
HEAD = "# Made by `make lock`. Installed with --require-hashes.\n"


def main() -> int:
    """Exit code of the first lock that cannot be made."""
    more = ["--upgrade"] if "--upgrade" in sys.argv[1:] else []
    for name, words in LOCKS.items():
        target = ROOT / "locks" / f"{name}.txt"
        command = [
            *(sys.executable, "-m", "uv", "pip", "compile", *words, "--universal", "--python-version", "3.11"),
            *("--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate", "--quiet", *more),
            *("--output-file", str(target)),
        ]
        if code := subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode:
            return code
        target.write_text(HEAD + target.read_text(encoding="utf-8").removeprefix(HEAD), encoding="utf-8")
        count = sum("==" in line for line in target.read_text(encoding="utf-8").splitlines())
        sys.stdout.write(f"locks/{name}.txt: {count} packages\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
