"""Make `dist/`: wheel, sdist, SBOM (CycloneDX), licences, hashes, and what is known about weak packages.

The wheel and the sdist are built twice and must be the same byte for byte; their time is that of the last commit. The
SBOM lists what an installation brings (the locked run-time packages, as they install) and what is inside the built
pages (the web lock without its development packages). A licence that is not on `ALLOWED` stops the release.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
ALLOWED = (
    "apache", "mit", "bsd", "isc", "psf", "python software foundation", "mpl", "mozilla public", "0bsd", "zlib",
    "unlicense", "cc0", "ofl", "public domain", "blueoak",
)  # fmt: skip
"""Words of licences that go with Apache-2.0 at run time."""
REFUSED = re.compile(r"\b(?:A|L)?GPL|GNU (?:Affero|Lesser|General)", re.IGNORECASE)


def main() -> int:
    """0, or 1 when the release must not go out; what is wrong stands on standard error."""
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    epoch = _output("git", "log", "-1", "--format=%ct")
    environment = {**os.environ, "SOURCE_DATE_EPOCH": epoch}
    with tempfile.TemporaryDirectory(prefix="spendmap-release-") as folder:
        _build(DIST, environment)
        _build(Path(folder, "again"), environment)
        if different := _different(DIST, Path(folder, "again")):
            return _refuse(f"two builds of {', '.join(different)} are not the same")
        python = _installed(Path(folder, "env"))
        _try(python, Path(folder))
        bom = _bom(python, environment)
    (DIST / "sbom.cdx.json").write_text(json.dumps(bom, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    licences = sorted((each["name"], each.get("version", ""), licence_of(each)) for each in bom["components"])
    lines = [f"{name}\t{version}\t{licence}" for name, version, licence in licences]
    (DIST / "licences.tsv").write_text("name\tversion\tlicence\n" + "\n".join(lines) + "\n", encoding="utf-8")
    if wrong := [f"{name} ({licence or 'none stated'})" for name, _, licence in licences if not is_allowed(licence)]:
        return _refuse(f"licences that do not go with Apache-2.0 at run time: {', '.join(wrong)}")
    _say(f"{len(licences)} packages, each under a licence that goes with Apache-2.0")
    weak = _audit()
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}" for file in sorted(DIST.iterdir())]
    (DIST / "SHA256SUMS").write_text("\n".join(sums) + "\n", encoding="utf-8")
    _say("\n".join(sums))
    return weak


def licence_of(component: dict[str, Any]) -> str:
    """The licences of a CycloneDX component as one text; empty when it states none."""
    said = []
    for each in component.get("licenses", ()):
        licence = each.get("license", {})
        said.append(each.get("expression") or licence.get("id") or licence.get("name") or "")
    return "; ".join(dict.fromkeys(text for text in said if text))


def is_allowed(licence: str) -> bool:
    """Whether one of the licences stated may be at run time here. Of "MIT OR GPL-2.0" the user chooses."""
    choices = [part for text in licence.split(";") for part in re.split(r"\bOR\b", text)]
    return any(
        not REFUSED.search(choice) and any(word in choice.lower() for word in ALLOWED)
        for choice in choices
        if choice.strip()
    )


def web_components(lock: Path) -> list[dict[str, Any]]:
    """What the built pages are made of: the web lock's packages that are not for development alone.

    Raises:
        ValueError: an entry has no integrity.
    """
    found = []
    for path, entry in json.loads(lock.read_text(encoding="utf-8"))["packages"].items():
        if not path or entry.get("dev"):
            continue
        name = path.rpartition("node_modules/")[2]
        kind, _, digest = entry.get("integrity", "").partition("-")
        if kind != "sha512":
            raise ValueError(f"{name} has no integrity in {lock.name}")
        found.append(
            {
                "type": "library",
                "name": name,
                "version": entry["version"],
                "purl": f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}",
                "bom-ref": f"npm:{name}@{entry['version']}",
                "licenses": [{"license": {"name": entry["license"]}}] if entry.get("license") else [],
                "properties": [{"name": "integrity", "value": f"{kind}-{digest}"}],
            }
        )
    return found


def _build(target: Path, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(target), str(ROOT)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def _different(one: Path, other: Path) -> list[str]:
    names = sorted({file.name for folder in (one, other) for file in folder.iterdir()})
    return [
        name
        for name in names
        if not all((folder / name).is_file() for folder in (one, other))
        or (one / name).read_bytes() != (other / name).read_bytes()
    ]


def _installed(folder: Path) -> str:
    """An environment with the wheel and what is locked for running it, nothing else."""
    venv.create(folder, with_pip=True)
    python = str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "locks" / "run.txt")], check=True)
    subprocess.run([*pip, "--no-deps", *map(str, DIST.glob("*.whl"))], check=True)
    return python


def _try(python: str, folder: Path) -> None:
    """The demo, small, from the wheel in its own environment."""
    command = [python, "-m", "spendmap", "demo", "--dir", str(folder / "demo"), "--scale", "0.02", "--no-serve"]
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, env=clean)
    _say("the demo runs from the wheel, with the locked packages alone")


def _bom(python: str, environment: dict[str, str]) -> dict[str, Any]:
    command = [*("cyclonedx-py", "environment", "--output-reproducible", "--pyproject", str(ROOT / "pyproject.toml"))]
    told = subprocess.run(
        [str(Path(sys.executable).with_name(command[0])), *command[1:], python],
        check=True, capture_output=True, text=True, env=environment,
    ).stdout  # fmt: skip
    bom: dict[str, Any] = json.loads(told)
    own = [each for each in bom["components"] if each["name"] not in {"pip", "setuptools", "spendmap"}]
    bom["components"] = own + web_components(ROOT / "web" / "package-lock.json")
    return bom


def _audit() -> int:
    """1 when a locked run-time package has a known weakness. What could not be asked about is no pass, and is said."""
    lock = str(ROOT / "locks" / "run.txt")
    command = [*(sys.executable, "-m", "pip_audit", "--requirement", lock, "--disable-pip", "--format", "json")]
    done = subprocess.run([*command, "--progress-spinner", "off"], check=False, capture_output=True, text=True)
    told, is_weak = audited(done.stdout)
    (DIST / "audit.txt").write_text(told + "\n", encoding="utf-8")
    _say(told)
    return int(is_weak)


def audited(answer: str) -> tuple[str, bool]:
    """What an answer of pip-audit says, and whether it names a weakness; an empty one means that nobody answered."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        packages = []
    asked = [each for each in packages if "vulns" in each]
    weak = [f"{each['name']} {each['version']}: {v['id']}" for each in asked for v in each["vulns"]]
    skipped = len(packages) - len(asked)
    if not asked:
        return "NOT audited: no source of advisories could be asked", False
    unasked = f"; {skipped} could NOT be asked about" if skipped else ""
    return f"{len(asked)} packages audited, {len(weak)} weaknesses{unasked}" + "".join(f"\n{w}" for w in weak), bool(
        weak
    )


def _output(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _refuse(text: str) -> int:
    sys.stderr.write(f"No release: {text}.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
