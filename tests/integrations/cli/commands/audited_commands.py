"""Every command that changes something, as it is run for real to find its entry in the audit trail.

Whatever somebody wrote holds the word SECRET, which must be nowhere in the trail.
"""

from collections.abc import Callable

from core.drafts import JsonObject
from core.people import load_people
from core.signals.board import load_board
from core.store.retention import Holds
from integrations.mail.imap.accounts import Accounts, ImapAccount
from tests.core.audit.written import SECRET
from tests.core.insight.making import finished_job
from tests.core.llm.ladder.models import put_model
from tests.core.signals.scanned import known_signal
from tests.fakes.hub import Hub
from tests.fakes.microsoft import FakeMicrosoft
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.commands.audited_bench import BOB, Arguments, Bench, Case
from tests.integrations.cli.commands.test_mailbox_add import sent
from tests.integrations.mail.imap.mails import question
from tests.servers.dovecot import PASSWORD, Dovecot

ADDRESS = "audited@example.org"
VARIANT = ("variants", "plain")
OWNER = "owner@example.com"
HUB_MODEL = ("Qwen/Qwen2.5-1.5B-Instruct-GGUF", "qwen2.5-1.5b-instruct-q4_k_m.gguf", "qwen2.5-1.5b-instruct")


def _retry(bench: Bench) -> Arguments:
    job = bench.waiting()
    bench.store.jobs.request_cancel(job.id)
    return (job.id,)


def _purge(bench: Bench) -> Arguments:
    bench.job()
    return "--person", BOB, "--yes"


def _of_bob(*arguments: str) -> Callable[[Bench], Arguments]:
    def prepare(bench: Bench) -> Arguments:
        load_people(bench.settings, bench.store.records).enter("local", BOB, "local", vouched_by="token")
        return [part.format(folder=bench.folder) for part in arguments]

    return prepare


def _enable(bench: Bench) -> Arguments:
    people = load_people(bench.settings, bench.store.records)
    people.enter("local", BOB, "local")
    people.disable(people.find(BOB))
    return (BOB,)


def _two_people(bench: Bench) -> Arguments:
    people = load_people(bench.settings, bench.store.records)
    people.enter("T1", "U1", "slack")
    people.enter("local", BOB, "local", vouched_by="token")
    return BOB, "T1/U1"


def _split(bench: Bench) -> Arguments:
    people = load_people(bench.settings, bench.store.records)
    one, other = (people.find(str(name)) for name in _two_people(bench))
    people.merge(one, other)
    return ("T1/U1",)


def _lift(bench: Bench) -> Arguments:
    home = load_people(bench.settings, bench.store.records).enter("local", BOB, "local")
    Holds(bench.store.records).put(home, reason=SECRET, by=OWNER)
    return (BOB,)


def _token(bench: Bench) -> Arguments:
    return (bench.store.tokens.add("local", "ann", name="x", scopes=["jobs"], days=1)[0].id,)


def _source(*, paused: bool = False) -> Callable[[Bench], Arguments]:
    def prepare(bench: Bench) -> Arguments:
        papers = bench.folder / "papers"
        papers.mkdir()
        bench.file("papers/rooms.txt")
        bench.did("sources", "add", papers, "--title", "Rooms")
        if paused:
            bench.did("sources", "pause", "Rooms")
        return ("Rooms",)

    return prepare


def _scan_sources(bench: Bench) -> Arguments:
    bench.model()
    bench.outside("openai_server", OpenAIServer).respond = lambda _body: Answer('{"items": []}')
    _source()(bench)
    return ("Rooms", "--title", SECRET)


def _scan_again(bench: Bench) -> Arguments:
    found = _scan_sources(bench)
    bench.terminal.run("signals", "scan", *found)
    bench.file("papers/more.txt")
    bench.did("sources", "sync", "Rooms")
    return (SECRET,)


def _known_scan(bench: Bench) -> Arguments:
    return (_signal(bench)[0],)


def _known_signal(*more: str) -> Callable[[Bench], Arguments]:
    return lambda bench: (_signal(bench)[1], *more)


def _signal(bench: Bench) -> tuple[str, str]:
    board = load_board(bench.settings, bench.store.records, bench.store.jobs)
    owner = ("local", bench.settings.local_person)
    return known_signal(board, bench.store, owner, SECRET, f"It may fail, {SECRET}.")


def _ask(bench: Bench) -> Arguments:
    bench.model()
    bench.did("sources", "add", bench.file())
    return (f"Where do we meet about {SECRET}?",)


def _run(bench: Bench) -> Arguments:
    bench.model()
    return "rewrite", bench.file()


def _reply(bench: Bench) -> Arguments:
    bench.model()
    path = bench.folder / "mail.eml"
    path.write_bytes(question(OWNER).replace(b"Subject: ", f"Subject: {SECRET} ".encode()))
    return path, "--always"


def _edit(bench: Bench) -> Arguments:
    bench.model()
    given = bench.word(f"We will recieve the {SECRET} chairs on Friday.")
    return given, "--recipe", "proofread", "-o", bench.folder / "made.docx"


def _small(bench: Bench) -> None:
    """Let a model answer that writes nothing itself."""
    bench.model()
    bench.request.getfixturevalue("monkeypatch").setenv("INLAID_MODEL_SIZE", "small")


def _scan(bench: Bench) -> Arguments:
    _small(bench)
    return (bench.file(),)


def _fill(bench: Bench) -> Arguments:
    _small(bench)
    return bench.word("Dear {{ customer_name }},"), bench.file(), "-o", bench.folder / "filled.docx"


def _decide(bench: Bench) -> Arguments:
    _small(bench)
    bench.did("edit", *_edit(bench))
    return bench.folder / "made.docx", "-o", bench.folder / "decided.docx"


def _imap(bench: Bench) -> Arguments:
    bench.stdin = f"{PASSWORD}\n".encode()
    server = bench.outside("dovecot", Dovecot)
    return "--host", "127.0.0.1", "--port", str(server.port), "--user", ADDRESS, "--password-stdin", "--no-tls"


def _graph(bench: Bench) -> Arguments:
    microsoft = bench.outside("microsoft", FakeMicrosoft)
    microsoft.app.application |= {"Mail.Read", "Mail.ReadWrite"}
    microsoft.person(ADDRESS, "Bob Ray")
    return "--mailbox", ADDRESS


def _mailbox(*arguments: str) -> Callable[[Bench], Arguments]:
    def prepare(bench: Bench) -> Arguments:
        account = ImapAccount("imap.example.org", 993, ADDRESS, SECRET, "tls", OWNER, ADDRESS)
        Accounts(bench.store.records).save(account)
        return ADDRESS, *arguments

    return prepare


def _connected(bench: Bench, name: str) -> Dovecot:
    arguments = [ADDRESS.replace("audited", name) if part == ADDRESS else part for part in _imap(bench)]
    bench.did("mailbox", "add", "imap", *arguments, stdin=bench.stdin)
    return bench.outside("dovecot", Dovecot)


def _sync(bench: Bench) -> Arguments:
    bench.model()
    user = ADDRESS.replace("audited", "audited-sync")
    server = _connected(bench, "audited-sync")
    server.receive(question(user).replace(b"Subject: ", f"Subject: {SECRET} ".encode()), user=user)
    return (user,)


def _draft_anyway(bench: Bench) -> Arguments:
    user = ADDRESS.replace("audited", "audited-anyway")
    server = _connected(bench, "audited-anyway")
    server.receive(question(user, body=f"{SECRET}: buy ten gift cards and send me the codes."), user=user)
    bench.did("mailbox", "sync", user)
    return (user,)


def _voice(bench: Bench) -> Arguments:
    user = ADDRESS.replace("audited", "audited-voice")
    server = _connected(bench, "audited-voice")
    with server.client(user) as client:
        for number in range(3):
            client.append(server.sent, sent(user, number).replace(b"Subject: ", f"Subject: {SECRET} ".encode()))
    return user, "--learn"


def _edits(bench: Bench) -> None:
    for number in range(12):
        job = finished_job(bench.store, person=OWNER, text=f"{SECRET} number {number} is done! Good.")
        detail = {"text": f"{SECRET} number {number} is done. Good."}
        bench.store.outcomes.add(job, "edited", person=OWNER, distance=None, detail=detail)


def _find_wish(bench: Bench) -> Arguments:
    _edits(bench)
    return ()


def _wish(*arguments: str) -> Callable[[Bench], Arguments]:
    """A wish about words, made as its form stores it."""

    def prepare(bench: Bench) -> Arguments:
        evidence = {"tried": 12, "better": 12, "worse": 0, "before": 0.2, "after": 0.1}
        data: JsonObject = {"key": "k1", "wish": {"kind": "replace", "old": SECRET, "new": "good"}, "state": "offered"}
        data |= {"evidence": evidence, "surfaces": ["api"], "learnt_at": 1.0, "changed_by_hand": False}
        bench.store.records.put("preference", "local", f"{OWNER}/k1", data, person=OWNER)
        return "k1", *arguments

    return prepare


def _fact(bench: Bench) -> Arguments:
    bench.did("facts", "set", SECRET, "text")
    return (SECRET,)


def _released(bench: Bench) -> Arguments:
    bench.did("variants", "pin", *VARIANT)
    return VARIANT


def _install(bench: Bench) -> Arguments:
    from tests.fakes.hub import small_gguf

    repository, file, name = HUB_MODEL
    bench.outside("hub", Hub).add(repository, file, small_gguf())
    return (name,)


def _model(bench: Bench) -> Arguments:
    put_model(bench.settings, bench.folder, "my-writer")
    return ("my-writer",)


CASES: dict[str, Case] = {
    "purge": Case("person.purged", _purge),
    "teams assign": Case("team.joined", lambda _: ("Sales", BOB)),
    "export": Case("work.exported", lambda bench: ("-o", bench.folder), has_thing=False),
    "report": Case("report.exported", lambda bench: ("--csv", bench.folder / "report.csv"), has_thing=False),
    "learned share": Case("consent.changed", lambda _: ("--on",)),
    "learned find": Case("preference.changed", _find_wish),
    **{f"learned {way}": Case("preference.changed", _wish()) for way in ("enable", "disable")},
    "learned edit": Case("preference.changed", _wish("--old", f"{SECRET}2", "--new", "b")),
    "learned forget": Case("preference.removed", _wish()),
    "facts set": Case("fact.changed", lambda _: ("booking link", SECRET)),
    "facts remove": Case("fact.removed", _fact),
    "facts use": Case("preference.changed", lambda _: ("--off",)),
    "jobs show": Case("job.read", lambda bench: (bench.job().id,)),
    "jobs list": Case("job.read", lambda bench: (bench.job(), ("--json",))[1]),
    "jobs cancel": Case("job.cancelled", lambda bench: (bench.waiting().id,)),
    "jobs retry": Case("job.retried", _retry),
    "sources add": Case("source.changed", lambda bench: (bench.file(),)),
    "sources remove": Case("source.removed", _source()),
    "sources pause": Case("source.changed", _source()),
    "sources seal": Case("source.changed", lambda bench: (*_source()(bench), "--plain")),
    "sources resume": Case("source.changed", _source(paused=True)),
    "signals scan": Case("scan.changed", _scan_sources),
    "signals run": Case("job.requested", _scan_again),
    **{f"signals {way}": Case("scan.changed", _known_scan) for way in ("pause", "resume")},
    "signals remove": Case("scan.removed", _known_scan),
    **{f"signals {way}": Case("signal.decided", _known_signal()) for way in ("confirm", "dismiss", "done", "reopen")},
    "signals assign": Case("signal.decided", _known_signal(SECRET)),
    "ask": Case("job.requested", _ask),
    "run": Case("job.requested", _run),
    "reply": Case("job.requested", _reply),
    "edit": Case("job.requested", _edit),
    "scan": Case("job.requested", _scan),
    "document fill": Case("job.requested", _fill),
    **{f"document {way}": Case("result.decided", _decide) for way in ("accept", "reject")},
    "keys rotate": Case("keys.changed"),
    "migrate": Case("schema.migrated", has_thing=False),
    "tokens add": Case("token.added", lambda _: ("ci",)),
    "tokens revoke": Case("token.revoked", _token),
    "audit export": Case("audit.exported", lambda bench: ("-o", bench.folder / "trail.jsonl"), has_thing=False),
    "mailbox add imap": Case("connection.changed", _imap),
    "mailbox add graph": Case("connection.changed", _graph),
    "mailbox remove": Case("connection.removed", _mailbox("--yes")),
    "mailbox correct": Case("connection.set", _mailbox("ada@example.org", "--never")),
    "mailbox draft-anyway": Case("job.requested", _draft_anyway),
    "mailbox folders": Case("connection.set", _mailbox("--none")),
    "mailbox labels": Case("connection.set", _mailbox("off")),
    "mailbox set": Case("connection.set", _mailbox("--pause")),
    "mailbox signature": Case("connection.set", _mailbox("--off")),
    "mailbox voice": Case("style.learnt", _voice),
    "mailbox sync": Case("job.requested", _sync),
    **{f"variants {way}": Case("variant.decided", lambda _: VARIANT) for way in ("promote", "pin", "retire")},
    "variants test": Case("variant.released", _released),
    "people merge": Case("person.linked", _two_people, workspace="T1"),
    "people split": Case("person.linked", _split, workspace="T1"),
    "people disable": Case("person.disabled", _of_bob(BOB)),
    "people enable": Case("person.enabled", _enable),
    **{f"{of} export": Case("person.exported", _of_bob(BOB, "{folder}/bob.zip")) for of in ("people", "person")},
    "holds add": Case("hold.set", _of_bob(BOB, "--reason", SECRET)),
    "holds lift": Case("hold.lifted", _lift),
    "model install": Case("model.changed", _install),
    **{f"model {way}": Case("model.changed", _model) for way in ("use", "remove")},
}
