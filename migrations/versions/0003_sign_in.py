"""sign-ins remember where from, what waits for an answer, and a second step put off"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("put_off_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("address_hash", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("browser", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("challenge", sa.Text(), nullable=True))


def downgrade():
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_column("challenge")
        batch_op.drop_column("browser")
        batch_op.drop_column("address_hash")
        batch_op.drop_column("put_off_at")
