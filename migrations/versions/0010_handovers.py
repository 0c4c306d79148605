"""a shift handed over, signed by both"""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "handover",
        sa.Column("id", IdType, nullable=False),
        sa.Column("shift", sa.String(32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("given_by", IdType, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", IdType, nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["given_by"], ["staff.id"], name=op.f("fk_handover_given_by")),
        sa.ForeignKeyConstraint(["taken_by"], ["staff.id"], name=op.f("fk_handover_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index("ix_handover_given_at", "handover", ["given_at"])


def downgrade():
    op.drop_table("handover")
