"""The HTTP API of residents and integrators (`/api/v1`, `/openapi.json`). Start reading at `report_intake.py` and `reports.py`."""
