"""Draws: a table of numbers becomes a sentence, a picture, rows and a figure for Plotly, all with the same numbers."""

from reporting.charts.behind import behind_chart
from reporting.charts.chart import Chart
from reporting.charts.curve import curve_chart
from reporting.charts.flows import flow_chart
from reporting.charts.heat import heat_chart
from reporting.charts.milestones import milestone_chart
from reporting.charts.movement import movement_chart
from reporting.charts.strips import strip_chart
from reporting.charts.treemap import treemap_chart
from reporting.charts.trend import trend_chart

__all__ = [
    "Chart",
    "behind_chart",
    "curve_chart",
    "flow_chart",
    "heat_chart",
    "milestone_chart",
    "movement_chart",
    "strip_chart",
    "treemap_chart",
    "trend_chart",
]
