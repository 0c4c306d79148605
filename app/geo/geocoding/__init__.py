"""Positions in words, and addresses asked of an outside Nominatim by the worker, never inside a request."""
