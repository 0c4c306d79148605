"""the rollup of statistics, and incidents by their day"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_incident_day", "incident", ["day"])
    op.create_table(
        "stat_day",
        sa.Column("dimension", sa.String(32), nullable=False),
        sa.Column("value", sa.String(32), nullable=False),
        sa.Column("day", sa.String(32), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in (
                *("incidents", "reports", "normal", "ghost", "prank", "information"),
                *("duplicate", "unclosed"),
            )
        ),
        sa.Column("samples", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "dimension IN ('all', 'agency', 'kelurahan', 'kind', 'shift')", name=op.f("ck_stat_day_dimension")
        ),
        sa.PrimaryKeyConstraint("dimension", "value", "day", name=op.f("pk_stat_day")),
    )
    op.create_index("ix_stat_day_day", "stat_day", ["day"])
    op.create_table(
        "stat_span",
        sa.Column("dimension", sa.String(32), nullable=False),
        sa.Column("value", sa.String(32), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("until", sa.String(32), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("dimension", "value", "days", name=op.f("pk_stat_span")),
    )
    mark = op.create_table(
        "stat_mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_mark")),
    )
    op.bulk_insert(mark, [{"id": 1, "seq": 0}])


def downgrade():
    for table in ("stat_mark", "stat_span", "stat_day"):
        op.drop_table(table)
    op.drop_index("ix_incident_day", "incident")
