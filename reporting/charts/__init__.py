"""Draws: a table of numbers becomes a sentence, a picture, rows and a figure for Plotly, all with the same numbers."""

from reporting.charts.chart import Chart
from reporting.charts.curve import curve_chart
from reporting.charts.flows import flow_chart
from reporting.charts.treemap import treemap_chart
from reporting.charts.trend import trend_chart, trend_figure, trend_headers, trend_rows, trend_sentence, trend_svg

__all__ = [
    "Chart",
    "curve_chart",
    "flow_chart",
    "treemap_chart",
    "trend_chart",
    "trend_figure",
    "trend_headers",
    "trend_rows",
    "trend_sentence",
    "trend_svg",
]
