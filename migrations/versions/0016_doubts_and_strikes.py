"""labels that order the queue, and false reports that a person confirmed"""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_OPEN = sa.text("closed_at IS NULL")


def _queue(*columns):
    op.drop_index("ix_incident_queue", "incident")
    op.create_index("ix_incident_queue", "incident", columns, postgresql_where=_OPEN, sqlite_where=_OPEN)


def upgrade():
    op.add_column("incident", sa.Column("doubt", sa.Integer(), server_default=sa.text("0"), nullable=False))
    _queue("priority", "doubt", "received_at", "id")
    op.execute("INSERT INTO escalation_cursor (id, seq) VALUES (2, -1)")
    op.create_table(
        "strike",
        sa.Column("id", IdType, nullable=False),
        sa.Column("device_id", IdType, nullable=False),
        sa.Column("report_id", IdType, nullable=False),
        sa.Column("incident_id", IdType, nullable=False),
        sa.Column("confirmed_by", IdType, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("appeal", sa.Text(), nullable=True),
        sa.Column("appealed_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", IdType, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("lifted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_strike_device_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_strike_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["staff.id"], name=op.f("fk_strike_confirmed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_strike_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strike")),
        sa.UniqueConstraint("report_id", name=op.f("uq_strike_report_id")),
    )
    op.create_index("ix_strike_device_id", "strike", ["device_id"])


def downgrade():
    op.drop_table("strike")
    op.execute("DELETE FROM escalation_cursor WHERE id = 2")
    _queue("priority", "received_at", "id")
    op.drop_column("incident", "doubt")
