"""Hides packages that only requirements-dev.txt brings from a measured process, as in an installation.

structlog loads them if they are installed.
"""

import sys

for name in ("attr", "pygments", "rich"):
    sys.modules[name] = None  # type: ignore[assignment]
