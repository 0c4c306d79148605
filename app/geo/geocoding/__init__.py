"""Describe positions in words, and geocode addresses with an external Nominatim in the worker."""
