"""Ground of every package: database, clock, ids, errors, jobs, secrets, logging, words in both languages.

Knows nothing of the domain and imports nothing of ours. Start reading at `db.py`.
"""
