"""major incidents and their parts"""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "major",
        sa.Column("id", IdType, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lead_id", IdType, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["staff.id"], name=op.f("fk_major_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_major")),
    )
    op.create_table(
        "major_incident",
        sa.Column("incident_id", IdType, nullable=False),
        sa.Column("major_id", IdType, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_major_incident_incident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["major_id"], ["major.id"], name=op.f("fk_major_incident_major_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_major_incident")),
    )
    op.create_index("ix_major_incident_major_id", "major_incident", ["major_id"])


def downgrade():
    op.drop_table("major_incident")
    op.drop_table("major")
