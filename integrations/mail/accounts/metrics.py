"""Figures about mailboxes for Prometheus, read from the database at each scrape. No address is a label."""

import time
from collections import Counter
from collections.abc import Iterator

from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from core.errors import StoreOutage
from core.store.due import DueIndex
from core.store.records import RecordStore
from integrations.mail.accounts.mailboxes import MailboxView, mail_providers, mailbox_views, resting_servers

_AGES = {
    "check": ("Seconds since the mailbox that waits longest was read.", max),
    "notice": ("Seconds since a server last announced new mail.", min),
    "draft": ("Seconds since the last draft was put into a mailbox.", min),
}


class MailboxCollector(Collector):
    """Counts mailboxes by kind and state, and tells how old the last events are; without a database nothing.

    Args:
        records: where the mailboxes are.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records

    def describe(self) -> list[GaugeMetricFamily]:
        """Name the figures without reading any."""
        return [
            _count_family(),
            _resting_family(),
            _servers_family(),
            *_backlog_families(),
            *(_age_family(name) for name in _AGES),
        ]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read the figures."""
        try:
            views = mailbox_views(self._records)
            servers = len(resting_servers(self._records))
            kinds = [provider.accounts.kind for provider in mail_providers(self._records)]
            due, late_seconds = DueIndex(self._records.database).backlog(kinds)
        except StoreOutage:
            return
        count = _count_family()
        for (kind, state), number in sorted(Counter((view.kind, view.state) for view in views).items()):
            count.add_metric([kind, state], number)
        yield count
        resting = _resting_family()
        for kind in sorted({view.kind for view in views}):
            resting.add_metric([kind], sum(view.next_try_at > time.time() for view in views if view.kind == kind))
        yield resting
        yield _with_value(_servers_family(), servers)
        for family, value in zip(_backlog_families(), (due, late_seconds), strict=True):
            yield _with_value(family, value)
        for name in _AGES:
            yield _aged(name, views)


def _aged(name: str, views: list[MailboxView]) -> GaugeMetricFamily:
    family = _age_family(name)
    for kind in sorted({view.kind for view in views}):
        times = [_time_of(name, view) for view in views if view.kind == kind]
        ages = [time.time() - at for at in times if at]
        if ages:
            family.add_metric([kind], max(0.0, _AGES[name][1](ages)))
    return family


def _time_of(name: str, view: MailboxView) -> float:
    return {"check": view.checked_at, "notice": view.noticed_at, "draft": view.drafted_at}[name]


def _count_family() -> GaugeMetricFamily:
    return GaugeMetricFamily("inlaid_mailboxes", "Mailboxes by kind and state.", labels=["kind", "state"])


def _resting_family() -> GaugeMetricFamily:
    words = "Mailboxes that are left alone for a while because they or their server could not be reached."
    return GaugeMetricFamily("inlaid_mailboxes_resting", words, labels=["kind"])


def _servers_family() -> GaugeMetricFamily:
    words = "Mail servers whose mailboxes are all left alone for a while because they did not answer."
    return GaugeMetricFamily("inlaid_mail_servers_resting", words, labels=[])


def _backlog_families() -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
    return (
        GaugeMetricFamily("inlaid_mailbox_visits_due", "Mailboxes that wait for a visit.", labels=[]),
        GaugeMetricFamily(
            "inlaid_mailbox_visit_late_seconds", "Since when the mailbox waits that waits longest.", labels=[]
        ),
    )


def _with_value(family: GaugeMetricFamily, value: float) -> GaugeMetricFamily:
    family.add_metric([], value)
    return family


def _age_family(name: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"inlaid_mailbox_{name}_age_seconds", _AGES[name][0], labels=["kind"])
