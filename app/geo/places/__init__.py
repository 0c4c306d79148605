"""Landmarks and the search for them as people spell them. Start reading at `fuzzy_search.py`."""
