"""incidents handed over to a neighbour's 112"""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "transfer",
        sa.Column("id", IdType, nullable=False),
        sa.Column("incident_id", IdType, nullable=False),
        sa.Column("agency", sa.String(32), nullable=False),
        sa.Column("means", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", IdType, nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("means IN ('voice', 'email', 'sms')", name=op.f("ck_transfer_means")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_transfer_incident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_transfer_agency")),
        sa.ForeignKeyConstraint(["given_by"], ["staff.id"], name=op.f("fk_transfer_given_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    op.create_index("ix_transfer_incident_id", "transfer", ["incident_id"])


def downgrade():
    op.drop_table("transfer")
