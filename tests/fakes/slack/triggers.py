"""Trigger ids: each opens one view, within three seconds of the act that made it."""

import itertools
from dataclasses import dataclass

from tests.fakes.slack.clock import Clock
from tests.fakes.slack.refusal import Refused
from tests.fakes.slack.world import User

TRIGGER_LIFE_SECONDS = 3.0


@dataclass
class Trigger:
    """What a person did, for as long as an app may answer it with a view."""

    user: User
    made_at: float
    from_modal: bool
    used: bool = False


class Triggers:
    """All trigger ids that were given out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._made: dict[str, Trigger] = {}
        self._numbers = itertools.count(1)

    def issue(self, user: User, *, from_modal: bool = False) -> str:
        """Return a new trigger id for an act of a person."""
        trigger_id = f"{next(self._numbers)}.{user.team.id[1:]}.{user.id.lower()}"
        self._made[trigger_id] = Trigger(user, self._clock.now(), from_modal)
        return trigger_id

    def take(self, trigger_id: str) -> Trigger:
        """Use a trigger id up, or refuse it."""
        trigger = self._made.get(trigger_id)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self._clock.now() - trigger.made_at > TRIGGER_LIFE_SECONDS:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger
