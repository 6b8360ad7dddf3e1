"""How the setup stands: for each part what is there, what is missing, what the doctor says, and the one next step."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.drafts import JsonObject
from core.settings import Settings
from core.system.installation import ENV_FILE, with_full_paths
from core.text.catalogues import N_
from integrations.cli.setup.env_file import EnvFile
from integrations.cli.setup.guide import after_settings, before_settings
from integrations.cli.setup.needs import OF_MICROSOFT, SetupNeed, SetupPart, Way, missing_of, needs_of, origin_of

if TYPE_CHECKING:
    from integrations.cli.doctor_report import Checked

CHECKS: Mapping[SetupPart, tuple[str, ...]] = {
    SetupPart.SLACK: ("slack",),
    SetupPart.WORD: ("microsoft", "word"),
    SetupPart.OUTLOOK: ("microsoft", "outlook"),
    SetupPart.MAIL: ("microsoft",),
    SetupPart.GMAIL: ("google",),
    SetupPart.IMAP: (),
}


@dataclass(frozen=True)
class State:
    """What is asked for, as it stands with the settings of now.

    Attributes:
        parts: what is wanted.
        way: how Slack is reached.
        file: the settings' file.
        settings: what is in force.
        checked: what the doctor says of the parts that lack nothing.
    """

    parts: tuple[SetupPart, ...]
    way: Way
    file: EnvFile
    settings: Settings
    checked: "tuple[Checked, ...]" = ()

    def missing(self, part: SetupPart) -> tuple[SetupNeed, ...]:
        """Return what a part still needs."""
        return missing_of(part, self.way, self.settings)

    @property
    def all_missing(self) -> tuple[SetupNeed, ...]:
        """What is missing at all, each once."""
        return tuple(dict.fromkeys(need for part in self.parts for need in self.missing(part)))

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing, and nothing fails."""
        return bool(self.parts) and not self.all_missing and all(check["ok"] for check in self.checked)

    def hidden(self) -> list[tuple[SetupNeed, str]]:
        """Return what stands in the file and yet is not in force, and what counts before it, set to nothing say."""
        in_file, here = self.file.values, Path(ENV_FILE).absolute()
        hidden = [need for need in self.all_missing if in_file.get(need.name)]
        return [(need, N_("the environment") if need.name in os.environ else str(here)) for need in hidden]

    def next_step(self) -> str:
        """Return the one thing to do next."""
        if not self.parts:
            return N_("Name what you want, such as: inlaid setup slack. With --check it only says what that takes.")
        if missing := self.all_missing:
            part = next(part for part in self.parts if self.missing(part))
            return N_(f"Go through the steps of {part}, and set {missing[0].name} ({missing[0].where}).")
        failed = [check for check in self.checked if not check["ok"]]
        if failed:
            return f"{failed[0]['message']} {failed[0]['fix']}".strip()
        return after_settings(self.parts[0], self.way, self.settings)[0]

    def to_json(self) -> JsonObject:
        """Return it as `inlaid setup --json` prints it; no value of a setting is in it."""
        return {
            "file": str(self.file.path),
            "ready": self.is_ready,
            "next": with_full_paths(self.next_step()),
            "parts": [self._part(part) for part in self.parts],
            "checks": [check | {"fix": with_full_paths(check["fix"])} for check in self.checked],
        }

    def _part(self, part: SetupPart) -> JsonObject:
        missing, before = self.missing(part), before_settings(part, self.parts, self.way, self.settings)
        there = [need for need in needs_of(part, self.way) if need not in missing and need.value_of(self.settings)]
        in_file = self.file.values
        return {
            "name": str(part),
            **({"way": str(self.way)} if part is SetupPart.SLACK else {}),
            "set": {need.name: origin_of(need, in_file, self.settings) for need in there},
            "missing": [{"name": need.name, "where": need.where, "form": need.form} for need in missing],
            "before": [with_full_paths(step) for step in before] if missing else [],
            "after": after_settings(part, self.way, self.settings),
        }


def check_names(state: State) -> list[str]:
    """Return the doctor's checks that say something of the parts that lack nothing, each once."""
    return list(dict.fromkeys(name for part in state.parts if not state.missing(part) for name in CHECKS[part]))


def groups_of(parts: Sequence[SetupPart]) -> list[SetupPart]:
    """Return one part for each group that is gone through together: Microsoft's have one registration."""
    seen: list[SetupPart] = []
    for part in parts:
        if part in OF_MICROSOFT and any(earlier in OF_MICROSOFT for earlier in seen):
            continue
        seen.append(part)
    return seen
