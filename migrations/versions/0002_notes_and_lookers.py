"""notes of the room, and who looks at an incident"""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "note",
        sa.Column("id", IdType, nullable=False),
        sa.Column("incident_id", IdType, nullable=False),
        sa.Column("staff_id", IdType, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_note_incident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_note_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_incident_id_at", "note", ["incident_id", "at"])
    op.create_table(
        "looking",
        sa.Column("incident_id", IdType, nullable=False),
        sa.Column("staff_id", IdType, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_looking_incident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_looking_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("incident_id", "staff_id", name=op.f("pk_looking")),
    )


def downgrade():
    op.drop_table("looking")
    op.drop_table("note")
