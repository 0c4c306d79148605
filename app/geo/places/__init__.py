"""Keep landmarks and search them despite misspellings. Start reading at `fuzzy_search.py`."""
