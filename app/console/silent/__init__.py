"""Console pages of cases of violence at home, for cleared operators, police and counsellors.

Who may see what stands in `app/silent/access.py`; nothing here may show a field that it does not allow.
"""
