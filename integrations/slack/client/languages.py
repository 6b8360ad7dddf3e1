"""In which language people are spoken to in Slack: the one they chose in the console, else that of their Slack.

What Slack sends names no language. A request is acknowledged in the one that this process remembers of its person.
Slack is asked of somebody who speaks to the app for the first time, and waited for only a moment.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from cachetools import TTLCache

from core.errors import InlaidError
from core.people import load_people
from core.settings import Settings
from core.store.language_choice import chosen_language
from core.store.records import RecordStore
from core.text.catalogues import ENGLISH, known, spoken_of
from core.text.language import detect_language
from integrations.slack.client.members import KIND

MAX_KEPT = 10_000
# How long a language is remembered of somebody who does nothing, after which time it is read again at their next
# request, and after which where nothing was known.
KEEP_SECONDS, READ_AGAIN_SECONDS, RETRY_SECONDS = 12 * 3600.0, 600.0, 30.0
# How long the first request of somebody waits for what Slack says of them, and how many are asked about at a time.
FIRST_WAIT_SECONDS, MAX_ASKED = 0.5, 8


def language_of(settings: Settings, records: RecordStore, workspace: str, user_id: str, said: str = "") -> str:
    """Return in which language somebody is spoken to: that of `said` where Inlaid lacks theirs; else English.

    Asks the database alone. Raises StoreOutage.
    """
    wanted = _read(settings, records, workspace, user_id)
    return spoken_of([wanted, detect_language(said)]) or ENGLISH


def _read(settings: Settings, records: RecordStore, workspace: str, user_id: str) -> str:
    """Return the language that somebody chose, else the locale of their Slack; "" where neither is known."""
    if chosen := chosen_language(records, load_people(settings, records).identity(workspace, user_id)):
        return chosen
    record = records.get(KIND, workspace, user_id)
    return str(record.data.get("locale") or "") if record else ""


class Languages:
    """What one process remembers of it. Reads in the background, and again after some minutes.

    Args:
        settings: the settings.
        records: what was chosen, and what Slack has said of people.
        max_kept: of how many people it is remembered.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        settings: Settings,
        records: RecordStore,
        *,
        max_kept: int = MAX_KEPT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._records, self._clock = settings, records, clock
        self._lock = threading.Lock()
        self._free_to_ask = threading.BoundedSemaphore(MAX_ASKED)
        # By workspace and person: the language, "" where none is known, and when it is to be read again.
        self._known: TTLCache[tuple[str, str], tuple[str, float]] = TTLCache(max_kept, KEEP_SECONDS, timer=clock)

    def remembered(
        self,
        workspace: str,
        user_id: str,
        later: Callable[[Callable[[], None]], None],
        ask_slack: Callable[[], object],
    ) -> str:
        """Return the language of somebody, English where it cannot be known so quickly.

        Args:
            workspace: the team id.
            user_id: who; "" for nobody.
            later: runs what reads it for their next request, where that is due.
            ask_slack: stores what Slack says of them; done where nothing is known, and waited for at most
                `FIRST_WAIT_SECONDS`.
        """
        key = (workspace, user_id)
        with self._lock:
            language, due = self._known.get(key, ("", 0.0))
            is_due = bool(user_id) and self._clock() >= due
            if is_due:  # one reader is enough
                self._known[key] = (language, self._clock() + RETRY_SECONDS)
        if is_due and language:
            later(partial(self._learn_again, *key))
        elif is_due and self._free_to_ask.acquire(blocking=False):
            asking = threading.Thread(target=self._ask, args=(key, ask_slack), daemon=True)
            asking.start()
            asking.join(FIRST_WAIT_SECONDS)
            return self._now(key)
        return language or ENGLISH

    def _ask(self, key: tuple[str, str], ask_slack: Callable[[], object]) -> None:
        try:
            with suppress(InlaidError):  # they are asked about again at a later request
                if not self._learn(*key):
                    ask_slack()
                    self._learn(*key)
        finally:
            self._free_to_ask.release()

    def read(self, workspace: str, user_id: str) -> str:
        """Return the language of somebody as it is known now, and remember it; for work that nobody waits for.

        Raises:
            StoreOutage: the database is down.
        """
        self._learn(workspace, user_id)
        return self._now((workspace, user_id))

    def _now(self, key: tuple[str, str]) -> str:
        with self._lock:
            return self._known.get(key, ("", 0.0))[0] or ENGLISH

    def _learn_again(self, workspace: str, user_id: str) -> None:
        self._learn(workspace, user_id)

    def _learn(self, workspace: str, user_id: str) -> str:
        """Remember what is stored of somebody, and return it; "" for nothing."""
        locale = _read(self._settings, self._records, workspace, user_id)
        found = known(locale) if locale else ""
        if found:  # what Slack has said is forgotten after an hour; until it is asked again the old word counts
            with self._lock:
                self._known[workspace, user_id] = (found, self._clock() + READ_AGAIN_SECONDS)
        return found
