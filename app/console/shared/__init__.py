"""Shared by every page of the console: routes and roles, texts and headers, layout, faults, photos.

Start reading at `route.py`: a page that declares no role is refused.
"""
