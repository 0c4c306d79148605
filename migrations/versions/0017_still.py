"""one-tap questions to reporters, and one answer per device"""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "still_question",
        sa.Column("id", IdType, nullable=False),
        sa.Column("incident_id", IdType, nullable=False),
        sa.Column("staff_id", IdType, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_still_question_incident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_still_question_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_still_question")),
    )
    op.create_index("ix_still_question_incident_id", "still_question", ["incident_id"])
    op.create_table(
        "still_asked",
        sa.Column("question_id", IdType, nullable=False),
        sa.Column("report_id", IdType, nullable=False),
        sa.Column("answer", sa.String(32), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("answer IS NULL OR answer IN ('yes', 'no')", name=op.f("ck_still_asked_answer")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["still_question.id"],
            name=op.f("fk_still_asked_question_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_still_asked_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", "report_id", name=op.f("pk_still_asked")),
    )
    op.create_index("ix_still_asked_report_id", "still_asked", ["report_id"])


def downgrade():
    op.drop_table("still_asked")
    op.drop_table("still_question")
