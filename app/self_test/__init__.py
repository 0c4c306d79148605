"""The daily test: a report that nobody made walks the whole chain, and the room hears when it gets stuck."""

from typing import Final

PURPOSE: Final = "canary"
HEADER: Final = "Siaga-Canary"
"""Carries a MAC over the report's key: only this installation can mark a report as its test."""
