"""Who was who in a database of before people had rows: links that were sealed records are brought over, once.

An address of a surface's person was kept as `person_link` (of a Slack member with the Grid organisation, at first the
address alone), whose of which tenant an address is as `person_address`.
"""

from typing import Any

import sqlalchemy as sa

from core.errors import SettingsError
from core.logs import logger
from core.privacy import Cipher
from core.store.engine import Database
from core.store.people.linking import enter, link
from core.store.people.rows import Identity, SignInRows
from core.store.people.store import SignInStore
from core.store.tables import records

LINK, OWNER = "person_link", "person_address"
KINDS = (LINK, OWNER, "person_name", "person_names_listed")
_log = logger(__name__)


def adopt_former_links(database: Database, cipher: Cipher) -> int:
    """Make rows of the links of an earlier version, and return how many there were.

    Raises:
        StoreOutage: the database cannot be used; a second call continues.
    """
    kept = sa.select(records).where(records.c.kind.in_(KINDS)).order_by(records.c.kind, records.c.updated_at)
    with database.read() as connection:
        rows = connection.execute(kept).all()
    if not rows:
        return 0
    found = [(row, data) for row in rows if (data := _opened(cipher, row)) is not None]
    SignInStore(database, cipher).change(lambda people: _adopt(people, found))
    with database.write() as connection:
        for row, _data in found:  # what no key opens now may be opened later
            own = (records.c.kind == row.kind, records.c.workspace == row.workspace, records.c.key == row.key)
            connection.execute(sa.delete(records).where(*own, records.c.version == row.version))
    return len(found)


def _adopt(people: SignInRows, found: list[tuple[Any, Any]]) -> None:
    owners = {row.key: Identity(*data) for row, data in found if row.kind == OWNER}
    for address, name in owners.items():
        link(people, name, "entra", address=address)
    for row, data in found:
        if row.kind != LINK:
            continue
        name = Identity(row.workspace, row.key)
        known = {"address": data, "enterprise": ""} if isinstance(data, str) else data
        if name.workspace.startswith(("T", "E")) and known["address"]:
            link(people, name, "slack", address=known["address"], enterprise=known["enterprise"])
        elif people.find(name) is None:
            enter(people, name, "slack" if name.workspace.startswith(("T", "E")) else "entra")


def _opened(cipher: Cipher, row: Any) -> Any:
    try:
        return cipher.open(row.workspace, row.data)
    except (SettingsError, ValueError, TypeError):
        _log.error("a link between sign-ins cannot be read", kind=row.kind)
        return None
