"""One person on several surfaces: linked by the mail address that a surface vouches for.

Only an installation's own Slack workspace is believed: in one that anybody may install from anywhere, a foreign
administrator could give a member somebody else's address.
"""

from dataclasses import dataclass

from core.jobs import LOCAL_WORKSPACE
from core.settings import Settings
from core.store.records import RecordStore

KIND = "person_link"
SLACK_MEMBER = "slack_member"


@dataclass(frozen=True)
class Identity:
    """A person: by mail address where it is known, else as the surface calls them."""

    workspace: str
    person: str


class People:
    """Knows who is who.

    Args:
        records: what surfaces know of their people.
        believes_slack: whether the addresses of Slack members are those of the installation's own people.
    """

    def __init__(self, records: RecordStore, *, believes_slack: bool) -> None:
        self._records = records
        self._believes_slack = believes_slack

    def identity(self, workspace: str, person: str) -> Identity:
        """Return who a person of a surface is, and remember it."""
        if workspace == LOCAL_WORKSPACE or "@" in person:
            return Identity(workspace, person.casefold() if "@" in person else person)
        if not self._believes_slack:
            return Identity(workspace, person)
        member = self._records.get(SLACK_MEMBER, workspace, person)
        address = str((member.data if member else {}).get("email") or "").casefold()
        known = self._records.get(KIND, workspace, person)
        if address and (known is None or known.data != address):
            self._records.put(KIND, workspace, person, address, person=person)
        address = address or (str(known.data) if known else "")
        return Identity(LOCAL_WORKSPACE, address) if address else Identity(workspace, person)

    def names_of(self, identity: Identity) -> list[tuple[str, str]]:
        """Return every (workspace, person) that is this person."""
        linked = [(one.workspace, one.key) for one in self._records.list(KIND) if one.data == identity.person]
        return [(identity.workspace, identity.person), *linked]


def load_people(settings: Settings, records: RecordStore) -> People:
    """Return who is who in an installation."""
    return People(records, believes_slack=bool(settings.slack_bot_token.get_secret_value()))
