"""The pictures of the report, drawn by Vega-Lite: SVG that follows the reader's light or dark, PNG for Slack."""

from collections.abc import Callable
from typing import Any

from core.drafts import JsonObject
from core.errors import SettingsError
from core.insight.report.figures import OUTCOMES, Report
from core.insight.report.formats import distance_rows, span_words
from core.insight.report.wording import FIGURE_WORDS, OUTCOME_WORDS, group_words
from core.text.catalogues import N_, gettext, told

# Apart for people with any colour vision (Okabe and Ito, 2008), and strong enough on white and on black.
COLOURS = ("#009e73", "#3b8fc4", "#d55e00", "#cc79a7", "#8c8c8c")
# Of what is drawn, in pixels: for a page, and for one as narrow as a telephone, on which it is not scaled down.
WIDTH, NARROW_WIDTH, HEIGHT = 640, 236, 220
PNG_SCALE = 1.5
TITLES = N_(
    {
        "trend": "What became of the drafts",
        "recipes": "Drafts that were used, by recipe",
        "distances": "How much of a used draft was changed",
        "seconds": "Seconds until the result was there",
    }
)
# Colours that nothing else has: in the SVG they become the colour of the text around, or a grey for both grounds.
_TEXT, _LINE, _GREY = "#010203", "#040506", "#7f7f8a"
_STYLE = (
    "<style>svg{color:#1b1b1f}@media(prefers-color-scheme:dark){svg{color:#e8e8ec}}svg text{fill:currentColor}</style>"
)
_MAX_RECIPES = 12


def drawable(report: Report) -> list[str]:
    """Return the charts that have something to show."""
    total = report.total
    if total is None:
        return []
    has_data = {
        "trend": total.decided > 0,
        "recipes": any(group.figures.used.has_enough for group in report.groups.get("recipe", ())),
        "distances": any(report.distances),
        "seconds": total.seconds_p50.n > 0,
    }
    return [name for name in TITLES if has_data[name]]


def chart_svg(report: Report, name: str, *, width: int = WIDTH) -> str:
    """Return a chart as an SVG document.

    Args:
        report: one with figures.
        name: one of `TITLES`.
        width: of what is drawn, in pixels, without its axis.

    Raises:
        SettingsError: the extra `report` is not installed.
    """
    specification = _specification(report, name, width, background="transparent")
    drawn: str = _converter().vegalite_to_svg(specification)
    start = drawn.index(">") + 1
    return (drawn[:start] + _STYLE + drawn[start:]).replace(_TEXT, "currentColor").replace(_LINE, _GREY)


def chart_png(report: Report, name: str) -> bytes:
    """Return a chart with its title as a picture on white, for places that show no SVG.

    Raises:
        SettingsError: as for `chart_svg`.
    """
    converter = _converter()
    specification = _specification(report, name, WIDTH, background="#ffffff")
    specification["title"] = {"text": told(TITLES[name]), "anchor": "start", "fontSize": 14, "color": _TEXT}
    specification["padding"] = 12
    drawn: bytes = converter.vegalite_to_png(specification, scale=PNG_SCALE)
    return drawn


def _converter() -> Any:
    try:
        import altair  # noqa: F401 - both come with the same extra
        import vl_convert
    except ImportError as error:
        raise SettingsError(
            "Charts need altair and vl-convert-python.", fix="Install inlaid with its extra `report`."
        ) from error
    return vl_convert


def _specification(report: Report, name: str, width: int, *, background: str) -> JsonObject:
    specification: JsonObject = _DRAWN[name](report, width).to_dict()
    axis = {"labelColor": _TEXT, "titleColor": _TEXT, "domainColor": _LINE, "tickColor": _LINE, "gridColor": _LINE}
    legend = {
        "labelFontSize": 12,
        "labelLimit": NARROW_WIDTH,
        "columns": 2 if width >= WIDTH else 1,
        "columnPadding": 64,
    }
    specification["config"] = {
        "background": background,
        "font": "sans-serif",
        "padding": 8,
        "axis": {**axis, "gridOpacity": 0.35, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"},
        "legend": {**legend, "labelColor": _TEXT, "titleColor": _TEXT, "orient": "top", "title": None},
        "view": {"stroke": None},
    }
    return specification


def _data(rows: list[JsonObject]) -> Any:
    import altair as alt

    return alt.Data(values=rows)  # type: ignore[no-untyped-call] # altair's data classes bear no annotations


def _trend(report: Report, width: int) -> Any:
    import altair as alt

    names = [told(OUTCOME_WORDS[outcome]) for outcome in OUTCOMES]
    rows = [
        {
            "when": span_words(span),
            "outcome": told(OUTCOME_WORDS[outcome]),
            "drafts": span.figures.shares[outcome].part,
            "place": place,
        }
        for span in report.trend
        if span.figures.decided
        for place, outcome in enumerate(OUTCOMES)
    ]
    return (
        alt.Chart(_data(rows), width=width, height=HEIGHT)
        .mark_bar()
        .encode(
            x=alt.X("when:O", title=None, sort=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy")),
            y=alt.Y("drafts:Q", title=gettext("Drafts"), axis=alt.Axis(tickMinStep=1, format="d"), stack="zero"),
            color=alt.Color("outcome:N", scale=alt.Scale(domain=names, range=list(COLOURS))),
            order="place:Q",
        )
    )


def _recipes(report: Report, width: int) -> Any:
    import altair as alt

    rows = [
        {
            "recipe": f"{told(group_words('recipe', group.name, report.titles))} (n {used.n})",
            "used": used.value,
            "low": used.low,
            "high": used.high,
        }
        for group in report.groups.get("recipe", ())[:_MAX_RECIPES]
        if (used := group.figures.used).has_enough
    ]
    base = alt.Chart(_data(rows), width=width - width // 5, height=alt.Step(26)).encode(
        y=alt.Y("recipe:N", title=None, sort=None, axis=alt.Axis(labelLimit=width // 3))
    )
    scale = alt.Scale(domain=[0, 1])
    bars = base.mark_bar(color=COLOURS[1]).encode(
        x=alt.X("used:Q", title=told(FIGURE_WORDS["used"]), axis=alt.Axis(format="%"), scale=scale)
    )
    return bars + base.mark_rule(color=_TEXT, strokeWidth=1.5).encode(x=alt.X("low:Q"), x2="high:Q")


def _distances(report: Report, width: int) -> Any:
    import altair as alt

    rows = [{"changed": name, "drafts": count} for name, count in distance_rows(report)]
    return (
        alt.Chart(_data(rows), width=width, height=HEIGHT)
        .mark_bar(color=COLOURS[0])
        .encode(
            x=alt.X("changed:O", title=None, sort=None, axis=alt.Axis(labelAngle=-35)),
            y=alt.Y("drafts:Q", title=gettext("Drafts"), axis=alt.Axis(tickMinStep=1, format="d")),
        )
    )


def _seconds(report: Report, width: int) -> Any:
    import altair as alt

    rows = [
        {"when": span_words(span), "seconds": estimate.value, "part": part}
        for span in report.trend
        for part, estimate in (
            (gettext("half within"), span.figures.seconds_p50),
            (gettext("95 % within"), span.figures.seconds_p95),
        )
        if estimate.value is not None
    ]
    return (
        alt.Chart(_data(rows), width=width, height=HEIGHT)
        .mark_line(point=True)
        .encode(
            x=alt.X("when:O", title=None, sort=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy")),
            y=alt.Y("seconds:Q", title=gettext("Seconds")),
            color=alt.Color("part:N", sort=None, scale=alt.Scale(range=[COLOURS[1], COLOURS[2]])),
        )
    )


_DRAWN: dict[str, Callable[[Report, int], Any]] = {
    "trend": _trend,
    "recipes": _recipes,
    "distances": _distances,
    "seconds": _seconds,
}
