"""Signs in, installs and connects, as people do on the pages of Microsoft, Google, Slack and an OpenID provider."""

from core.connect_links import Owner
from integrations.documents.drive import SCOPES as DRIVE_SCOPES
from integrations.mail.gmail import connecting as gmail_connecting
from integrations.mail.gmail.accounts import Google
from integrations.mail.graph import connecting as graph_connecting
from integrations.mail.graph.accounts import Microsoft
from tests.core.audit.written import SECRET
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.fakes.slack import FakeSlack
from tests.integrations.console.conftest import browser, microsoft_browser, new_code
from tests.integrations.console.test_openid import comes_back
from tests.integrations.web.acting import Answer, Bench
from tests.servers.openid import OpenIdProvider


def installs(bench: Bench) -> None:
    slack: FakeSlack = bench.outside("slack")
    page = slack.workspace("Acme", installed=False).person("Ivy Installer").installs(f"{bench.web.url}/slack/install")
    assert page.status == 200, page.body


def here(bench: Bench) -> Answer:
    with browser(bench.web) as client:
        return client.post("/console/sign-in/here", data={"code": new_code(bench.web)})


def _ann(bench: Bench) -> Person:
    microsoft: FakeMicrosoft = bench.outside("microsoft")
    return microsoft.person("ann@example.org", "Ann Ray")


def by_microsoft(bench: Bench) -> Answer:
    with microsoft_browser(bench.web, _ann(bench)) as client:
        return client.get("/console")


def group_of_entra(bench: Bench) -> Answer:
    microsoft: FakeMicrosoft = bench.outside("microsoft")
    microsoft.app.application |= {"Mail.Read", "Mail.ReadWrite", "GroupMember.Read.All", "User.ReadBasic.All"}
    microsoft.group(_ann(bench), name="Sales")
    with microsoft_browser(bench.web, microsoft.person("boss@example.org", "Ada Boss")) as client:
        return client.post("/console/connections/groups", data={"group": "Sales"})


def drive(bench: Bench) -> Answer:
    person = _ann(bench)
    person.consented.update(DRIVE_SCOPES)
    link = f"https://example-my.sharepoint.com/personal/ann/Documents/{SECRET}.docx"
    with bench.web.client(bench.outside("microsoft").entra.tokens.for_api(person)) as client:
        return client.post("/api/v1/documents/drive", json={"link": link, "recipe": "proofread"})


def graph_mailbox(bench: Bench) -> None:
    person = _ann(bench)
    with microsoft_browser(bench.web, person) as client:
        link = client.post("/console/connections/microsoft").headers["HX-Redirect"]
    page = person.signs_in(link)
    assert "is connected" in page.text, page.text


def graph_mailbox_after_a_question(bench: Bench) -> None:
    microsoft = Microsoft(bench.web.settings, bench.web.services.store.records)
    page = _ann(bench).signs_in(graph_connecting.GraphConnecting(microsoft).invite(graph_connecting.Invitation("bob")))
    assert "is connected for bob" in page.text, page.text


def gmail_mailbox(bench: Bench, owner: str = "bob@example.org") -> None:
    person = bench.outside("google").person("bob@example.org", "Bob Ray")
    google = Google(bench.web.settings, bench.web.services.store.records)
    link = gmail_connecting.GmailConnecting(google).invite(Owner("local", owner))
    page = person.signs_in(link, confirms=owner == "bob")
    assert "is connected" in page.text, page.text


def gmail_mailbox_after_a_question(bench: Bench) -> None:
    gmail_mailbox(bench, "bob")


def by_openid(bench: Bench) -> Answer:
    provider: OpenIdProvider = bench.outside("provider")
    with browser(bench.web) as client:
        return comes_back(provider, client, "ann")
