"""people are called for silent cases that nobody opens; a ring may name no incident"""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "case_clock",
        sa.Column("case_id", IdType, nullable=False),
        sa.Column("base_at", UtcDateTime(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["silent_case.id"], name=op.f("fk_case_clock_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_clock")),
    )
    op.create_index("ix_case_clock_due_at", "case_clock", ["due_at"])
    op.execute(
        "INSERT INTO case_clock (case_id, base_at, round, done, due_at)"
        " SELECT id, received_at, 1, 0, received_at FROM silent_case WHERE state = 'received'"
    )
    with op.batch_alter_table("ring") as batch_op:
        batch_op.alter_column("incident_id", existing_type=IdType, nullable=True)


def downgrade():
    op.execute("DELETE FROM ring WHERE incident_id IS NULL")
    with op.batch_alter_table("ring") as batch_op:
        batch_op.alter_column("incident_id", existing_type=IdType, nullable=False)
    op.drop_table("case_clock")
