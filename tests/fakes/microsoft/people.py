"""People of the tenant, and what they do in a browser."""

import html
import re
import uuid
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from tests.fakes.browsing import has_button, led_to, post_from_elsewhere, press

if TYPE_CHECKING:
    from tests.fakes.microsoft.service import FakeMicrosoft

MAX_REDIRECTS = 10


@dataclass
class Person:
    """Somebody with an account. `consented` are the delegated permissions that they have granted to the app."""

    microsoft: "FakeMicrosoft" = field(repr=False)
    address: str
    name: str
    job_title: str | None = None
    proxy_addresses: tuple[str, ...] = ()
    oid: str = field(default_factory=lambda: str(uuid.uuid4()))
    consented: set[str] = field(default_factory=set)
    has_mailbox: bool = True
    generation: int = 0
    trouble: "Trouble | None" = None

    def changes_password(self) -> None:
        """End every session: refresh tokens are refused from now on, and access tokens too."""
        self.generation += 1
        self.trouble = Trouble("invalid_grant", 50173, "The provided grant has expired due to it being revoked.")

    def withdraws_consent(self) -> None:
        """Take the grant back in the account's settings."""
        self.generation += 1
        self.consented.clear()

    def must_prove_more(self, claims: str = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}') -> None:
        """Let a rule of conditional access demand another factor."""
        self.trouble = Trouble("interaction_required", 50076, "You must use multi-factor authentication.", claims)

    def signs_in(
        self, url: str, *, accepts: bool = True, confirms: bool = True, client: httpx.Client | None = None
    ) -> httpx.Response:
        """Follow a link of the app through its page, the authority's page and back, as a browser does.

        Args:
            url: the link.
            accepts: whether consent is given.
            confirms: whether the app is told, when it asks, that this account is meant; else the question is returned.
            client: the browser; a new one by default.

        Returns:
            The page that the app shows in the end.
        """
        self.trouble = None
        made = nullcontext(client) if client else httpx.Client(verify=self.microsoft.client_context(), timeout=30)
        with made as browser:
            response = self._follow(browser, browser.get(url))
            if has_button(response, "Continue to Microsoft"):
                response = press(browser, response, "Continue to Microsoft")
                if there := led_to(response):
                    response = self._follow(browser, browser.get(there))
            if response.headers.get("x-fake-page") == "consent":
                answer = {"address": self.address, "accepts": "yes" if accepts else "no"}
                response = self._follow(browser, browser.post(str(response.url), data=answer))
            if response.headers.get("x-fake-page") == "form_post":
                target, fields = _form_of(response)
                back = post_from_elsewhere(browser, target, fields, self.microsoft.url)
                response = self._follow(browser, back)
            if confirms and has_button(response, f"Connect {self.address}"):
                response = self._follow(browser, press(browser, response, f"Connect {self.address}"))
            return response

    def answers(self, auth_uri: str, *, accepts: bool = True) -> dict[str, str]:
        """Sign in at the authority's page, and return the form that it would bring back to the app."""
        self.trouble = None
        with httpx.Client(verify=self.microsoft.client_context(), timeout=30) as browser:
            page = browser.get(auth_uri)
            assert page.headers.get("x-fake-page") == "consent", page.text
            answer = browser.post(auth_uri, data={"address": self.address, "accepts": "yes" if accepts else "no"})
            return _form_of(answer)[1]

    def _follow(self, browser: httpx.Client, response: httpx.Response) -> httpx.Response:
        for _ in range(MAX_REDIRECTS):
            if not response.has_redirect_location:
                return response
            target = response.url.join(response.headers["Location"])
            assert urlsplit(str(target)).hostname in {"127.0.0.1", "localhost"}, f"leads elsewhere: {target}"
            response = browser.get(target)
        raise AssertionError("redirected without end")


def _form_of(page: httpx.Response) -> tuple[str, dict[str, str]]:
    """Return where the form of a page goes, and its fields."""
    target = re.search(r'action="([^"]*)"', page.text)
    assert target, page.text
    fields = re.findall(r'name="([^"]*)" value="([^"]*)"', page.text)
    return html.unescape(target[1]), {html.unescape(name): html.unescape(value) for name, value in fields}


@dataclass(frozen=True)
class Trouble:
    """Why the authority gives a person no token at present."""

    error: str
    number: int
    words: str
    claims: str = ""
