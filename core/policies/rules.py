"""The format of the policies: strict TOML, in which an unknown key or a wrong type is refused.

```toml
ask = "it@example.com"                          # whom people ask; "your administrator" by default

[installation]                                  # holds for everybody
models = { regions = ["eu"] }

[workspace.T0123]                               # holds for what comes through that workspace or tenant
mailboxes = { deny = ["*"] }

[group.finance]
title = "Finance"
claims = ["Finance"]                            # groups and roles of the sign-in
members = ["ada@example.com", "*@fin.example"]  # addresses; "*" is everybody
roles = ["analyst"]                             # of INLAID_GROUP_ROLES and INLAID_ADMINS
groups = ["controlling"]                        # whoever is in these is in this one, too
recipes = { allow = ["summarize", "reply"], deny = ["compose"] }
surfaces = { deny = ["slack"] }
models = { allow = ["small*"], regions = ["eu"], local_only = true }
sources = { allow = ["wiki"] }
mailboxes = { allow = ["imap", "*@example.com"] }
budget = { tokens_per_day = 200000, usd_per_day = 2.5 }
learning = false
ask = "finance-it@example.com"
```
"""

from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from core.roles import Role

Surface = Literal["slack", "word", "mail", "cli", "api", "mcp", "signals"]
GroupName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$")]
EVERYBODY = "*"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Names(_Part):
    """What is allowed and denied by name; `*` stands for any signs. Without `allow` all is allowed but `deny`."""

    allow: tuple[str, ...] | None = None
    deny: tuple[str, ...] = ()


class SurfaceNames(_Part):
    """The same for surfaces."""

    allow: tuple[Surface, ...] | None = None
    deny: tuple[Surface, ...] = ()


class ModelNames(Names):
    """Models by the name of their endpoint or their own, by region, or only those of this machine and its network.

    An endpoint elsewhere that says no region is in none that is allowed.
    """

    regions: tuple[str, ...] | None = None
    local_only: bool = False


class Budget(_Part):
    """What one person may use in a day (UTC), whatever the door."""

    tokens_per_day: int | None = Field(None, ge=0)
    usd_per_day: float | None = Field(None, ge=0)


class Rules(_Part):
    """The rules of one section."""

    ask: str = Field("", max_length=200)
    recipes: Names = Names()
    surfaces: SurfaceNames = SurfaceNames()
    models: ModelNames = ModelNames()
    sources: Names = Names()
    mailboxes: Names = Names()
    budget: Budget = Budget()
    learning: bool | None = None


class Style(_Part):
    """The house style of a group: nothing yet."""


class Group(Rules):
    """A group: who is in it, and its rules."""

    title: str = Field("", max_length=80)
    claims: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    groups: tuple[str, ...] = ()
    style: Style = Style()

    @field_validator("members")
    @classmethod
    def _are_people(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for member in value:
            if member != EVERYBODY and "@" not in member and "/" not in member:
                raise ValueError(f"{member[:60]!r} is no person; write an address, *@DOMAIN, WORKSPACE/PERSON or *")
        return tuple(member.casefold() if "@" in member else member for member in value)


class PolicyFile(_Part):
    """The whole file."""

    ask: str = Field("", max_length=200)
    installation: Rules = Rules()
    workspace: dict[str, Rules] = {}
    group: dict[GroupName, Group] = {}


def matches(name: str, listed: tuple[str, ...]) -> bool:
    """Whether a name is on a list, as it is or by a `*`."""
    return any(name == entry or ("*" in entry and fnmatchcase(name, entry)) for entry in listed)
