"""Figures about mailboxes for Prometheus, read from the database at each scrape. No address is a label."""

import time
from collections import Counter
from collections.abc import Iterator

from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from core.errors import StoreOutage
from core.store.records import RecordStore
from integrations.mail.accounts.mailboxes import MailboxView, mailbox_views

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
        return [_count_family(), _resting_family(), *(_age_family(name) for name in _AGES)]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read the figures."""
        try:
            views = mailbox_views(self._records)
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


def _age_family(name: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"inlaid_mailbox_{name}_age_seconds", _AGES[name][0], labels=["kind"])
