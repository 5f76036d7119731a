"""How Alembic reaches the database: by the connection it is handed, or by the settings."""

from alembic import context
from sqlalchemy import Connection

from app.database import Database
from app.models import Base
from app.settings import Settings


def run(connection: Connection) -> None:
    """Run the migrations on this connection, in one transaction."""
    # SQLite cannot alter most things in place: batch mode copies the table instead.
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with Database(Settings().database_url).engine.connect() as connection:
        run(connection)
        connection.commit()
