"""Write `web/openapi.json`, which the web client's types are made from. A test holds it equal to the code.

Run: python scripts/dump_openapi.py
"""

from __future__ import annotations

import json
from pathlib import Path

from spendmap.api.app import openapi_document

TARGET = Path(__file__).resolve().parent.parent / "web" / "openapi.json"


def openapi_text() -> str:
    """The document as it is committed: sorted keys, two spaces, one newline at the end."""
    return json.dumps(openapi_document(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(openapi_text(), encoding="utf-8")
