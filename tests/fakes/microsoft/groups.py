"""Groups of Entra, as the app itself reads them: by id or name, and who is in them or in a group within them.

Members whose kind may not be read come with their id alone, all else null
(https://learn.microsoft.com/graph/api/group-list-transitivemembers).
"""

import re
from typing import TYPE_CHECKING, Any

from tests.fakes.microsoft.wire import Answer, Call, Refusal, Routes

if TYPE_CHECKING:
    from tests.fakes.microsoft.people import Person

READ = ("GroupMember.Read.All", "Group.Read.All", "Directory.Read.All")
OF_USERS = frozenset({"User.ReadBasic.All", "User.Read.All", "Directory.Read.All"})
USUAL_PER_PAGE = 100
MAX_PER_PAGE = 999
_NAMED = re.compile(r"displayName eq '((?:[^']|'')*)'")


def add_groups(routes: Routes) -> None:
    """Add groups and their members."""
    routes.add("GET", "/groups", list_groups, allows=READ)
    routes.add("GET", "/groups/{group}", read_group, allows=READ)
    routes.add("GET", "/groups/{group}/transitiveMembers", list_members, allows=READ)


def list_groups(call: Call) -> Answer:
    wanted = _NAMED.fullmatch(call.query.get("$filter", ""))
    if not wanted:
        raise Refusal(400, "Request_UnsupportedQuery", "Unsupported query.")
    name = wanted[1].replace("''", "'")
    found = [_shown(call, key) for key in call.microsoft.groups if call.microsoft.group_names.get(key) == name]
    return Answer(200, {"value": found})


def read_group(call: Call) -> Answer:
    return Answer(200, _shown(call, _found(call)))


def list_members(call: Call) -> Answer:
    top = int(call.query.get("$top", USUAL_PER_PAGE))
    if not 1 <= top <= MAX_PER_PAGE:
        raise Refusal(400, "Request_BadRequest", "Invalid page size specified.")
    skip = int(call.query.get("$skiptoken", 0))
    with call.microsoft.lock:
        members = [person for person in call.microsoft.people if person.oid in call.microsoft.groups[_found(call)]]
    page: dict[str, Any] = {"value": [_member(call, member) for member in members[skip : skip + top]]}
    if skip + top < len(members):
        page["@odata.nextLink"] = call.microsoft.link(call.request, {"$skiptoken": str(skip + top)})
    return Answer(200, page)


def _member(call: Call, person: "Person") -> dict[str, Any]:
    shown = {
        "displayName": person.name,
        "mail": person.address if person.has_mailbox else None,
        "userPrincipalName": person.address,
    }
    if not call.scopes & OF_USERS:
        shown = dict.fromkeys(shown)
    return {"@odata.type": "#microsoft.graph.user", "id": person.oid, **shown}


def _found(call: Call) -> str:
    group = call.params["group"]
    if group not in call.microsoft.groups:
        raise Refusal(404, "Request_ResourceNotFound", f"Resource '{group}' does not exist.")
    return group


def _shown(call: Call, key: str) -> dict[str, Any]:
    return {"id": key, "displayName": call.microsoft.group_names.get(key, "")}
