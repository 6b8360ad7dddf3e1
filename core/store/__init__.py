"""The store: jobs, leases, the audit trail, effects, files, outcomes, records and usage in SQLite or PostgreSQL."""

from dataclasses import dataclass

from core.audit.acting import note_local_person
from core.errors import InlaidError, SettingsError
from core.privacy import load_cipher
from core.privacy.encryption import KeyFile
from core.settings import Settings
from core.store.audit import AuditTrail
from core.store.effects import EffectStore
from core.store.engine import Database
from core.store.job_pages import JobPages
from core.store.jobs import JobStore
from core.store.leases import LeaseStore
from core.store.marks import Marks
from core.store.migrate import prepare_schema
from core.store.outcomes import OutcomeStore
from core.store.people.former import adopt_former_links
from core.store.records import RecordStore
from core.store.sealing import holds_sealed
from core.store.tokens import TokenStore
from core.store.usage import UsageStore
from core.system.private_files import close_to_others
from core.text.catalogues import N_


@dataclass(frozen=True)
class Store:
    """Everything that is kept, by what it is for."""

    database: Database
    jobs: JobStore
    leases: LeaseStore
    effects: EffectStore
    records: RecordStore
    usage: UsageStore

    @property
    def audit(self) -> AuditTrail:
        """What was done by whom."""
        return AuditTrail(self.database)

    @property
    def tokens(self) -> TokenStore:
        """The API tokens of persons."""
        return TokenStore(self.records)

    @property
    def job_pages(self) -> JobPages:
        """Jobs a page at a time."""
        return JobPages(self.database, self.jobs.cipher)

    @property
    def outcomes(self) -> OutcomeStore:
        """What people did with results."""
        return self.effects.outcomes

    @property
    def marks(self) -> Marks:
        """What people only marked on a draft's page."""
        return Marks(self.database, self.jobs.cipher)

    def close(self) -> None:
        """Close the connections."""
        self.database.close()


def open_database(settings: Settings) -> Database:
    """Return the database of the settings; nothing is connected, and its tables may be of any version.

    Raises:
        SettingsError: the URL or the folder cannot be used.
    """
    return Database(settings.store_url, connections=settings.database_connections)


def open_store(settings: Settings) -> Store:
    """Open the store of the settings. The tables of SQLite are brought up to date, those of a server must be.

    Raises:
        SettingsError: the URL, the folder, the keys or the tables cannot be used; or the key file is lost.
        StoreOutage: the database cannot be reached.
    """
    close_to_others(settings.home)
    note_local_person(lambda: settings.local_person)
    database = open_database(settings)
    try:
        _require_key_file(settings, database)
        cipher = load_cipher(settings)
        prepare_schema(database)
        adopt_former_links(database, cipher)
    except InlaidError:
        database.close()
        raise
    return Store(
        database,
        JobStore(database, cipher),
        LeaseStore(database, cipher),
        EffectStore(database, cipher),
        RecordStore(database, cipher),
        UsageStore(database),
    )


def _require_key_file(settings: Settings, database: Database) -> None:
    """Refuse where there is no key for what is sealed already: a new key file would be made otherwise."""
    file = KeyFile(settings.home)
    if settings.secret_keys or settings.secret_keys_command or not database.is_sqlite or file.exists():
        return
    # It is looked for once more: another process may have made it, and sealed something, meanwhile.
    if holds_sealed(database) and not file.exists():
        raise SettingsError(
            N_(f"INLAID_SECRET_KEYS is not set, {file.path} is missing, and what is stored needs its key."),
            fix=N_(
                "Set INLAID_SECRET_KEYS, or INLAID_SECRET_KEYS_COMMAND, as Inlaid's processes have it. "
                "Where there was a key file, put back your copy of it. A new key cannot read what is stored."
            ),
        )


__all__ = [
    "Database",
    "EffectStore",
    "JobStore",
    "LeaseStore",
    "RecordStore",
    "Store",
    "UsageStore",
    "open_database",
    "open_store",
]
