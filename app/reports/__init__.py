"""Reports: intake in one durable transaction, report numbers, kinds, SMS reports, photos.

Hot: no ORM on the intake path. Start reading at `intake.py`, then `write_batcher.py` and `intake_sqlite.py`.
"""
