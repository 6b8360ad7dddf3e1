"""Adding a drive with the sign-in of whoever it is read for.

The source is kept with a link; once its person has signed in at Microsoft it is checked and added. The tokens are kept
sealed apart from those of other sign-ins, until the last source that is read with them is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.connect_links import ConnectLinks, Owner, Purpose
from core.drafts import JsonObject
from core.errors import ForbiddenError, InputError
from core.job import LOCAL_WORKSPACE
from core.people import People
from core.settings import Settings
from core.sources.management import SourceManager
from core.sources.model import Source
from core.text.catalogues import N_
from integrations.graph.invitations import microsoft_links, microsoft_purpose
from integrations.graph.sign_in import GraphPerson
from integrations.sources.drive import OWN_SCOPES, SITE_SCOPES

SCOPES = {"onedrive": OWN_SCOPES, "sharepoint": SITE_SCOPES}
WORDS = N_({"onedrive": "a OneDrive", "sharepoint": "a library of SharePoint"})
KEEP_AS = "sources/"
_KEPT = ("workspace", "person", "connector", "title", "options", "every_seconds", "is_sealed")


@dataclass(frozen=True)
class DriveSignIns:
    """Adds drives.

    Args:
        settings: whose app, and who works on this machine: they may sign in there as whoever they are at Microsoft.
        manager: adds the sources.
        people: who is who.
    """

    settings: Settings
    manager: SourceManager
    people: People

    def invite(self, source: Source) -> str:
        """Return a link by which a source is added, once, within a day, by whoever it is for.

        Raises:
            InputError: sources of this kind are read without a sign-in.
            SettingsError: Microsoft 365 is not set up.
        """
        if source.connector not in SCOPES:
            raise InputError("This source is read without a sign-in.", fix="Add it as it is.")
        kept = {name: getattr(source, name) for name in _KEPT}
        return self.links.invite(Owner(source.workspace, source.person), {"source": kept}, source.connector)

    @property
    def links(self) -> ConnectLinks:
        """What makes links and takes people back."""
        return microsoft_links(self.settings, self.manager.sources.records, self.purposes, "Add the source once more.")

    @property
    def purposes(self) -> Mapping[str, Purpose]:
        """What people come back for."""
        settings, records = self.settings, self.manager.sources.records
        return {
            name: microsoft_purpose(
                settings, records, WORDS[name], scopes, self._connect, keep_as=KEEP_AS, refuses_others=self._is_known
            )
            for name, scopes in SCOPES.items()
        }

    def _is_known(self, owner: Owner) -> bool:
        """Whether it can be told who somebody is at Microsoft; the person at this machine is whoever they say."""
        return (owner.workspace, owner.person) != (LOCAL_WORKSPACE, self.settings.local_person)

    def _connect(self, found: JsonObject, signed_in: GraphPerson) -> str:
        source = Source("", **found["source"])
        theirs = {"account": signed_in.account, "tenant": signed_in.tenant}
        source = Source("", **{**found["source"], "options": {**source.options, **theirs}})
        self._require_same(source, signed_in)
        status, place = self.manager.add(source)
        return N_(f"{status.source.title} is connected: {place}. It is being read; what was read is found at once.")

    def _require_same(self, source: Source, signed_in: GraphPerson) -> None:
        """Refuse somebody else's drive: a link that is passed on would give its sender what they may not read."""
        if not self._is_known(Owner(source.workspace, source.person)):
            return
        self.people.remember(signed_in.tenant, signed_in.oid, signed_in.address)
        if not self.people.is_same((source.workspace, source.person), (signed_in.tenant, signed_in.oid)):
            fix = "Open the link yourself, and sign in with the account that Inlaid knows you by."
            raise ForbiddenError("This link was made for somebody else.", fix=fix)
