"""HTTP API of residents and integrators (`/api/v1`, `/openapi.json`).

Start reading at `report_intake.py` (a report arrives) and `report_status.py` (a reporter asks).
"""
