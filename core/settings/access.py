"""Settings of the web process: where it listens, whose requests it takes and how many, and what people may do."""

import getpass
import socket
from ipaddress import ip_network

from pydantic import BaseModel, Field, SecretStr, field_validator

from core.roles import Grant, parse_grant
from core.settings.values import HttpUrl, OptionalPath, Secrets, Texts


class AccessSettings(BaseModel, frozen=True):
    """Addresses, limits of requests, tokens, the owner of this machine, administrators and roles."""

    host: str = Field("127.0.0.1", description="Address of the web process.")
    port: int = Field(8000, ge=0, le=65535, description="Port of the web process.")
    public_url: HttpUrl = Field("", description="Where Slack, Graph and Word reach the web process (https).")
    trusted_proxies: Texts = Field(
        ("127.0.0.1", "::1"), description="Proxies in front whose X-Forwarded-For holds: addresses, CIDR networks."
    )
    requests_per_minute: int = Field(
        300, ge=0, description="API and console: requests of one person in a minute. 0: any number."
    )
    submits_per_minute: int = Field(
        60, ge=0, description="API and console: jobs that one person asks for in a minute. 0: any number."
    )
    address_requests_per_minute: int = Field(
        6000, ge=0, description="Requests of one address in a minute, Slack's and Microsoft's aside. 0: any number."
    )
    sign_in_failures_per_minute: int = Field(
        10, ge=0, description="Wrong tokens of one address in a minute; then it waits, longer each time. 0: any number."
    )
    event_streams: int = Field(20, ge=0, description="API: event streams of one person at a time. 0: any number.")
    api_tokens: Secrets = Field(
        (), description="Bearer tokens of the API, comma-separated, each `token` or `token=address`."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="Secret of signed webhooks that report outside events. Empty: none are taken."
    )
    owner_name: str = Field("", description="Name that drafts made on the command line are signed with.")
    owner_address: str = Field("", description="Mail address of the person at the command line.")
    admins: Texts = Field(
        (),
        description="Console: addresses or Entra object ids of administrators. One person alone needs none; else they"
        " alone see people, models, audit.",
    )
    group_roles: Texts = Field(
        (),
        description="Roles by group of the sign-in, such as administrator=IT,analyst=Controlling,author=Editors.",
    )

    policies_file: OptionalPath = Field(
        None, description="TOML file with what groups may use. Empty: policies.toml in INLAID_HOME, if there is one."
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _are_addresses(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        try:
            for proxy in set(proxies) - {"*"}:
                ip_network(proxy, strict=False)
        except ValueError as error:
            raise ValueError("list addresses and networks such as 10.0.0.0/8, no names of hosts") from error
        return proxies

    @field_validator("group_roles")
    @classmethod
    def _are_grants(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            parse_grant(text)
        return value

    @property
    def grants(self) -> tuple[Grant, ...]:
        """Which roles groups have."""
        return tuple(map(parse_grant, self.group_roles))

    @property
    def has_administrator(self) -> bool:
        """Whether somebody is named as an administrator, or a group."""
        return bool(self.admins) or any(grant.role == "administrator" for grant in self.grants)

    @property
    def local_person(self) -> str:
        """The key of the person at this machine, on every surface: the owner's address, else user@host."""
        return self.owner_address or f"{getpass.getuser()}@{socket.gethostname()}"
