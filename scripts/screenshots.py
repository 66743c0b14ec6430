"""Draw the pictures of the documentation: the pages at 1440 and 400 wide, light and dark.

Reads a running `spendmap serve`; writes `docs/images/NAME[-phone]-SCHEME.png`. Needs Chromium on the machine.
Example: spendmap demo --port 8765 & python scripts/screenshots.py --url http://127.0.0.1:8765
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

PAGES: dict[str, str] = {
    "overview": "/",
    "map": "/map",
    "months": "/map?picture=months",
    "flow": "/map?picture=flow",
    "category": "/categories/product_inference?group=model",
    "explain": "/map?explain=category&explain_where=category:agents",
    "use-cases": "/use-cases",
    "card": "/use-cases/answer-assistant",
    "indirect": "/indirect?use_case=answer-assistant",
    "vendors": "/vendors",
    "economics": "/economics",
    "findings": "/findings",
    "optimize": "/optimize",
    "scenarios": "/scenarios?set=usage:2",
    "evidence": "/evidence",
    "sources": "/evidence/sources",
    "reconciliation": "/evidence/reconciliation",
}
WITH_A_PICTURE = ("/map", "/categories/", "/scenarios")  # and page one; the others are lists and tables
BOTH_SCHEMES_AND_WIDTHS = {"overview", "map", "explain"}  # the others are drawn once: pictures weigh on every clone
WIDTHS = {1440: 900, 400: 860}  # width -> height of what is seen at once
SCHEMES = ("light", "dark")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# A container has neither a GPU nor a user namespace, and a picture needs nobody on the network.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
)
TALLEST = 2600  # pixels; below that a page of the documentation stays readable


def main() -> int:
    """Draw what is asked for; 1 when there is no browser."""
    asked = _arguments()
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        sys.stderr.write("no Chromium on this machine: install one, such as `apt install chromium`.\n")
        return 1
    asked.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        for name in asked.page or PAGES:
            for width in WIDTHS:
                for scheme in SCHEMES:
                    if name not in BOTH_SCHEMES_AND_WIDTHS and not asked.all and (width, scheme) != (1440, "light"):
                        continue
                    file = asked.out / f"{name}-{'phone-' if width < 600 else ''}{scheme}.png"
                    _draw(browser, asked.url.rstrip("/") + PAGES[name], width, scheme, file)
                    sys.stdout.write(f"{file}\n")
        browser.close()
    return 0


def _draw(browser: Browser, url: str, width: int, scheme: str, file: Path) -> None:
    is_light = scheme == "light"
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme="light" if is_light else "dark",
        reduced_motion="reduce",
        locale="en-US",
        timezone_id="UTC",
    )
    page = context.new_page()
    page.goto(url, wait_until="networkidle")
    _wait_until_drawn(page, is_explained="explain=" in url)
    if "explain=" not in url:  # the whole page; a panel is seen as a person sees it
        height = int(page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": width, "height": min(height, TALLEST)})
        page.wait_for_timeout(400)
    page.screenshot(path=file)
    context.close()


def _wait_until_drawn(page: Page, *, is_explained: bool) -> None:
    path = urlsplit(page.url).path
    if path == "/" or path.startswith(WITH_A_PICTURE):
        page.locator("[data-drawn]").first.wait_for()
    page.locator("main h1, main h2").first.wait_for()
    if is_explained:
        page.get_by_role("dialog").get_by_role("heading", name="Contributing rows").wait_for()
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8765", help="where `spendmap serve` answers")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent / "docs" / "images")
    parser.add_argument("--page", action="append", choices=list(PAGES), help="only this page; repeat for more")
    parser.add_argument("--all", action="store_true", help="every page at every width in every scheme")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
