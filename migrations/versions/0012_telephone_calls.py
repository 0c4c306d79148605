"""calls of the telephone exchange, and what operators type of them"""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "phone_call",
        sa.Column("id", IdType, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("incident_id", IdType, nullable=True),
        sa.Column("worked_by", IdType, nullable=True),
        sa.Column("worked_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('ringing', 'answered', 'ended', 'abandoned')", name=op.f("ck_phone_call_state")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_phone_call_incident_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["worked_by"], ["staff.id"], name=op.f("fk_phone_call_worked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_call")),
        sa.UniqueConstraint("reference", name=op.f("uq_phone_call_reference")),
    )
    op.create_index("ix_phone_call_at", "phone_call", ["at"])
    op.create_table(
        "call_draft",
        sa.Column("id", IdType, nullable=False),
        sa.Column("staff_id", IdType, nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_call_draft_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_draft")),
    )
    op.create_index("ix_call_draft_staff_id", "call_draft", ["staff_id"])


def downgrade():
    op.drop_table("call_draft")
    op.drop_table("phone_call")
