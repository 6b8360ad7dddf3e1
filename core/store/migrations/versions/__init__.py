"""Migrations, applied in order by Alembic; see `core.store.migrate`."""
