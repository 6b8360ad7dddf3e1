"""People, and the sign-ins that are theirs.

Who is who was kept in sealed records before, which a migration cannot open: `core.store.people.former` brings them over
when the store is opened next.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
oldest_code = "0004"


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.UniqueConstraint("workspace", "key", name="person_home"),
    )
    op.create_table(
        "sign_in",
        sa.Column("workspace", sa.Text(), primary_key=True),
        sa.Column("subject", sa.Text(), primary_key=True),
        sa.Column("person_id", sa.Text(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("enterprise", sa.Text(), nullable=False),
        sa.Column("vouched_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
    )
    op.create_index("sign_in_person", "sign_in", ["person_id"])


def downgrade() -> None:
    op.drop_table("sign_in")
    op.drop_table("person")
