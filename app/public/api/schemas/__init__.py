"""Bodies of the API: what is read (`requests.py`) and what is answered, as pydantic models."""
