"""Positions in words, and addresses asked of a Nominatim outside; asked by a worker, never inside a request."""
