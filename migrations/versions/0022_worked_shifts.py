"""who works now: a shift of each person"""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "worked_shift",
        sa.Column("id", IdType, nullable=False),
        sa.Column("staff_id", IdType, nullable=False),
        sa.Column("shift", sa.String(32), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_worked_shift_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worked_shift")),
    )
    op.create_index(
        "uq_worked_shift_open",
        "worked_shift",
        ["staff_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade():
    op.drop_table("worked_shift")
