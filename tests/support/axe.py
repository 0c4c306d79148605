"""axe-core on a page, as the law wants it: WCAG 2.2 AA, whatever size and colours."""

from collections.abc import Callable
from typing import Literal, TypedDict

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page


class Look(TypedDict):
    """How a page is shown: its width in pixels and its colours."""

    width: int
    color_scheme: Literal["light", "dark"]
    forced_colors: Literal["none", "active"]


TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOK: Look = {"width": 320, "color_scheme": "light", "forced_colors": "none"}
"""The look of the short tier."""
LOOKS: tuple[Look, ...] = (
    LOOK,
    {"width": 1280, "color_scheme": "light", "forced_colors": "none"},
    {"width": 320, "color_scheme": "dark", "forced_colors": "none"},
    {"width": 320, "color_scheme": "light", "forced_colors": "active"},
)
LANGUAGES = ("id", pytest.param("en", marks=pytest.mark.long))
LOCALES = ("id-ID", pytest.param("en-GB", marks=pytest.mark.long))
"""Indonesian in the short tier, English too with the others."""
RUN = """(options) => axe.run(options).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`)))"""


def violations(page: Page, *, enhanced: bool = False) -> list[str]:
    """Return what axe finds on the page as it stands: rule and element.

    With `enhanced`, texts under 7:1 too, which the resident's design tokens promise everywhere.
    """
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE_SCRIPT)
    options = {
        "runOnly": {"type": "tag", "values": TAGS},
        "rules": {"color-contrast-enhanced": {"enabled": enhanced}},
        "resultTypes": ["violations"],
    }
    found: list[str] = page.evaluate(RUN, options)
    return found


@pytest.fixture
def axe_faults(long: bool) -> Callable[..., list[str]]:  # noqa: FBT001  pytest passes fixtures by name
    """Return `axe_faults(page)`: what axe finds in a look (in every look with `long`), and what sticks out sideways."""
    looks = LOOKS if long else (LOOK,)

    def look(page: Page, *, height: int = 740, enhanced: bool = False) -> list[str]:
        faults = []
        for item in looks:
            page.set_viewport_size({"width": item["width"], "height": height})
            page.emulate_media(color_scheme=item["color_scheme"], forced_colors=item["forced_colors"])
            page.evaluate(
                "scrollTo({top: 0, behavior: 'instant'})"
            )  # what is half under the bar counts as small
            own_colours = item["forced_colors"] == "none" and item["width"] == LOOK["width"]
            faults += [f"{item}: {fault}" for fault in violations(page, enhanced=enhanced and own_colours)]
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > item["width"]:
                faults.append(f"{item}: {wide} pixels wide")
        page.emulate_media(color_scheme=None, forced_colors=None)
        return faults

    return look
