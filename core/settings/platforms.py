"""Settings of Slack, Microsoft 365, Google, Word, OpenID Connect and mail servers of the own network."""

from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, field_validator

from core.settings.values import HttpUrl, Texts


class PlatformSettings(BaseModel, frozen=True):
    """How the platforms are reached, and which workspaces and people of theirs are the organisation's own."""

    slack_signing_secret: SecretStr = Field(SecretStr(""), description="Slack: signing secret. Empty: no HTTP events.")
    slack_bot_token: SecretStr = Field(SecretStr(""), description="Slack: bot token of the only workspace (xoxb-).")
    slack_app_token: SecretStr = Field(SecretStr(""), description="Slack: app-level token for Socket Mode (xapp-).")
    slack_client_id: str = Field("", description="Slack: client id, for installing in many workspaces by OAuth.")
    slack_client_secret: SecretStr = Field(SecretStr(""), description="Slack: client secret, with the client id.")
    slack_api_url: str = Field("https://slack.com/api/", description="Slack: base of the Web API, with its last slash.")
    slack_channels: Texts = Field(
        (), description="Slack: ids of the only channels where Inlaid may be used. Empty: all."
    )
    slack_people: Texts = Field(
        (), description="Slack: ids of the only people who may use Inlaid. Empty: all but guests."
    )
    slack_workspaces: Texts = Field(
        (), description="Slack: ids of your own workspaces or organisations, when the app is installed by OAuth."
    )
    slack_requests_per_minute: int = Field(20, ge=1, description="Slack: requests of one person in a minute.")
    microsoft_tenant_id: str = Field(
        "", description="Microsoft 365: directory (tenant) id. Empty: those of the next setting."
    )
    microsoft_tenants: Texts = Field(
        (),
        description="Microsoft 365: your organisations (tenant ids); their people may sign in. Empty: the above;"
        " both empty: nobody.",
    )
    microsoft_client_id: str = Field("", description="Microsoft 365: application (client) id of the app registration.")
    microsoft_client_secret: SecretStr = Field(SecretStr(""), description="Microsoft 365: client secret of the app.")
    microsoft_authority: HttpUrl = Field(
        "", description="Microsoft 365: https://host/tenant that signs people in. Empty: the tenant at Microsoft's."
    )
    openid_issuer: str = Field("", description="OpenID Connect: the provider, such as https://login.example.com.")
    openid_client_id: str = Field("", description="OpenID Connect: what the provider calls this installation.")
    openid_client_secret: SecretStr = Field(SecretStr(""), description="OpenID Connect: its secret, if any.")
    openid_groups_claim: str = Field("groups", description="OpenID Connect: the claim that lists somebody's groups.")
    microsoft_graph_url: HttpUrl = Field(
        "https://graph.microsoft.com/v1.0", description="Microsoft 365: base of Graph."
    )
    microsoft_send_from_alias: bool = Field(
        False,
        description="Microsoft 365: mail to an alias is answered from it. Needs SendFromAliasEnabled at Exchange.",
    )
    google_client_id: str = Field("", description="Google: id of the OAuth client, for mailboxes at Gmail.")
    google_client_secret: SecretStr = Field(SecretStr(""), description="Google: secret of the OAuth client.")
    google_pubsub_topic: str = Field("", description="Google: topic of Pub/Sub that Gmail tells of new mail at.")
    google_pubsub_subscription: str = Field("", description="Google: pull subscription to that topic.")
    google_service_account: SecretStr = Field(
        SecretStr(""), description="Google: JSON key of the service account that pulls. Best as a file."
    )
    google_url: HttpUrl = Field("", description="Google: base of a stand-in for its services. Empty: Google's own.")
    word_frame_ancestors: Texts = Field(
        (), description="Word: addresses that may frame the pane (CSP), comma-separated. Empty: Word on the web's."
    )
    allowed_hosts: Texts = Field(
        (),
        description="Hosts of the own network that mailboxes and web sources may be on: names, addresses, networks.",
    )

    @field_validator("openid_issuer")
    @classmethod
    def _is_issuer(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"http", "https"}:
            raise ValueError("must begin with https://")
        return value  # a slash at its end is a part of its name

    @field_validator("slack_api_url")
    @classmethod
    def _is_base(cls, value: str) -> str:
        if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc:
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/") + "/"

    @property
    def own_tenants(self) -> tuple[str, ...]:
        """The tenants of Entra that are the organisation's own."""
        return tuple(filter(None, self.microsoft_tenants or (self.microsoft_tenant_id,)))

    @property
    def openid_realm(self) -> str:
        """The provider as a workspace: its issuer without the scheme, "" where OpenID Connect is not set up."""
        return self.openid_issuer.partition("://")[2].rstrip("/") if self.openid_client_id else ""

    @property
    def own_realms(self) -> tuple[str, ...]:
        """Where the organisation's own people sign in: its tenants of Entra, and its OpenID provider."""
        return (*self.own_tenants, *filter(None, (self.openid_realm,)))
