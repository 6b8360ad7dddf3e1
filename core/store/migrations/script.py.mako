"""${message}"""

# `python -m tests.core.store.schema_script` writes the script of an empty SQLite database anew.

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None
# The oldest code that still works on these tables, by its newest revision: the one before when all that is new has a
# default or is a table of its own, this one when something is renamed, removed or means something else.
oldest_code = ${repr(up_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
