"""How migrations run: on the engine of the settings, or on the connection that a caller hands over."""

from alembic import context

from app.core.db import open_engine
from app.models import metadata


def in_plain_types(kind, item, _context):
    """Write our own column types as what they are in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and type(item).__name__ == "UtcDateTime" else False


def run(connection):
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=in_plain_types,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    run(handed_over)
else:
    import os

    from config import Settings

    engine = open_engine(Settings.from_mapping(os.environ).sqlalchemy_url)
    with engine.connect() as opened:
        run(opened)
        opened.commit()
