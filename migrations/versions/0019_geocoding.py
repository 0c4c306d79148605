"""answers of the geocoder outside, and whose turn it is to ask"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "geocode_answer",
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("places", sa.Text(), server_default="[]", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'asking', 'found', 'none', 'failed')", name=op.f("ck_geocode_answer_state")
        ),
        sa.PrimaryKeyConstraint("words", name=op.f("pk_geocode_answer")),
    )
    op.create_index("ix_geocode_answer_state", "geocode_answer", ["state", "asked_at"])
    op.create_table(
        "geocode_turn",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_geocode_turn")),
    )
    op.execute("INSERT INTO geocode_turn (id, next_at) VALUES (1, '2026-01-01 00:00:00')")


def downgrade():
    op.drop_table("geocode_turn")
    op.drop_table("geocode_answer")
