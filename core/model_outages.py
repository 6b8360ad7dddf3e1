"""What people hear of a model that is away: how its server is set up concerns only who runs it."""

from collections.abc import Mapping

from core.errors import ModelOutage, ModelUnreachable
from core.text.catalogues import N_

_CODES = frozenset({ModelOutage.code, ModelUnreachable.code})
_AWAY = {
    "message": N_("The model that writes this cannot be reached at the moment."),
    "fix": N_("What you wrote is kept. Try again later, or tell your administrator."),
}


def for_people(error: Mapping[str, str]) -> dict[str, str]:
    """Return the public form of an error for somebody who does not run the server; of most errors it is the same."""
    return {**error, **_AWAY} if error.get("code") in _CODES else dict(error)
