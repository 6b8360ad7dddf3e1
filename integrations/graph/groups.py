"""Which groups people of a tenant are in now: asked again where somebody's sign-in is kept.

What a sign-in said of groups counts at every door, so it must not grow old where nobody signs in again: who comes by
Slack reads on what a group may read. Each person is asked for once an hour at most.
"""

from core.errors import CredentialError, OutageError
from core.store.claims import KIND, keep_claims
from core.store.records import RecordStore
from integrations.graph.sign_in import GraphSignIn

SCOPES = ("User.Read",)
MAX_AT_ONCE = 50
EVERY_SECONDS = 3600.0


def refresh_groups(sign_in: GraphSignIn, records: RecordStore, tenant: str, *, limit: int = MAX_AT_ONCE) -> None:
    """Ask again, for some people at a time; whose account has ended is in no group any more."""
    asked = 0
    for record in records.list(KIND, workspace=tenant):
        account = f"{record.key}.{tenant}"
        if asked >= limit:
            return
        if not record.data or not sign_in.holds(account):
            continue
        if not records.first_time(tenant, f"groups {record.key}", within_seconds=EVERY_SECONDS):
            continue
        asked += 1
        try:
            said = sign_in.groups_now(account, SCOPES)
        except OutageError:
            return
        except CredentialError:
            said = frozenset()
        keep_claims(records, tenant, record.key, said)
