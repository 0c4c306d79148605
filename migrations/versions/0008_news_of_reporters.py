"""what reporters add that nobody in the room has looked at"""

import sqlalchemy as sa
from alembic import op

from app.core.db import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
CALLING = sa.text("closed_at IS NOT NULL AND unseen > 0")


def upgrade():
    op.add_column("incident", sa.Column("unseen", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("incident", sa.Column("signal", sa.String(length=32), nullable=True))
    op.add_column("incident", sa.Column("signalled_at", UtcDateTime(), nullable=True))
    op.create_index(
        "ix_incident_calling", "incident", ["closed_at"], postgresql_where=CALLING, sqlite_where=CALLING
    )


def downgrade():
    op.drop_index("ix_incident_calling", "incident")
    for name in ("signalled_at", "signal", "unseen"):
        op.drop_column("incident", name)
