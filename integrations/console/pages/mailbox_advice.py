"""Advice about mailbox errors that can be followed in the console, in place of advice for the command line."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from core.errors import CredentialError, InlaidError, InputError, NotFoundError

_COMMAND = re.compile(r"\binlaid [a-z]+|(?<!\w)--[a-z]")
# While a mailbox is connected: by code, and for a refused login by its kind.
_CONNECTING = {
    CredentialError.code: "Check user name and password; many providers want an app password.",
    f"{CredentialError.code} oauth": "Sign in again at the provider, and give the new access token.",
    InputError.code: "Check server, port and encryption; None is there for a connection that is safe without.",
}
_CONNECTED = {
    CredentialError.code: "Connect the mailbox again on the page of connections.",
    f"{CredentialError.code} password": "Enter a new password for it; many providers want an app password.",
    f"{CredentialError.code} oauth": "Sign in again at the provider, and enter the new access token for it.",
    InputError.code: "“Check now” shows whether it lasts; else remove the mailbox and connect it again.",
    NotFoundError.code: "The page of connections shows what is connected.",
}
_OTHERWISE = "Look at the page of connections."


def with_console_fix(error: Mapping[str, str], *, login: str = "", connecting: bool = False) -> dict[str, str]:
    """Return an error, as `InlaidError.to_json` gives it, with a fix that can be followed in the console.

    Args:
        error: what went wrong.
        login: `password` or `oauth`; "" when it is neither.
        connecting: whether the mailbox is only being connected.
    """
    known = _CONNECTING if connecting else _CONNECTED
    fix, code = error["fix"], error["code"]
    if _COMMAND.search(fix):
        fix = known.get(f"{code} {login}") or known.get(code, _OTHERWISE)
    return {**error, "fix": fix}


@contextmanager
def console_advice(*, login: str = "", connecting: bool = False) -> Iterator[None]:
    """Give whatever is raised in the block a fix that can be followed in the console; see `with_console_fix`."""
    try:
        yield
    except InlaidError as error:
        error.fix = with_console_fix(error.to_json(), login=login, connecting=connecting)["fix"]
        raise
