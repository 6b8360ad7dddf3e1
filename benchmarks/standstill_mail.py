"""Mail providers that take a connection and then say nothing, beside people who wait for something else."""

import time
from contextlib import ExitStack

from celery import Celery

from benchmarks.standstill_site import Site, wait_for
from integrations.mail.imap.accounts import Accounts, ImapAccount
from tests.integrations.mail.imap.mails import question
from tests.servers.dovecot import PASSWORD, running_dovecot
from tests.servers.hanging_imap import HangingImap
from worker.enqueue import MAILBOXES_TASK

HANGING = 12
HEALTHY = 5
ROUNDS = 6
MAX_SECONDS = 12.0


def _connect(site: Site, port: int, number: int) -> ImapAccount:
    user = f"box{number}@example.org"
    account = ImapAccount("127.0.0.1", port, user, PASSWORD, "none", user, address=user, owner_name="Bob Ray")
    Accounts(site.store.records).save(account)
    return account


def hanging_mailboxes(site: Site) -> tuple[str, bool]:
    """Connect 12 mailboxes that hang in three ways and 5 that do not, and have the minutes' rounds come."""
    with ExitStack() as stack:
        dovecot = stack.enter_context(running_dovecot())
        ways = ((0, b"", False), (dovecot.port, b"EXAMINE", False), (dovecot.port, b"ENABLE", True))
        servers = [stack.enter_context(HangingImap(port, at, drips=drips)) for port, at, drips in ways * (HANGING // 3)]
        healthy = [_connect(site, dovecot.port, number) for number in range(HEALTHY)]
        for number, server in enumerate(servers):
            _connect(site, server.port, HEALTHY + number)
        worker = site.worker()
        wait_for(lambda: all(Accounts(site.store.records).status(one).mode for one in healthy))
        with Celery("bench", broker=site.settings.broker_url, set_as_current=False) as sender:
            for _ in range(ROUNDS):
                sender.send_task(MAILBOXES_TASK, queue="background", ignore_result=True)
        wait_for(lambda: sum(server.hung for server in servers) >= HANGING)
        started = time.monotonic()
        site.ended(site.submit())
        job_seconds = time.monotonic() - started
        for one in healthy:
            dovecot.receive(question(one.user), user=one.user)
        drafts = wait_for(lambda: all(dovecot.messages("Drafts", one.user) for one in healthy))
    said = f"job {job_seconds:.1f} s, {HEALTHY} drafts " + (f"{drafts:.1f} s" if drafts is not None else "not in 90 s")
    is_good = job_seconds < MAX_SECONDS and drafts is not None and drafts < MAX_SECONDS
    return f"{said} beside {HANGING} hanging mailboxes", is_good and worker.exit_code is None
