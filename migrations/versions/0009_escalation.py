"""ladders, clocks, rings, and who is on call"""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_CALLED = "'operators', 'supervisor', 'head', 'agency_first', 'agency_second', 'agency_head', 'alternate'"
_LADDERS = "'unopened', 'forwarded', 'unaccepted', 'declined'"


def upgrade():
    on_call()
    ladders()
    rings()


def on_call():
    op.create_table(
        "contact",
        sa.Column("id", IdType, nullable=False),
        sa.Column("agency", sa.String(32), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("staff_id", IdType, nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name=op.f("fk_contact_agency")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_contact_staff_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index("ix_contact_agency", "contact", ["agency"])
    op.create_table(
        "on_call",
        sa.Column("id", IdType, nullable=False),
        sa.Column("contact_id", IdType, nullable=False),
        sa.Column("duty", sa.String(32), nullable=False),
        sa.Column("days", sa.String(32), nullable=False),
        sa.Column("from_min", sa.Integer(), nullable=False),
        sa.Column("to_min", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "duty IN ('operator', 'supervisor', 'head', 'first', 'second')", name=op.f("ck_on_call_duty")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_on_call_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_on_call")),
    )
    op.create_index("ix_on_call_contact_id", "on_call", ["contact_id"])
    op.create_table(
        "on_call_swap",
        sa.Column("id", IdType, nullable=False),
        sa.Column("on_call_id", IdType, nullable=False),
        sa.Column("contact_id", IdType, nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["on_call_id"], ["on_call.id"], name=op.f("fk_on_call_swap_on_call_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_on_call_swap_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_on_call_swap")),
    )
    op.create_index("ix_on_call_swap_on_call_id", "on_call_swap", ["on_call_id"])


def ladders():
    op.create_table(
        "ladder",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("again_after_s", sa.Integer(), nullable=True),
        sa.CheckConstraint(f"name IN ({_LADDERS})", name=op.f("ck_ladder_name")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_ladder")),
    )
    op.create_table(
        "ladder_step",
        sa.Column("ladder", sa.String(32), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("after_s", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(32), nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.CheckConstraint(f"who IN ({_CALLED})", name=op.f("ck_ladder_step_who")),
        sa.ForeignKeyConstraint(["ladder"], ["ladder.name"], name=op.f("fk_ladder_step_ladder")),
        sa.PrimaryKeyConstraint("ladder", "place", name=op.f("pk_ladder_step")),
    )
    op.create_table(
        "escalation_clock",
        sa.Column("subject", IdType, nullable=False),
        sa.Column("ladder", sa.String(32), nullable=False),
        sa.Column("incident_id", IdType, nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("base_at", UtcDateTime(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(f"ladder IN ({_LADDERS})", name=op.f("ck_escalation_clock_ladder")),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
            name=op.f("fk_escalation_clock_incident_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject", "ladder", name=op.f("pk_escalation_clock")),
    )
    running = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_escalation_clock_due",
        "escalation_clock",
        ["due_at"],
        postgresql_where=running,
        sqlite_where=running,
    )
    op.create_index("ix_escalation_clock_incident_id", "escalation_clock", ["incident_id"])
    op.create_table(
        "escalation_cursor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_cursor")),
    )
    op.execute("INSERT INTO escalation_cursor (id, seq) VALUES (1, -1)")


def rings():
    op.create_table(
        "ring",
        sa.Column("id", IdType, nullable=False),
        sa.Column("event_seq", sa.BigInteger(), nullable=False),
        sa.Column("incident_id", IdType, nullable=False),
        sa.Column("assignment_id", IdType, nullable=True),
        sa.Column("contact_id", IdType, nullable=True),
        sa.Column("means", sa.String(32), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("wording", sa.String(32), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("state", sa.String(32), server_default="waiting", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("means IN ('sms', 'voice', 'email')", name=op.f("ck_ring_means")),
        sa.CheckConstraint(
            "state IN ('waiting', 'taken', 'bundled', 'withdrawn', 'failed')", name=op.f("ck_ring_state")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_ring_incident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_ring_assignment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_ring_contact_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ring")),
        sa.UniqueConstraint("event_seq", "means", "address", name=op.f("uq_ring_event_seq_means_address")),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_ring_due", "ring", ["next_at"], postgresql_where=waiting, sqlite_where=waiting)
    op.create_index("ix_ring_incident_id", "ring", ["incident_id"])
    op.create_index("ix_ring_address_created_at", "ring", ["address", "created_at"])


def downgrade():
    for table in (
        "ring", "escalation_cursor", "escalation_clock", "ladder_step", "ladder", "on_call_swap", "on_call", "contact",
    ):  # fmt: skip
        op.drop_table(table)
