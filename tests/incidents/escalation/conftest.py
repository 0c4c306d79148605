"""Fixtures of the night shift are for these tests alone."""

from tests.support.escalation import night
from tests.support.gateway_server import post_office, telephone

__all__ = ["night", "post_office", "telephone"]
