"""What has changed in a drive, page by page, with who may read it.

Three things begin the reading anew, which names everything and fetches nothing that is the same: Graph has forgotten
the position (410), a folder was moved, deleted or got permissions of its own (Graph does not name what is in it), and
half of INLAID_SOURCE_RIGHTS_SECONDS has passed, since not every change of a library's permissions is told of.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from core.drafts import JsonObject
from core.errors import CredentialError, CursorExpired, ForbiddenError, InlaidError, NotFoundError
from core.sources.formats import is_document, suffix_of
from core.sources.model import AccessList, ChangePage, ItemChange
from integrations.graph.client import Graph, segment
from integrations.graph.errors import ResyncError
from integrations.sources.drive_cursor import DriveCursor
from integrations.sources.drive_rights import DriveRights

PAGE_ITEMS = 200
# As many access lists as are told again in each sync, beside those of which Graph says that they have changed.
SWEPT_LISTS = 400
MALWARE = "malware"
SHARING = ("deltashowremovedasdeleted", "deltatraversepermissiongaps", "deltashowsharingchanges", "hierarchicalsharing")


@dataclass(frozen=True)
class DriveReading:
    """Reads one drive.

    Args:
        graph: with the rights that it is read with.
        rights: tells whom permissions mean.
        owner: the principal of whoever added the source.
        is_of_person: whether the owner's own sign-in reads it: then they may read all that is seen.
        believed_seconds: how long rights are believed.
        now: Unix seconds.
    """

    graph: Graph
    rights: DriveRights
    owner: str
    is_of_person: bool
    believed_seconds: float
    now: float

    def page(self, cursor: DriveCursor) -> ChangePage:
        """Return the next page, and change the cursor to what goes on after it.

        Raises:
            CursorExpired: everything has to be named again.
            InlaidError: see `core.sources.ports.Connector.changes`.
        """
        try:
            if cursor.is_shut or (cursor.is_between and self._is_old(cursor)):
                self.graph.get(f"/drives/{segment(cursor.drive)}")  # raises when it cannot be read any more
                raise CursorExpired("What may be read there is looked at again.")
            return _Page(self, cursor).read()
        except ResyncError as error:
            raise CursorExpired("Microsoft no longer knows how far this was read.") from error
        except (CredentialError, ForbiddenError, NotFoundError) as error:
            if cursor.is_shut or not cursor.lists:
                raise
            return self._shut(cursor, may_own=isinstance(error, CredentialError))

    def _is_old(self, cursor: DriveCursor) -> bool:
        return abs(self.now - cursor.read_at) > self.believed_seconds / 2  # a clock that was put back counts too

    def _shut(self, cursor: DriveCursor, *, may_own: bool) -> ChangePage:
        """Return a page by which nobody else may read any more; the next call says why."""
        cursor.is_shut = True
        readers = frozenset({self.owner} if may_own and self.is_of_person else ())
        return ChangePage((), cursor.text, [self.listed(key, readers) for key in sorted(cursor.lists)], is_last=False)

    def listed(self, key: str, readers: frozenset[str]) -> AccessList:
        """Return an access list that holds for as long as rights are believed."""
        return AccessList(key, readers, self.believed_seconds)


@dataclass
class _Page:
    """One page on its way."""

    reading: DriveReading
    cursor: DriveCursor
    changes: list[ItemChange] = field(default_factory=list)
    # Files whose permissions are asked for one by one, where Graph does not tell which have their own.
    apart: list[tuple[str, ItemChange]] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def read(self) -> ChangePage:
        """Return it."""
        cursor = self.cursor
        found = self._fetch()
        if cursor.is_between and cursor.tells:
            self._sweep()
        items: list[JsonObject] = found.get("value", [])
        for item in sorted(items, key=_is_file):  # of one page the folders first
            self._take(item)
        access = [*self._lists(), *self._apart()]
        cursor.link = str(found.get("@odata.nextLink") or found["@odata.deltaLink"])
        is_last = "@odata.nextLink" not in found
        is_complete = is_last and cursor.is_first
        if is_last:
            cursor.read_at = self.reading.now if cursor.is_first else cursor.read_at
            cursor.is_first, cursor.is_between = False, True
        else:
            cursor.is_between = False
        return ChangePage(self.changes, cursor.text, access, is_last=is_last, is_complete=is_complete)

    def _fetch(self) -> JsonObject:
        cursor, graph = self.cursor, self.reading.graph
        if cursor.link:
            return graph.get(cursor.link, prefer=SHARING if cursor.tells else ())
        path = f"/drives/{segment(cursor.drive)}/root/delta"
        try:
            found = graph.get(path, params={"$top": PAGE_ITEMS}, prefer=SHARING)
        except ForbiddenError:  # the rights suffice to read, but not to be told of sharing
            found = graph.get(path, params={"$top": PAGE_ITEMS})
        root: JsonObject = next((item for item in found.get("value", ()) if "root" in item), {})
        cursor.root = str(root.get("id", "")) or str(graph.get(f"/drives/{segment(cursor.drive)}/root")["id"])
        cursor.top = cursor.top or cursor.root
        cursor.tells = "shared" in root
        return found

    def _take(self, item: JsonObject) -> None:
        key = str(item["id"])
        if "root" in item:
            self._note_sharing(item, key)
        elif "deleted" in item:
            self._forget(key)
        elif "folder" in item:
            self._take_folder(item, key)
        else:
            self._take_file(item, key)

    def _note_sharing(self, item: JsonObject, scope: str) -> None:
        if item.get("@microsoft.graph.sharedChanged"):
            self.asked.add(scope)

    def _forget(self, key: str) -> None:
        if key in self.cursor.folders:
            if self.cursor.is_within(self.cursor.top, key):
                raise NotFoundError("The folder of this source is gone.", fix="Add the folder where it is now.")
            raise CursorExpired("A folder is gone; what was in it is looked for.")
        self.cursor.lists.discard(key)
        self.changes.append(ItemChange(self._key(key)))

    def _take_folder(self, item: JsonObject, key: str) -> None:
        cursor = self.cursor
        parent = str(item["parentReference"].get("id", ""))
        is_own = cursor.tells and "shared" in item
        known = cursor.folders.get(key)
        if known and not cursor.is_first and (known[0] != parent or (is_own and not known[1])):
            raise CursorExpired("A folder was moved or is shared otherwise; what is in it is looked at.")
        # One that once had permissions of its own is asked for them on: the answer is right all the same.
        cursor.folders[key] = (parent, is_own or bool(known and known[1]))
        self._note_sharing(item, cursor.scope_of(key))

    def _take_file(self, item: JsonObject, key: str) -> None:
        cursor = self.cursor
        parent = str(item["parentReference"].get("id", ""))
        self._climb(parent)
        name = str(item.get("name", ""))
        is_read = "file" in item and "remoteItem" not in item and is_document(name)
        if not is_read or not cursor.is_within(parent, cursor.top):
            self.changes += [] if cursor.is_first else [ItemChange(self._key(key))]
            return
        is_own = cursor.tells and "shared" in item
        scope = key if is_own else cursor.scope_of(parent)
        if not is_own:
            cursor.lists.discard(key)
        change = self._change(item, scope)
        if not cursor.tells:
            self.apart.append((key, change))
            return
        if scope not in cursor.lists or is_own:
            self.asked.add(scope)
        self._note_sharing(item, scope)
        self.changes.append(change)

    def _climb(self, folder: str) -> None:
        """Learn of the folders above one that Graph did not name before what is in it."""
        cursor = self.cursor
        while folder and not cursor.is_known(folder):
            while folder in cursor.folders:
                folder = cursor.folders[folder][0]
            try:
                found = self.reading.graph.get(f"/drives/{segment(cursor.drive)}/items/{segment(folder)}")
            except (
                ForbiddenError,
                NotFoundError,
            ):  # who reads the drive sees what is in the folder, and not the folder
                found = {"parentReference": {"id": cursor.root}}
            # Whether it has permissions of its own is not told here; to ask for them is right in any case.
            cursor.folders[folder] = (str(found["parentReference"].get("id", "")), True)

    def _change(self, item: JsonObject, scope: str) -> ItemChange:
        name = str(item["name"])
        digest = (item["file"].get("hashes") or {}).get("quickXorHash") or item.get("cTag") or item.get("eTag", "")
        version = f"{int(item.get('size', 0))}-{digest}-{suffix_of(name)}"
        return ItemChange(
            self._key(str(item["id"])),
            MALWARE if MALWARE in item else version,
            scope,
            name,
            str(item.get("webUrl", "")),
            _seconds(str(item.get("lastModifiedDateTime", ""))),
        )

    def _key(self, item: str) -> str:
        return f"{self.cursor.drive}/{item}"

    def _sweep(self) -> None:
        """Ask for some access lists again, so that each of them has its turn."""
        cursor = self.cursor
        lists = sorted(cursor.lists)
        start = cursor.swept if cursor.swept < len(lists) else 0
        self.asked.update(lists[start : start + SWEPT_LISTS])
        cursor.swept = start + SWEPT_LISTS

    def _lists(self) -> list[AccessList]:
        scopes = sorted(self.asked)
        self.cursor.lists.update(scopes)
        found = zip(scopes, self._readers(scopes), strict=True)
        return [self.reading.listed(key, readers) for key, readers in found]

    def _apart(self) -> list[AccessList]:
        """Return the access lists of files that were asked for one by one; those of the same readers share one."""
        lists = dict[str, AccessList]()
        for (_, change), readers in zip(self.apart, self._readers([key for key, _ in self.apart]), strict=True):
            key = "\n".join(sorted(readers))
            lists[key] = self.reading.listed(key, readers)
            self.changes.append(ItemChange(**{**vars(change), "access": key}))
        self.cursor.lists.update(lists)
        return [*lists.values()]

    def _readers(self, items: Sequence[str]) -> Iterable[frozenset[str]]:
        """Yield who may read each of these items; nobody but the owner where that is not to be known."""
        reading, drive = self.reading, segment(self.cursor.drive)
        paths = [f"/drives/{drive}/items/{segment(item)}/permissions" for item in items]
        now = datetime.fromtimestamp(reading.now, UTC)
        for found in reading.graph.get_many(paths):
            if isinstance(found, NotFoundError):
                yield frozenset()  # deleted a moment ago
                continue
            if isinstance(found, InlaidError):
                if not isinstance(found, ForbiddenError):
                    raise found
                yield frozenset({reading.owner})
                continue
            more = found.get("@odata.nextLink")
            rest = [*reading.graph.paged(str(more))] if more else []
            readers = reading.rights.readers([*found.get("value", ()), *rest], now)
            yield readers | {reading.owner} if reading.is_of_person else readers


def _is_file(item: JsonObject) -> bool:
    return "folder" not in item and "root" not in item


def _seconds(text: str) -> float:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return 0.0
