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
grounds = false                                 # drafts rest on nothing but what was given
ask = "finance-it@example.com"

[group.finance.style]                           # also [installation.style] and [workspace.NAME.style]
guide = "Short sentences. Figures before words."
[group.finance.style.en]                        # in that language; what stands above holds in all
use = { customer = ["client"], customers = ["clients"] }
avoid = { "synergy" = "say what works together" }
register = "formal"
closing = "Kind regards,"
signature = "{name}, {title}"
```
"""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from core.roles import Role

GroupName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$")]
EVERYBODY = "*"
# What is known of a person when their signature is written.
SIGNATURE_FIELDS = ("name", "title")
GREETING_FIELDS = ("name",)
_MAX_TERMS, _MAX_SIGNATURE_LINES, _MAX_CLOSING_LINES = 300, 15, 3
_FIELD = re.compile(r"\{([^{}\n]{0,40})\}|[{}]\w{0,40}")
# A word or a phrase of one line.
Phrase = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\s](?:[^\n\r\t]*[^\s])?$")]
Hint = Annotated[str, Field(max_length=120, pattern=r"^[^\n\r]*$")]
Register = Literal["formal", "informal"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Names(_Part):
    """What is allowed and denied by name; `*` stands for any signs. Without `allow` all is allowed but `deny`."""

    allow: tuple[str, ...] | None = None
    deny: tuple[str, ...] = ()


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


class LanguageStyle(_Part):
    """How a group writes in one language, or in all.

    `use` has the forms of a term that are preferred, each with those that it stands in place of. `avoid` has what is
    not written, with what to write instead in words for a person, "" for nothing. In JSON and TOML `form_of_address`
    is called `register`.
    """

    guide: str = Field("", max_length=600)
    use: dict[Phrase, Annotated[tuple[Phrase, ...], Field(min_length=1, max_length=20)]] = Field(
        {}, max_length=_MAX_TERMS
    )
    avoid: dict[Phrase, Hint] = Field({}, max_length=_MAX_TERMS)
    form_of_address: Register | None = Field(None, alias="register")
    greeting: str = Field("", max_length=100)
    closing: str = Field("", max_length=200)
    signature: str = Field("", max_length=1000)

    @field_validator("use")
    @classmethod
    def _says_one_thing(cls, value: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        seen: dict[str, str] = {}
        for preferred, forms in value.items():
            for form in forms:
                if form in value:
                    raise ValueError(f"{form!r} is to be used and to be replaced; take one of these out")
                if seen.setdefault(form, preferred) != preferred:
                    raise ValueError(f"{form!r} has two terms in its place, {seen[form]!r} and {preferred!r}; keep one")
        return value

    @field_validator("avoid")
    @classmethod
    def _avoids_nothing_used(cls, value: Mapping[str, str], info: ValidationInfo) -> Mapping[str, str]:
        used: Mapping[str, tuple[str, ...]] = info.data.get("use") or {}
        replaced = {form for forms in used.values() for form in forms}
        for word in value:
            if word in used:
                raise ValueError(f"{word!r} is to be used and to be avoided; take one of these out")
            if word in replaced:
                raise ValueError(f"{word!r} has a term in its place already; take it out here")
        return value

    @field_validator("greeting")
    @classmethod
    def _greets_in_a_line(cls, value: str) -> str:
        return _filled_by(value.strip(), GREETING_FIELDS, max_lines=1)

    @field_validator("closing")
    @classmethod
    def _closes_in_lines(cls, value: str) -> str:
        return _filled_by(value.strip(), (), max_lines=_MAX_CLOSING_LINES)

    @field_validator("signature")
    @classmethod
    def _signs_in_lines(cls, value: str) -> str:
        return _filled_by(value.strip(), SIGNATURE_FIELDS, max_lines=_MAX_SIGNATURE_LINES)


def _filled_by(text: str, fields: tuple[str, ...], *, max_lines: int) -> str:
    """Return a text that holds only fields which can be filled."""
    if (lines := text.count("\n") + 1) > max_lines:
        raise ValueError(f"it has {lines} lines, and {max_lines} are allowed; shorten it")
    for match in _FIELD.finditer(text):
        if match[1] not in fields:
            known = " and ".join(f"{{{field}}}" for field in fields) or "none"
            raise ValueError(f"there is no field {match[0]}; known are {known}")
    return text


class Style(LanguageStyle):
    """A house style: what holds in all languages, and what in one."""

    da: LanguageStyle = LanguageStyle()
    de: LanguageStyle = LanguageStyle()
    en: LanguageStyle = LanguageStyle()
    es: LanguageStyle = LanguageStyle()
    fr: LanguageStyle = LanguageStyle()
    it: LanguageStyle = LanguageStyle()
    nl: LanguageStyle = LanguageStyle()
    pl: LanguageStyle = LanguageStyle()
    pt: LanguageStyle = LanguageStyle()
    sv: LanguageStyle = LanguageStyle()

    def in_language(self, language: str) -> LanguageStyle | None:
        """Return what it says of one language alone, None where it says nothing."""
        return getattr(self, language) if language in self.languages else None

    @property
    def languages(self) -> list[str]:
        """The languages that it says something of."""
        return [name for name in STYLE_LANGUAGES if name in self.model_fields_set]


STYLE_LANGUAGES = tuple(name for name in Style.model_fields if name not in LanguageStyle.model_fields)


class Rules(_Part):
    """The rules of one section."""

    ask: str = Field("", max_length=200)
    recipes: Names = Names()
    surfaces: Names = Names()
    models: ModelNames = ModelNames()
    sources: Names = Names()
    mailboxes: Names = Names()
    budget: Budget = Budget()
    learning: bool | None = None
    grounds: bool | None = None
    style: Style = Style()

    @field_validator("surfaces")
    @classmethod
    def _named_small(cls, value: Names) -> Names:
        """Take "Slack" for `slack`: what is denied under another spelling would be allowed."""
        allow = value.allow and tuple(name.lower() for name in value.allow)
        return value.model_copy(update={"allow": allow, "deny": tuple(name.lower() for name in value.deny)})


class Group(Rules):
    """A group: who is in it, and its rules."""

    title: str = Field("", max_length=80)
    claims: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    groups: tuple[str, ...] = ()

    @field_validator("members")
    @classmethod
    def _are_people(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for member in value:
            if member != EVERYBODY and "@" not in member and "/" not in member:
                raise ValueError(f"{member[:60]!r} is not a person; write an address, *@DOMAIN, WORKSPACE/PERSON or *")
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
