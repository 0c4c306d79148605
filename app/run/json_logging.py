"""What the web server itself says, as the same JSON lines that we write; nothing but the standard library is loaded."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """One JSON line a record. Named by `server-log.json`, which Granian reads."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line."""
        line = {
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "process": "web",
        }
        return json.dumps(line, ensure_ascii=False)
