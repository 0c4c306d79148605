"""The migrations make exactly the tables that the models describe."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from app.models import Base
from tests.support.databases import build

pytestmark = pytest.mark.both_engines


def test_migrations_equal_models(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def checks(engine):
    looked = inspect(engine)
    return {
        (table, check["name"])
        for table in looked.get_table_names()
        for check in looked.get_check_constraints(table)
    }


def test_every_check_of_the_models_is_in_the_database(database):
    wanted = {
        (table.name, str(constraint.name))
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.__visit_name__ == "check_constraint"
    }
    assert wanted - checks(database.engine) == set()


def test_migrating_again_changes_nothing(database, settings):
    def rows():
        with database.engine.connect() as connection:
            return {
                table.name: connection.execute(text(f"SELECT count(*) FROM {table.name}")).scalar_one()
                for table in Base.metadata.sorted_tables
            }

    before = rows()
    build(settings.database_url or settings.sqlalchemy_url)
    assert rows() == before
