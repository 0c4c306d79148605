"""Formats the web server's own log as JSON lines like the app's log, with the standard library only."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """Formats each record as one JSON line. Named in `server-log.json`, which Granian reads."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one JSON line."""
        line = {
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "process": "web",
        }
        return json.dumps(line, ensure_ascii=False)
