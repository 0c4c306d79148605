"""Write logs as JSON lines with a request id; they hold no name, phone number, text or exact position."""

from __future__ import annotations

import logging
import sys

import structlog

_LEVELS = {"granian.access": logging.WARNING, "alembic": logging.WARNING, "PIL": logging.WARNING}


def start_log(process: str) -> None:
    """Send all logs of this process to standard error as JSON lines."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name, level in _LEVELS.items():
        logging.getLogger(name).setLevel(level)


def log() -> structlog.typing.FilteringBoundLogger:
    """Return the logger; bind ids and codes to it, no content."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger
