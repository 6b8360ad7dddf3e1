"""Sources of few passages, which a search reads whole: no index holds passages by their source.

What holds a term or lies near a vector is found in all sources at once; of one small source among many little of that
would be left.
"""

from collections.abc import Collection

import sqlalchemy as sa

# So many are looked at in some ten milliseconds.
MAX_LISTED = 10_000
# Row by row of the items, so that each time the primary key finds the passages.
_LISTED = """
SELECT listed.* FROM knowledge_item CROSS JOIN LATERAL (
    SELECT * FROM {table} WHERE id BETWEEN knowledge_item.id << 20 AND (knowledge_item.id << 20) + 1048575
    AND source = ANY(:sources) OFFSET 0
) AS listed WHERE knowledge_item.source = ANY(:sources)
"""
LISTED_PASSAGES = _LISTED.format(table="knowledge_passage")
NEAREST_LISTED = f"""
(SELECT id, source, v <#> CAST(:vector AS halfvec) AS distance
FROM ({_LISTED.format(table="knowledge_vector")}) AS listed
WHERE access = ANY(:access) ORDER BY distance LIMIT :most)
"""  # noqa: S608 # a table of ours
_COUNT = f"SELECT count(*) FROM (SELECT 1 FROM ({LISTED_PASSAGES}) AS listed LIMIT {MAX_LISTED + 1}) AS counted"  # noqa: S608


def are_listed(connection: sa.Connection, source_ids: Collection[str]) -> bool:
    """Tell whether all that these sources hold is looked at one by one; never for all sources, which are none here."""
    if not source_ids:
        return False
    return int(connection.execute(sa.text(_COUNT), {"sources": list(source_ids)}).scalar_one()) <= MAX_LISTED
