"""Provide what every package uses: database, clock, ids, errors, jobs, secrets, logging and translations.

Imports no other package of the app; of the domain it holds the closed lists (`domain.py`). Start reading at `db.py`.
"""
