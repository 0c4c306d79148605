"""Runs the tools of package-lock.json for pwa/ on the pinned Node: prettier, eslint, stylelint and TypeScript."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from app.cli.dev.chromium import node
from config import ROOT

_LOCK = ROOT / "package-lock.json"


def npm(*words: str) -> list[str]:
    """Return the command of the npm that comes with the pinned Node."""
    cli = node().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(node()), str(cli), *words]


def tool(name: str, *words: str) -> list[str]:
    """Return the command of an installed tool such as `eslint`."""
    return [str(node()), str(ROOT / "node_modules" / ".bin" / name), *words]


def tools_are_pinned() -> bool:
    """Return whether node_modules matches the lock file (npm keeps its own copy of the lock)."""
    try:
        have = json.loads((ROOT / "node_modules" / ".package-lock.json").read_text())["packages"]
    except (OSError, ValueError):
        return False
    want = _locked()["packages"]
    names = [f"node_modules/{name}" for name in want[""]["devDependencies"]]
    return all(have.get(name, {}).get("integrity") == want[name]["integrity"] for name in names)


def lock() -> int:
    """Write package-lock.json from package.json, without the addresses of funding pages.

    Returns:
        npm's exit code.
    """
    done = subprocess.run(npm("install", "--package-lock-only"), cwd=ROOT, check=False)
    if done.returncode == 0:
        locked = _locked()
        for package in locked["packages"].values():
            package.pop("funding", None)
        _LOCK.write_text(json.dumps(locked, indent=2, ensure_ascii=False) + "\n")
    return done.returncode


def _locked() -> dict[str, Any]:
    locked: dict[str, Any] = json.loads(_LOCK.read_text())
    return locked
