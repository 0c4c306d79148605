"""Reports that need verification stand lower in the queue: a column with a default, and an index rebuilt.

Shows how a table in use is changed, on both engines:
- `server_default` fills the rows that are there, and those that older processes still write during an update.
- On PostgreSQL every report waits behind the lock that a change asks for; `lock_timeout` bounds that wait. A
  migration that does not get its lock fails as a whole; the next start tries again.
- Models name the condition of a partial index for SQLite alone (app/core/db.py); a migration names both.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("incident", sa.Column("doubt", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.drop_index("ix_incident_queue", "incident")
    op.create_index(
        "ix_incident_queue",
        "incident",
        ["priority", "doubt", "received_at", "id"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
