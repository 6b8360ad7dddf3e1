"""A database moved to another version of its tables."""

from alembic import command
from alembic.config import Config

from core.store import Database
from core.store.migrate import HEAD, MIGRATIONS


def migrate_to(database: Database, revision: str) -> None:
    """Migrate up to the newest version, or down to an earlier one."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with database.write() as connection:
        config.attributes["connection"] = connection
        (command.upgrade if revision == HEAD else command.downgrade)(config, revision)
