"""An entry as an event of the Open Cybersecurity Schema Framework 1.6.0 (https://schema.ocsf.io/1.6.0).

What has no attribute there stands under `unmapped`.
"""

import json
from typing import Any

from core.audit.actions import ACTIONS, OcsfClass
from core.audit.entries import ShownEntry

VERSION = "1.6.0"
PRODUCT = {"name": "Inlaid", "vendor_name": "Inlaid"}
_CATEGORIES = {3: "Identity & Access Management", 6: "Application Activity"}
_STATUSES = {"success": (1, "Success"), "failure": (2, "Failure")}
_USER_TYPES = {True: (1, "User"), False: (3, "System")}


def ocsf_event(shown: ShownEntry) -> dict[str, Any]:
    """Return the event of an entry."""
    entry = shown.entry
    action = ACTIONS[entry.action]
    number, category, class_name = action.ocsf.value
    activity, activity_name = action.activity
    status, status_name = _STATUSES[entry.outcome]
    event = {
        "activity_id": activity,
        "activity_name": activity_name,
        "category_uid": category,
        "category_name": _CATEGORIES[category],
        "class_uid": number,
        "class_name": class_name,
        "type_uid": number * 100 + activity,
        "type_name": f"{class_name}: {activity_name}",
        "time": entry.at_microseconds // 1000,
        "severity_id": 1,
        "severity": "Informational",
        "status_id": status,
        "status": status_name,
        "message": action.title,
        "metadata": {
            "version": VERSION,
            "product": PRODUCT,
            "log_name": "audit",
            "event_code": entry.action,
            "sequence": entry.sequence,
            "uid": entry.id,
            "tenant_uid": entry.workspace,
        },
        "actor": {"user": _user(shown), "app_name": entry.door},
        "src_endpoint": {"ip": shown.address} if entry.address else {"name": entry.door},
        "unmapped": {"details": json.loads(entry.details), "hash": entry.hash, "previous": entry.previous},
    }
    return {**event, **_of_class(action.ocsf, shown)}


def _user(shown: ShownEntry) -> dict[str, Any]:
    number, name = (0, "Unknown") if shown.is_unknown_visitor else _USER_TYPES[bool(shown.entry.actor)]
    nobody = "unknown" if shown.is_unknown_visitor else "system"
    return {"uid": shown.entry.actor or nobody, "name": shown.who, "type_id": number, "type": name}


def _of_class(ocsf: OcsfClass, shown: ShownEntry) -> dict[str, Any]:
    entry = shown.entry
    thing = {"type": entry.thing_kind, "uid": entry.thing, "name": shown.thing}
    match ocsf:
        case OcsfClass.AUTHENTICATION:
            return {"user": _user(shown), "service": {"name": entry.door}, "is_remote": bool(entry.address)}
        case OcsfClass.ENTITY_MANAGEMENT:
            return {"entity": thing}
        case OcsfClass.API_ACTIVITY:
            return {"api": {"operation": entry.action, "service": {"name": entry.door}}, "resources": [thing]}
        case OcsfClass.DATASTORE_ACTIVITY:
            return {"databucket": {**thing, "type_id": 99}}
