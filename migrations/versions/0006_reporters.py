"""Conversations with reporters, merged incidents, false reports."""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime, one_of

revision = "0006"
down_revision = "0005"


def upgrade():
    op.create_table(
        "message",
        sa.Column("id", IdType, primary_key=True),
        sa.Column(
            "incident_id",
            IdType,
            sa.ForeignKey("incident.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("report_id", IdType, sa.ForeignKey("report.id", ondelete="CASCADE"), nullable=False),
        sa.Column("sender", sa.String(32), nullable=False),
        sa.Column("staff_id", IdType, sa.ForeignKey("staff.id")),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("delivered_at", UtcDateTime()),
        sa.Column("read_at", UtcDateTime()),
        sa.CheckConstraint(one_of("sender", ("reporter", "operator")), name="sender"),
        sa.Index("ix_message_report_id_at", "report_id", "at"),
    )
    op.create_table(
        "ask",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("report_id", IdType, sa.ForeignKey("report.id", ondelete="CASCADE"), nullable=False),
        sa.Column("staff_id", IdType, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("question", sa.String(32)),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("delivered_at", UtcDateTime()),
        sa.Column("read_at", UtcDateTime()),
        sa.Column("answer", sa.String(32)),
        sa.Column("answered_at", UtcDateTime()),
        sa.Column("until", UtcDateTime(), index=True),
        sa.Column("ended_at", UtcDateTime()),
        sa.CheckConstraint("answer IS NULL OR " + one_of("answer", ("yes", "no", "unknown")), name="answer"),
        sa.CheckConstraint(one_of("what", ("question", "photo", "position", "share")), name="what"),
        sa.Index("ix_ask_report_id_at", "report_id", "at"),
    )
    op.create_table(
        "shared_position",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("report_id", IdType, sa.ForeignKey("report.id", ondelete="CASCADE"), nullable=False),
        sa.Column("ask_id", IdType, sa.ForeignKey("ask.id", ondelete="CASCADE"), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.Double()),
        sa.Column("age_s", sa.Double()),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Index("ix_shared_position_report_id_at", "report_id", "at"),
    )
    op.create_table(
        "need",
        sa.Column("report_id", IdType, sa.ForeignKey("report.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("need", sa.String(32), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(one_of("need", ("no_voice", "interpreter")), name="need"),
    )
    op.create_table(
        "still_question",
        sa.Column("id", IdType, primary_key=True),
        sa.Column(
            "incident_id",
            IdType,
            sa.ForeignKey("incident.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("staff_id", IdType, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "still_recipient",
        sa.Column(
            "question_id", IdType, sa.ForeignKey("still_question.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column(
            "report_id", IdType, sa.ForeignKey("report.id", ondelete="CASCADE"), primary_key=True, index=True
        ),
        sa.Column("answer", sa.String(32)),
        sa.Column("answered_at", UtcDateTime()),
        sa.CheckConstraint("answer IS NULL OR " + one_of("answer", ("yes", "no")), name="answer"),
    )
    op.create_table(
        "merging",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("incident_id", IdType, sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False),
        sa.Column("other_id", IdType, sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False),
        sa.Column("staff_id", IdType, sa.ForeignKey("staff.id")),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("undone_at", UtcDateTime()),
        sa.Column("undone_by", IdType, sa.ForeignKey("staff.id")),
        sa.Index("ix_merging_incident_id", "incident_id"),
        sa.Index(
            "ix_merging_other_id",
            "other_id",
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        ),
    )
    op.create_table(
        "report_move",
        sa.Column("report_id", IdType, sa.ForeignKey("report.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column(
            "merging_id", IdType, sa.ForeignKey("merging.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("from_id", IdType, sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False),
        sa.Column("to_id", IdType, sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_table(
        "strike",
        sa.Column("id", IdType, primary_key=True),
        sa.Column(
            "device_id", IdType, sa.ForeignKey("device.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column(
            "report_id", IdType, sa.ForeignKey("report.id", ondelete="CASCADE"), nullable=False, unique=True
        ),
        sa.Column("incident_id", IdType, nullable=False),
        sa.Column("confirmed_by", IdType, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("appeal", sa.Text()),
        sa.Column("appealed_at", UtcDateTime()),
        sa.Column("decided_by", IdType, sa.ForeignKey("staff.id")),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("lifted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
