"""Kelurahan, landmarks and the geocoder's answers."""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime, one_of

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_table(
        "kelurahan",
        sa.Column("code", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kecamatan", sa.Text(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("spellings", sa.Text(), server_default="", nullable=False),
        sa.Column("outline", sa.Text()),
        sa.Column("sketch", sa.Text()),
    )
    op.create_table(
        "landmark",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("spellings", sa.Text(), server_default="", nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("outline", sa.Text()),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            one_of(
                "kind",
                (
                    "landmark",
                    "island",
                    "office",
                    "health",
                    "school",
                    "worship",
                    "market",
                    "harbour",
                    "industry",
                    "street",
                    "rt",
                ),
            ),
            name="kind",
        ),
        sa.Index("ix_landmark_changed_at", "changed_at"),
    )
    op.create_table(
        "geocode_answer",
        sa.Column("words", sa.Text(), primary_key=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("places", sa.Text(), server_default="[]", nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime()),
        sa.Column("answered_at", UtcDateTime()),
        sa.CheckConstraint(one_of("state", ("waiting", "asking", "found", "none", "failed")), name="state"),
        sa.Index("ix_geocode_answer_state", "state", "requested_at"),
    )
    op.create_table(
        "geocode_turn",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
    )
    op.execute("INSERT INTO geocode_turn (id, next_at) VALUES (1, '2026-01-01 00:00:00')")
