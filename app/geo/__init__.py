"""Locate positions and find places: kelurahan, landmarks, distances, Plus Codes, grid cells, geocoding.

Start reading at `districts/locate.py` (a position's kelurahan) and `places/fuzzy_search.py` (a typed place).
"""
