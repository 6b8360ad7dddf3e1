"""What people hear of a model that cannot be used: how its server is set up concerns only who runs it."""

from collections.abc import Mapping

from core.errors import ModelOutage, ModelUnreachable, WindowExceeded
from core.text.catalogues import N_

_OUTAGES = frozenset({ModelOutage.code, ModelUnreachable.code})
_LATER = N_("What you wrote is kept. Try again later, or tell your administrator.")
_AWAY = {"message": N_("The model that writes this cannot be reached at the moment."), "fix": _LATER}
_REFUSING = {"message": N_("The model that writes this cannot be used at the moment."), "fix": _LATER}
_TOO_LONG = {
    "message": N_("The text is too long for the model."),
    "fix": N_("Try a shorter text, or tell your administrator."),
}


def is_of_server(error: Mapping[str, str]) -> bool:
    """Tell whether the public form of an error says how a model server is set up."""
    return error.get("of") == "server" or error.get("code") in _OUTAGES


def for_people(error: Mapping[str, str]) -> dict[str, str]:
    """Return the public form of an error for somebody who does not run the server; of most errors it is the same."""
    if not is_of_server(error):
        return dict(error)
    code, look = error["code"], {name: error[name] for name in ("look_first",) if name in error}
    return {
        "code": code,
        **look,
        **(_AWAY if code in _OUTAGES else _TOO_LONG if code == WindowExceeded.code else _REFUSING),
    }
