"""what crews leave about a place"""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = (
    "'narrow', 'dead_end', 'boat_only', 'on_foot', 'hydrant', 'low_cable', 'gate', 'dog', 'hazard', 'other'"
)


def upgrade():
    op.create_table(
        "crew_note",
        sa.Column("id", IdType, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.Column("agency", sa.String(32), nullable=False),
        sa.Column("staff_id", IdType, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_crew_note_kind")),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_crew_note_agency")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_crew_note_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crew_note")),
    )
    op.create_index("ix_crew_note_cell", "crew_note", ["cell", "expires_at"])


def downgrade():
    op.drop_table("crew_note")
