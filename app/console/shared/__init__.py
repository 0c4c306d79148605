"""What every page of the console uses: routes and roles, words and headers, layout, faults, photos.

Start reading at `route.py`: a page that declares no role is refused.
"""
