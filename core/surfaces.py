"""Surfaces by name: those that come with Inlaid, and those that packages of others bring."""

from importlib.metadata import entry_points

# Each entry point is a callable without arguments that returns a `core.ports.Surface`.
ENTRY_POINT_GROUP = "inlaid.integrations"
NAME = r"^[a-z][a-z0-9_-]{0,39}$"
# Of all jobs that begin in a mailbox.
MAIL = "mail"
# Where a recipe may be offered.
OFFERED = ("slack", "word", "outlook", MAIL, "cli", "api")
OF_INLAID = (*OFFERED, "mcp", "signals", "trial")
# What comes of a job of these is a message in a chat; a target says it for its own by the key `chat`.
CHATS = frozenset({"slack"})
# What else a package brings: connectors of sources, and routes of the web process.
CONNECTOR_GROUP, ROUTER_GROUP = "inlaid.connectors", "inlaid.routers"


def known_surfaces() -> list[str]:
    """Return the names of the surfaces of this process, those of other packages at the end."""
    others = {entry_point.name for entry_point in entry_points(group=ENTRY_POINT_GROUP)}
    return [*OF_INLAID, *sorted(others - {*OF_INLAID})]


def unknown_surface(name: str) -> str:
    """Return what to say of a name that no surface of this process bears, "" where one does."""
    from core.validation_messages import did_you_mean

    if name in (known := known_surfaces()):
        return ""
    said = f"there is no surface {name}; {did_you_mean(name, known)}"
    return said if said.endswith("?") else f"{said}."
