"""What the charts are drawn from: a closed review from its book, the round under way from live sums."""

from reporting.selectors.chart_tables.drawing import ALL, ChartName, chart_of, charts_now, charts_of, movement_since

__all__ = ["ALL", "ChartName", "chart_of", "charts_now", "charts_of", "movement_since"]
