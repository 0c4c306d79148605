"""Ground of every package: database, clock, ids, errors, jobs, secrets, logging, words in both languages.

Knows of the domain only its closed lists (`domain.py`) and imports nothing of ours. Start reading at `db.py`.
"""
