"""People's profiles."""

from typing import Any

from tests.fakes.microsoft.wire import Answer, Call, Routes


def add_profiles(routes: Routes) -> None:
    """Add what tells who somebody is."""
    routes.add("GET", "/users/{user}", read_profile, allows=("User.Read", "User.ReadBasic.All", "User.Read.All"))


def read_profile(call: Call) -> Answer:
    person = call.whose()
    shown: dict[str, Any] = {"id": person.oid, "displayName": person.name, "mail": person.address}
    shown["jobTitle"] = person.job_title
    shown["userPrincipalName"] = person.address
    shown["proxyAddresses"] = list(person.proxy_addresses)
    if wanted := call.query.get("$select"):
        shown = {name: shown[name] for name in wanted.split(",") if name in shown}
    return Answer(200, {"@odata.context": f"{call.microsoft.graph_url}/$metadata#users/$entity", **shown})
