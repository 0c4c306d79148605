"""axe-core on a page, as the law wants it: WCAG 2.2 AA, whatever size and colours."""

from axe_playwright_python.sync_playwright import Axe

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKS = (
    {"width": 1280, "color_scheme": "light", "forced_colors": "none"},
    {"width": 320, "color_scheme": "light", "forced_colors": "none"},
    {"width": 320, "color_scheme": "dark", "forced_colors": "none"},
    {"width": 320, "color_scheme": "light", "forced_colors": "active"},
)


def violations(page) -> list[str]:
    """Return what axe finds on the page as it stands: rule and element."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def look_everywhere(page, *, height: int = 740) -> list[str]:
    """Return what axe finds in every look, and whether anything sticks out at 320 pixels."""
    faults = []
    for look in LOOKS:
        page.set_viewport_size({"width": look["width"], "height": height})
        page.emulate_media(color_scheme=look["color_scheme"], forced_colors=look["forced_colors"])
        page.evaluate("scrollTo({top: 0, behavior: 'instant'})")  # what is half under the bar counts as small
        faults += [f"{look}: {fault}" for fault in violations(page)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > look["width"]:
            faults.append(f"{look}: {wide} pixels wide")
    page.emulate_media(color_scheme=None, forced_colors=None)
    return faults


def weak_contrast(page) -> list[str]:
    """Return texts under 7:1, which the resident's design tokens promise everywhere (WCAG calls it enhanced)."""
    options = {"runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]}}
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        rules = Axe().run(page, options=options).response["violations"]
        found += [f"{scheme}: {node['html'][:200]}" for rule in rules for node in rule["nodes"]]
    page.emulate_media(color_scheme=None)
    return found
