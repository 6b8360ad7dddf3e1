"""Migrations, applied in order by Alembic; see `core.store.migrate` for what `oldest_code` in each promises."""
