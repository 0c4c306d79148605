"""drills: a name, from when to when, and who is rung"""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "drill",
        sa.Column("id", IdType, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("started_by", IdType, nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", IdType, nullable=True),
        sa.ForeignKeyConstraint(["started_by"], ["staff.id"], name=op.f("fk_drill_started_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["staff.id"], name=op.f("fk_drill_ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill")),
    )
    op.create_index("ix_drill_starts_at", "drill", ["starts_at"])
    op.create_table(
        "drill_staff",
        sa.Column("drill_id", IdType, nullable=False),
        sa.Column("staff_id", IdType, nullable=False),
        sa.ForeignKeyConstraint(
            ["drill_id"], ["drill.id"], name=op.f("fk_drill_staff_drill_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_drill_staff_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("drill_id", "staff_id", name=op.f("pk_drill_staff")),
    )


def downgrade():
    op.drop_table("drill_staff")
    op.drop_table("drill")
