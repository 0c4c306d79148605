"""Draw the app's PNG icons out of our own SVG, in the browser that the tests use: `python tools/icons.py`."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import sync_playwright

ICONS = Path(__file__).resolve().parents[1] / "pwa" / "icons"
NAVY = "#0b2f5c"
RED = "#b00020"
# file, pixels, pictogram, ground, corner radius and size of the pictogram in hundredths of the side
PICTURES = (
    ("app-192.png", 192, "mark", NAVY, 22, 64),
    ("app-512.png", 512, "mark", NAVY, 22, 64),
    ("app-180.png", 180, "mark", NAVY, 0, 64),
    ("app-maskable-512.png", 512, "mark", NAVY, 0, 52),
    ("call-192.png", 192, "phone", RED, 50, 56),
    ("report-192.png", 192, "send", NAVY, 50, 52),
    ("badge-96.png", 96, "mark", "none", 0, 92),
)


def drawing(name: str, ground: str, corner: int, size: int) -> str:
    """Return one pictogram of the sprite on its ground, as an SVG document."""
    sprite = (ICONS / "sprite.svg").read_text("utf-8")
    found = re.search(rf'<symbol id="i-{name}"[^>]*>(.*?)</symbol>', sprite)
    if found is None:
        raise KeyError(name)
    scale = size / 48
    edge = (100 - size) / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100%" height="100%">'
        f'<rect width="100" height="100" rx="{corner}" fill="{ground}"/>'
        f'<g transform="translate({edge} {edge}) scale({scale})" fill="none" stroke="#fff" stroke-width="3" '
        f'stroke-linecap="round" stroke-linejoin="round">{found[1]}</g></svg>'
    )


def draw() -> None:
    """Write the scalable icon and every PNG beside the sprite."""
    (ICONS / "app.svg").write_text(drawing("mark", NAVY, 22, 64) + "\n", "utf-8")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for file, pixels, name, ground, corner, size in PICTURES:
            page = browser.new_page(viewport={"width": pixels, "height": pixels})
            page.set_content(
                f"<style>*{{margin:0}}svg{{display:block}}</style>{drawing(name, ground, corner, size)}"
            )
            page.screenshot(path=ICONS / file, omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    draw()
