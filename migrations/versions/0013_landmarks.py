"""places that people name"""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KINDS = "'landmark', 'island', 'office', 'health', 'school', 'worship', 'market', 'harbour', 'industry', 'street', 'rt'"


def upgrade():
    op.create_table(
        "landmark",
        sa.Column("id", IdType, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("spellings", sa.Text(), server_default="", nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("outline", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_landmark_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_landmark")),
    )
    op.create_index("ix_landmark_changed_at", "landmark", ["changed_at"])


def downgrade():
    op.drop_table("landmark")
