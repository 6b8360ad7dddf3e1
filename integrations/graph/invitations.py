"""Links by which somebody signs in at Microsoft for something of theirs to be connected: a mailbox, a drive."""

from collections.abc import Callable, Mapping, Sequence

from core.connect_links import Authority, ConnectLinks, Owner, ProviderAccount, Purpose
from core.drafts import JsonObject
from core.errors import InlaidError
from core.settings import Settings
from core.store.records import RecordStore
from integrations.graph.sign_in import GraphPerson, GraphSignIn, SignInGrant, make_sign_in

SIGN_IN_PATH = "/graph/sign-in"
SIGNED_IN_PATH = "/graph/signed-in"
MAILBOX = "mailbox"
MAILBOX_AGAIN = "Make a new one: inlaid mailbox add graph, or the console's page Connections."


def microsoft_links(
    settings: Settings, records: RecordStore, purposes: Mapping[str, Purpose], again: str = MAILBOX_AGAIN
) -> ConnectLinks:
    """Return what makes links and takes people back.

    Args:
        settings: whose app, and where people come back to.
        records: where links are kept.
        purposes: what people may be invited to.
        again: words that say how to make a new link.
    """

    def sign_in() -> GraphSignIn:
        return make_sign_in(settings, records)

    def begin(scopes: Sequence[str], redirect_uri: str) -> JsonObject:
        return sign_in().begin(scopes, redirect_uri)

    def finish(kept: JsonObject, form: Mapping[str, str]) -> ProviderAccount:
        grant = sign_in().exchange(kept, form)
        who = grant.who
        return ProviderAccount(who.address, who.name, who.tenant, who.oid, grant.to_json())

    authority = Authority("Microsoft", "microsoft", SIGN_IN_PATH, SIGNED_IN_PATH, begin, finish, again, sign_in)
    return ConnectLinks(settings, records, authority, purposes)


def microsoft_purpose(  # noqa: PLR0913 - what is asked, what is done, and how tokens are kept
    settings: Settings,
    records: RecordStore,
    what: str,
    scopes: Sequence[str],
    connect: Callable[[JsonObject, GraphPerson], str],
    *,
    keep_as: str = "",
    refuses_others: Callable[[Owner], bool] = lambda _owner: False,
) -> Purpose:
    """Return a purpose that keeps the tokens of whoever signed in, and forgets them again when nothing is connected.

    Args:
        settings: whose app.
        records: where tokens are kept.
        what: is connected, in words.
        scopes: what is asked for.
        connect: takes what was kept with the link and who signed in, and returns what the page says then.
        keep_as: put before the account under which the tokens are kept, "" for those of every sign-in.
        refuses_others: see `Purpose`.
    """

    def keep_and_connect(data: JsonObject, account: ProviderAccount) -> str:
        sign_in, grant = make_sign_in(settings, records), SignInGrant.of_json(account.held, keep_as)
        had = sign_in.holds(grant.who.account)
        sign_in.keep(grant)
        try:
            return connect(data, grant.who)
        except InlaidError:
            if not had:
                sign_in.forget(grant.who.account)
            raise

    return Purpose(what, scopes, keep_and_connect, refuses_others)
