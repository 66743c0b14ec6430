"""The workspace's settings file, its folders, and environment variables."""

from __future__ import annotations

from dataclasses import fields

from reference_pages.markdown import GENERATED, code, paragraph, table
from spendmap import workspace
from spendmap.workspace import ENGINES, SETTINGS_FILE, Workspace

ABOUT = {
    "name": "the company's name, as the map prints it; default: the folder's name",
    "currency": "ISO 4217; what the map is shown in unless another is asked for",
    "engine_name": f"{' or '.join(code(name) for name in ENGINES)}; the same digits on both",
    "database": "SQLAlchemy URL of the register and the ledger's catalogue; default: `spendmap.db` in the workspace",
    "spark_master": 'for `engine = "spark"`: `local[2]`, `spark://host:7077` or a Spark Connect address `sc://host`',
    "spark": "table `[spark]`: further settings of Spark, by Spark's own names, in quotes",
    "duckdb": 'table `[duckdb]`: `memory_limit = "4GB"`, `threads = 2`, `temp_directory` (what does not fit; '
    "default: `cache/spill` in the workspace)",
}
VARIABLES = {
    "SPENDMAP_WORKSPACE": "folder of the workspace, when `--workspace` is not given",
    "SPENDMAP_SKIP_WEB": "at installation: `1` leaves the pages unbuilt (the API and the commands work without them)",
    "SPENDMAP_UMASK": "what new files and folders do not allow, octal; without it `077`: their owner only",
    "SPENDMAP_WAIT": "seconds to wait for another process that writes to the workspace, as `--wait` says",
    "SPENDMAP_RECORD_MIB": "MiB of the largest record that is read of a JSON document; without it 32",
    "NO_COLOR": "any value: no colour in the printed map",
    "COLUMNS": "width of the printed map in a pipe",
}


def page() -> str:
    """The page."""
    tree = (workspace.__doc__ or "").partition("```")[2].partition("```")[0].strip("\n")
    names = [field.name for field in fields(Workspace) if field.name != "root"]
    keys = {"engine_name": "engine"}
    return "\n".join(
        [
            GENERATED,
            "",
            "# Settings",
            "",
            f"`{SETTINGS_FILE}` marks a folder as a workspace. It is TOML; a key that is left out has its default.",
            "",
            *table(("key", "what it is"), ((code(keys.get(name, name)), ABOUT[name]) for name in names)),
            "",
            "## The folder",
            "",
            "```text",
            tree,
            "```",
            "",
            paragraph(
                "`.principal-key` is the secret that keys the hashes of people's names. It is made with the workspace",
                "and readable by its owner only. Keep it: with another key the same person gets another hash.",
                "A key that is gone, cut short or another than before (its fingerprint is kept beside it) is refused;",
                "`spendmap maintain --rotate-key` makes a new one for what is captured from then on.",
            ),
            "",
            "## Environment variables",
            "",
            *table(("variable", "what it does"), ((code(name), about) for name, about in VARIABLES.items())),
            "",
        ]
    )
