"""On the path of a measured process: what requirements-dev.txt alone brings is not there, as on a city's machine.

structlog loads them when they happen to be installed.
"""

import sys

for name in ("attr", "pygments", "rich"):
    sys.modules[name] = None  # type: ignore[assignment]
