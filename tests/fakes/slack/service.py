"""The fake Slack as a whole: its parts, its port, and how a test builds workspaces and connects the app."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from tests.fakes.slack.acks import Ack, deliver
from tests.fakes.slack.app_settings import AppSettings
from tests.fakes.slack.assistant import Panes
from tests.fakes.slack.clock import Clock
from tests.fakes.slack.faults import Fault, Faults
from tests.fakes.slack.files import Uploads
from tests.fakes.slack.ledger import Ledger, ShownKind
from tests.fakes.slack.oauth import Codes
from tests.fakes.slack.outbox import Outbox
from tests.fakes.slack.rate_limits import RateLimits
from tests.fakes.slack.response_urls import ResponseUrls
from tests.fakes.slack.server import Listener
from tests.fakes.slack.signing import Signatures
from tests.fakes.slack.socket_mode import SocketMode
from tests.fakes.slack.streams import Streams
from tests.fakes.slack.targets import AppRequest, CallTarget, Handler, HttpTarget, SocketTarget, Target
from tests.fakes.slack.tokens import TOKEN_LIFE_SECONDS, Grant, Tokens
from tests.fakes.slack.triggers import Triggers
from tests.fakes.slack.views import Views
from tests.fakes.slack.workspace import Workspace
from tests.fakes.slack.world import Message, Organization, Team, User, World


class FakeSlack:
    """Slack on a loopback port. See the package's docstring for how to use it.

    Args:
        app: the app's configuration; a test may change it at any time.

    Attributes:
        ack_timeout_seconds: how long an acknowledgement may take, in real time.
    """

    def __init__(self, app: AppSettings | None = None) -> None:
        self.app = app or AppSettings()
        self.clock = Clock()
        self.world = World(self.clock)
        self.ledger = Ledger()
        self.tokens = Tokens()
        self.codes = Codes()
        self.triggers = Triggers(self.clock)
        self.views = Views()
        self.streams = Streams(self.clock)
        self.panes = Panes()
        self.uploads = Uploads()
        self.response_urls = ResponseUrls(self)
        self.rate_limits = RateLimits(self.clock)
        self.faults = Faults(self.clock)
        self.signatures = Signatures(self.app)
        self.socket_mode = SocketMode(self)
        self.outbox = Outbox(self)
        self.ack_timeout_seconds = 3.0
        self.target: Target | None = None
        self._bots: dict[str, User] = {}
        self._workspaces: dict[str, Workspace] = {}
        self._listener: Listener | None = None
        self._port = 0

    def __enter__(self) -> Self:
        self.listen()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.refuse_connections()

    @property
    def address(self) -> str:
        """Where the fake listens, without a path."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        """Base URL for slack_sdk and INLAID_SLACK_API_URL, with its trailing slash."""
        return f"{self.address}/api/"

    def listen(self) -> None:
        """Accept connections, on the same port as before."""
        self._listener = Listener(self._port, self)
        self._port = self._listener.server_address[1]
        self._listener.start()

    def refuse_connections(self) -> None:
        """Close the port and all connections: from now on, connection refused."""
        if self._listener is not None:
            self._listener.stop()
            self._listener = None

    @contextmanager
    def down(self, fault: Fault | None = None) -> Iterator[None]:
        """Let every call of the app fail inside a block: by connection reset, or as `fault` says."""
        self.faults.go_down(10**9, fault)
        try:
            yield
        finally:
            self.faults.come_back()

    def connect(self, app: "str | Handler", afterwards: Callable[[], None] = lambda: None) -> None:
        """Send what people do to an app, given by the URL of its endpoint or as a function in this process.

        Args:
            app: where to.
            afterwards: does what such a function has left for the time after its answer.
        """
        self.target = HttpTarget(app) if isinstance(app, str) else CallTarget(app, afterwards)

    def connect_socket_mode(self) -> None:
        """Send what people do through the app's Socket Mode connections."""
        self.target = SocketTarget(self.socket_mode)

    def app_token(self) -> str:
        """Return a new app-level token for Socket Mode (`xapp-`)."""
        return self.give(Grant("", "app", None, None, scopes={"connections:write"})).token

    def give(self, grant: Grant, *, rotating: bool = False) -> Grant:
        """Give out a token as the grant describes it; with rotation it expires and can be renewed."""
        rotating = grant.kind != "app" and (rotating or self.app.token_rotation)
        grant.token = self.codes.new_token(grant.kind, rotating=rotating)
        if rotating:
            grant.refresh_token = self.codes.new_refresh_token()
            grant.expires_at = self.clock.now() + TOKEN_LIFE_SECONDS
        return self.tokens.add(grant)

    def deliver_again(self, ack: Ack) -> Ack:
        """Send the same payload once more, newly signed: a duplicate."""
        return deliver(self, ack.request)

    def replay(self, ack: Ack) -> Ack:
        """Send the very same bytes and headers once more."""
        return deliver(self, ack.request, ack.signature)

    def send_challenge(self, challenge: str = "abc") -> Ack:
        """Send what Slack sends when the app's endpoint is set up."""
        token = self.app.verification_token
        return deliver(
            self, AppRequest("events_api", {"type": "url_verification", "challenge": challenge, "token": token})
        )

    def organization(self, name: str = "Grid") -> Organization:
        """Make an Enterprise Grid organization."""
        return Organization(self.world.new_id("E"), name, name.lower())

    def workspace(
        self, name: str = "Acme", organization: Organization | None = None, *, installed: bool = True
    ) -> Workspace:
        """Make a workspace, with the app installed unless told otherwise."""
        team = Team(self.world.new_id("T"), name, name.lower(), organization)
        self.world.teams[team.id] = team
        workspace = Workspace(self, team)
        self._workspaces[team.id] = workspace
        if installed:
            workspace.install()
        return workspace

    def workspace_of(self, team: Team) -> Workspace:
        """Return the workspace to act in."""
        return self._workspaces[team.id]

    def bot_of(self, team: Team) -> User:
        """Return the app's bot user, one for a workspace and one for a whole organization; made on first use."""
        home = team.organization or team
        if home.id not in self._bots:
            name, new_id = self.app.name, self.world.new_id
            bot = User(new_id("U"), team, name.lower(), name, "", bot_id=new_id("B"))
            self._bots[home.id] = self.add_user(bot)
        return self._bots[home.id]

    def add_user(self, user: User) -> User:
        """Let an account exist."""
        self.world.users[user.id] = user
        return user

    def publish(self, message: Message, via: str, kind: ShownKind | None = None) -> Message:
        """Store a message and remember who sees it. A reply of the app takes the thread's status line away.

        An ephemeral message in a thread that has no reply yet is accepted by Slack and shown to nobody.
        """
        if message.only_for and message.thread_ts and len(self.world.thread(message.channel, message.thread_ts)) < 2:
            message.hidden = True
        self.world.add(message)
        if message.bot_id and message.thread_ts and not message.only_for:
            self.panes.clear_status(message.channel, message.thread_ts)
        self.ledger.show_message(message, via, self.clock.now(), kind)
        self.outbox.message_posted(message)
        return message

    def uninstall(self, team: Team) -> None:
        """End the app's tokens in a workspace; Slack then tells the app."""
        self.outbox.uninstalled(team, self.tokens.of_team(team))
        self.tokens.end_all(team, "account_inactive")
