"""incidents that are one: mergings, and the way of each report"""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    stands = sa.text("undone_at IS NULL")
    op.create_table(
        "merging",
        sa.Column("id", IdType, nullable=False),
        sa.Column("incident_id", IdType, nullable=False),
        sa.Column("other_id", IdType, nullable=False),
        sa.Column("staff_id", IdType, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_by", IdType, nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_merging_incident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["incident.id"], name=op.f("fk_merging_other_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_merging_staff_id")),
        sa.ForeignKeyConstraint(["undone_by"], ["staff.id"], name=op.f("fk_merging_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merging")),
    )
    op.create_index("ix_merging_incident_id", "merging", ["incident_id"])
    op.create_index(
        "ix_merging_other_id",
        "merging",
        ["other_id"],
        unique=True,
        postgresql_where=stands,
        sqlite_where=stands,
    )
    op.create_table(
        "report_move",
        sa.Column("report_id", IdType, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("merging_id", IdType, nullable=False),
        sa.Column("from_id", IdType, nullable=False),
        sa.Column("to_id", IdType, nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_move_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["merging_id"], ["merging.id"], name=op.f("fk_report_move_merging_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["from_id"], ["incident.id"], name=op.f("fk_report_move_from_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["to_id"], ["incident.id"], name=op.f("fk_report_move_to_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "seq", name=op.f("pk_report_move")),
    )
    op.create_index("ix_report_move_merging_id", "report_move", ["merging_id"])


def downgrade():
    op.drop_table("report_move")
    op.drop_table("merging")
