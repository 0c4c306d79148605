"""Bodies of the API as pydantic models: requests in `requests.py`, responses in the other modules.

Docstrings and names of the classes appear in `/openapi.json`: to change one changes the document.
"""
