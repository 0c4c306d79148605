"""The silent channel: cases, sealed items, keys, and their own audit log."""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime, one_of

revision = "0010"
down_revision = "0009"


def upgrade():
    op.create_table(
        "silent_case",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("key", IdType, nullable=False, unique=True),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(32), nullable=False),
        sa.Column("simulation", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("opened_at", UtcDateTime()),
        sa.Column("opened_by", IdType, sa.ForeignKey("staff.id")),
        sa.Column("forwarded_at", UtcDateTime()),
        sa.Column("closed_at", UtcDateTime()),
        sa.Column("location_erased_at", UtcDateTime()),
        sa.Column("block_version", sa.Integer(), nullable=False),
        sa.Column("block_wrapped", sa.LargeBinary()),
        sa.Column("block_content", sa.LargeBinary()),
        sa.Column("words_wrapped", sa.LargeBinary()),
        sa.Column("words_content", sa.LargeBinary()),
        sa.Column("lookup_hash", sa.Text(), unique=True),
        sa.Column("proof_hash", sa.Text()),
        sa.Column("receipt_public", sa.LargeBinary()),
        sa.CheckConstraint("priority IN (1, 2)", name="priority"),
        sa.CheckConstraint(one_of("state", ("received", "opened", "forwarded", "closed")), name="state"),
        sa.Index(
            "ix_silent_case_open",
            "priority",
            "received_at",
            "id",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )
    op.create_table(
        "case_agency",
        sa.Column("case_id", IdType, sa.ForeignKey("silent_case.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("agency", sa.String(32), sa.ForeignKey("agency.code"), primary_key=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("staff_id", IdType, sa.ForeignKey("staff.id")),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            one_of("state", ("notified", "accepted", "en_route", "on_scene", "done", "declined")),
            name="state",
        ),
    )
    op.create_table(
        "case_clock",
        sa.Column("case_id", IdType, sa.ForeignKey("silent_case.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("base_at", UtcDateTime(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False, index=True),
    )
    op.create_table(
        "case_counsellor",
        sa.Column("case_id", IdType, sa.ForeignKey("silent_case.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("staff_id", IdType, sa.ForeignKey("staff.id"), primary_key=True),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "case_link",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("case_id", IdType),
        sa.Column("actor", sa.String(32), nullable=False),
        sa.Column("actor_id", sa.Text()),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint(one_of("actor", ("reporter", "staff", "system")), name="actor"),
        sa.Index("ix_case_link_case_id_seq", "case_id", "seq"),
    )
    op.create_table(
        "case_link_head",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
    )
    op.execute(f"INSERT INTO case_link_head (id, seq, hash) VALUES (1, 0, '{'0' * 64}')")
    op.create_table(
        "glass",
        sa.Column("id", IdType, primary_key=True),
        sa.Column(
            "case_id", IdType, sa.ForeignKey("silent_case.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("requested_by", IdType, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("agreed_by", IdType, sa.ForeignKey("staff.id")),
        sa.Column("agreed_at", UtcDateTime()),
        sa.Column("until", UtcDateTime()),
    )
    op.create_table(
        "receipt_try",
        sa.Column("address_hash", sa.Text(), primary_key=True),
        sa.Column("window_at", UtcDateTime(), primary_key=True),
        sa.Column("wrong", sa.Integer(), nullable=False),
    )
    op.create_table(
        "sealed_item",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("case_id", IdType, sa.ForeignKey("silent_case.id", ondelete="CASCADE"), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("roster_version", sa.Integer(), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("iv", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", UtcDateTime()),
        sa.CheckConstraint(one_of("author", ("reporter", "counsellor", "system")), name="author"),
        sa.CheckConstraint(
            one_of("purpose", ("narrative", "identity", "chat", "location", "manifest")), name="purpose"
        ),
        sa.Index("ix_sealed_item_case_id_at", "case_id", "at"),
    )
    op.create_table(
        "sealed_wrap",
        sa.Column("sealed_id", IdType, sa.ForeignKey("sealed_item.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("key_id", sa.String(32), primary_key=True, index=True),
        sa.Column("wrap", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "sealed_file",
        sa.Column("id", IdType, primary_key=True),
        sa.Column(
            "case_id", IdType, sa.ForeignKey("silent_case.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("manifest_sealed_id", IdType, sa.ForeignKey("sealed_item.id")),
        sa.Column("complete", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_table(
        "ppa_roster",
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "counsellor_key",
        sa.Column("key_id", sa.String(32), primary_key=True),
        sa.Column("staff_id", IdType, sa.ForeignKey("staff.id"), nullable=False, index=True),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime()),
    )
