"""The tables of the report: which jobs have changed, what each job counts for, and the sums that the report reads.

`insight_mark` is filled by triggers of migration 0003, so that no way of changing a job or an outcome can forget it.
No column of these holds text of a person; the keys of people in `insight_sum.people` are hashes.
"""

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, LargeBinary, Table, Text

from core.store.tables.metadata import metadata

marks = Table(
    "insight_mark",
    metadata,
    Column("job_id", Text, primary_key=True),
    Column("marks", Integer, nullable=False),
)

tallies = Table(
    "insight_tally",
    metadata,
    Column("job_id", Text, ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    Column("workspace", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("day", Integer, nullable=False),
    Column("recipe", Text, nullable=False),
    Column("surface", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("variant", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("recipe_version", Text, nullable=False, server_default=""),
    Column("prompt_hash", Text, nullable=False, server_default=""),
    Column("outcome", Text, nullable=False),
    Column("distance", Double),
    Column("counts", Text, nullable=False),
    Column("trial", Text, nullable=False),
    Index("insight_tally_person", "workspace", "person", "day"),
    Index("insight_tally_page", "workspace", "person", "outcome", "job_id"),
    Index("insight_tally_recipe", "workspace", "recipe", "outcome", "day"),
)

sums = Table(
    "insight_sum",
    metadata,
    Column("key", Text, primary_key=True),
    Column("grain", Integer, nullable=False),
    Column("period", Integer, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("recipe", Text, nullable=False),
    Column("surface", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("variant", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("recipe_version", Text, nullable=False, server_default=""),
    Column("prompt_hash", Text, nullable=False, server_default=""),
    Column("counts", Text, nullable=False),
    Column("people", LargeBinary, nullable=False, info={"is_sealed": False}),
    Index("insight_sum_cell", "grain", "period", "workspace", "recipe", "surface", "model", "variant", "team"),
)

trials = Table(
    "insight_trial",
    metadata,
    Column("workspace", Text, primary_key=True),
    Column("recipe", Text, primary_key=True),
    Column("goal", Text, primary_key=True),
    Column("variant", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("trials", Double, nullable=False),
    Column("wins", Double, nullable=False),
)
