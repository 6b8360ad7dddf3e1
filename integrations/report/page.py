"""The report as HTML: for the browser with linked charts, or whole in one file. Pure but for its templates."""

import base64
import functools
import hashlib
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from core.insight.report import formats
from core.insight.report.charts import TITLES, chart_svg, drawable
from core.insight.report.cube import DIMENSIONS
from core.insight.report.figures import OUTCOMES, SAVED_NOTE, Report
from core.job import Job

STRETCHES = {"7d": "7 days", "30d": "30 days", "90d": "90 days", "1y": "1 year"}
PATH = "/report"


def content_security_policy() -> str:
    """Return the policy of the page: its own style and pictures, no script, forms to itself."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    )


def report_page(report: Report, *, since: str, chosen: Mapping[str, str]) -> str:
    """Return the page. Its charts are loaded by their own addresses.

    Args:
        report: what is shown.
        since: the stretch that was asked for.
        chosen: the filters as given, for the form and the addresses.
    """
    asked = urlencode({"since": since, **chosen})
    charts = {name: _image(name, asked) for name in drawable(report)} if _can_draw() else {}
    return _render("report.html.jinja", report, charts, since=since, chosen=chosen, asked=asked, is_file=False)


def report_file(report: Report) -> str:
    """Return the report as one HTML file that needs nothing else."""
    # The charts are drawn here from figures and names that the drawing library has escaped.
    drawn = {name: Markup(chart_svg(report, name)) for name in drawable(report)} if _can_draw() else {}  # noqa: S704
    return _render("report.html.jinja", report, drawn, since="", chosen={}, asked="", is_file=True)


def jobs_page(jobs: list[dict[str, Any]], *, asked: str) -> str:
    """Return the list of the person's own drafts."""
    return _environment().get_template("jobs.html.jinja").render(jobs=jobs, asked=asked, path=PATH, style=_style())


def job_page(job: Job, facts: Mapping[str, str]) -> str:
    """Return one of the person's own drafts, with what became of it."""
    template = _environment().get_template("job.html.jinja")
    return template.render(job=job, draft=job.draft, facts=facts, path=PATH, style=_style())


def sign_in_page() -> str:
    """Return what a browser shows that has not signed in."""
    return _environment().get_template("sign_in.html.jinja").render(path=PATH, style=_style())


def _render(template: str, report: Report, charts: Mapping[str, Markup], **given: Any) -> str:
    options = {name: [group.name for group in report.groups.get(name, ()) if group.joined == 1] for name in DIMENSIONS}
    return (
        _environment()
        .get_template(template)
        .render(
            report=report,
            charts=charts,
            options=options,
            dimensions=DIMENSIONS,
            outcomes=OUTCOMES,
            stretches=STRETCHES,
            titles=TITLES,
            words=formats,
            saved_note=SAVED_NOTE,
            path=PATH,
            style=_style(),
            **given,
        )
    )


def _image(name: str, asked: str) -> Markup:
    return Markup('<img src="{}/charts/{}.svg?{}" alt="{}" width="700" height="300" loading="lazy">').format(
        PATH, name, asked, f"{TITLES[name]}; the table below has the figures."
    )


@functools.cache
def _can_draw() -> bool:
    return all(find_spec(name) for name in ("altair", "vl_convert"))


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("integrations.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@functools.cache
def _style() -> Markup:
    loader = _environment().loader
    assert loader
    return Markup(loader.get_source(_environment(), "style.css")[0])  # noqa: S704 - our own file
