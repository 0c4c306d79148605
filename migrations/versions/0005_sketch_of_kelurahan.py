"""the outline of a kelurahan as maps draw it: simplified, shared borders kept"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("kelurahan") as batch_op:
        batch_op.add_column(sa.Column("sketch", sa.Text(), nullable=True))


def downgrade():
    with op.batch_alter_table("kelurahan") as batch_op:
        batch_op.drop_column("sketch")
