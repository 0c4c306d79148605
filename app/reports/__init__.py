"""Takes reports in one durable transaction; report numbers, kinds, SMS reports and photos.

The intake path is hot: it uses raw SQL and no ORM.
Start reading at `intake.py`, then `write_batcher.py` and `intake_sqlite.py`.
"""
