"""questions, shared positions, needs; when words reached a phone"""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("message", sa.Column("delivered_at", UtcDateTime(), nullable=True))
    op.create_table(
        "ask",
        sa.Column("id", IdType, nullable=False),
        sa.Column("report_id", IdType, nullable=False),
        sa.Column("staff_id", IdType, nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("question", sa.String(32), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("answer", sa.String(32), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("what IN ('question', 'photo', 'position', 'share')", name=op.f("ck_ask_what")),
        sa.CheckConstraint(
            "answer IS NULL OR answer IN ('yes', 'no', 'unknown')", name=op.f("ck_ask_answer")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_ask_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_ask_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask")),
    )
    op.create_index("ix_ask_report_id_at", "ask", ["report_id", "at"])
    op.create_index("ix_ask_until", "ask", ["until"])
    op.create_table(
        "shared_position",
        sa.Column("id", IdType, nullable=False),
        sa.Column("report_id", IdType, nullable=False),
        sa.Column("ask_id", IdType, nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("age_s", sa.Double(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_shared_position_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ask_id"], ["ask.id"], name=op.f("fk_shared_position_ask_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_position")),
    )
    op.create_index("ix_shared_position_report_id_at", "shared_position", ["report_id", "at"])
    op.create_table(
        "need",
        sa.Column("report_id", IdType, nullable=False),
        sa.Column("need", sa.String(32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("need IN ('no_voice', 'interpreter')", name=op.f("ck_need_need")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_need_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "need", name=op.f("pk_need")),
    )


def downgrade():
    op.drop_table("need")
    op.drop_table("shared_position")
    op.drop_table("ask")
    op.drop_column("message", "delivered_at")
