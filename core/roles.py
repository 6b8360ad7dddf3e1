"""What groups of a sign-in open: roles, named in INLAID_GROUP_ROLES as `role=group` or `role@workspace=group`.

    person          may use Inlaid; where a group is named for it, nobody else may
    author          makes and changes recipes
    analyst         sees everybody's figures; where a group is named for it, others see their own
    administrator   everything, in all workspaces or in the one that is named

Groups are what the provider's token says at the time (an object id, a name or a path); nothing of them is looked up.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["person", "author", "analyst", "administrator"]
ROLES: tuple[str, ...] = get_args(Role)


@dataclass(frozen=True)
class Grant:
    """A role that a group has; `workspace` is "" for all."""

    role: str
    group: str
    workspace: str = ""


@dataclass(frozen=True)
class Roles:
    """What somebody may do by their groups.

    Attributes:
        held: the roles.
        workspaces: which workspaces an administrator administers, empty for all.
    """

    held: frozenset[str] = frozenset()
    workspaces: frozenset[str] = frozenset()


def parse_grant(text: str) -> Grant:
    """Read `role=group` or `role@workspace=group`.

    Raises:
        ValueError: it is neither.
    """
    left, equals, group = text.partition("=")
    role, at, workspace = left.strip().partition("@")
    if role not in ROLES or not equals or not group.strip() or bool(at) != bool(workspace):
        raise ValueError(f"write ROLE=GROUP or administrator@WORKSPACE=GROUP, with a role of {', '.join(ROLES)}")
    if workspace and role != "administrator":
        raise ValueError("only an administrator's role can be of one workspace")
    return Grant(role, group.strip(), workspace)


def roles_of(groups: Collection[str], grants: Iterable[Grant]) -> Roles | None:
    """Return what somebody of those groups may do, or None if they may not come in.

    People with any role may sign in, and so may everybody where no group is named for `person`.
    """
    known = tuple(grants)
    theirs = [grant for grant in known if grant.group in groups]
    if not theirs and any(grant.role == "person" for grant in known):
        return None
    administered = [grant.workspace for grant in theirs if grant.role == "administrator"]
    narrow = frozenset(administered) if administered and all(administered) else frozenset[str]()
    return Roles(frozenset({"person", *(grant.role for grant in theirs)}), narrow)


def sees_all_figures(held: Collection[str], grants: Iterable[Grant], *, is_administrator: bool) -> bool:
    """Whether somebody who has those roles sees more than their own figures, on whatever surface they ask."""
    return is_administrator or "analyst" in held or not any(grant.role == "analyst" for grant in grants)
