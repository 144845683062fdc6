"""The trend in its four forms: the same numbers, cell by cell."""

from __future__ import annotations

import csv
import io
import re

import plotly.graph_objects as go
import pytest
from django.test import Client

from aims.choices import Mark
from reporting.charts import trend_chart
from reporting.charts.trend import trend_sentence
from reporting.frames import TrendTable, trend_table
from tests.reporting.conftest import Story

COUNTED = [
    ("2025/26 H1", "green", 44),
    ("2025/26 H1", "red", 9),
    ("2025/26 H2", "complete", 8),
    ("2025/26 H2", "green", 45),
    ("2025/26 H2", "red", 6),
    ("2025/26 H2", "no_update", 1),
]
PERIODS = ["2025/26 H1", "2025/26 H2"]


@pytest.fixture
def table() -> TrendTable:
    return trend_table(PERIODS, COUNTED)


def drawn(table: TrendTable) -> dict[tuple[str, str], int]:
    """What the picture says, read from the titles of its segments."""
    said = re.findall(r"<title>(.+?): (\d+) (.+?)</title>", trend_chart(table, "").svg)
    return {(period, mark): int(count) for period, count, mark in said}


def test_a_table_follows_the_order_of_reviews_and_of_the_scale(table: TrendTable) -> None:
    assert table.periods == tuple(PERIODS)
    assert table.marks == (Mark.COMPLETE, Mark.GREEN, Mark.RED, Mark.NO_UPDATE)
    assert table.counts == ((0, 44, 9, 0), (8, 45, 6, 1))


def test_a_mark_that_no_review_knows_is_nought_in_each(table: TrendTable) -> None:
    assert table.of(Mark.DEFERRED) == (0, 0)


def test_picture_table_and_plotly_say_the_same_numbers(table: TrendTable) -> None:
    chart = trend_chart(table, "/trend.csv")
    picture = drawn(table)
    for row in chart.rows:
        for header, cell in zip(chart.headers[1:], row[1:], strict=True):
            assert picture.pop((str(row[0]), header), 0) == cell
    assert not picture
    for place, trace in enumerate(chart.figure["data"], start=1):
        assert trace["name"] == chart.headers[place]
        assert trace["y"] == [row[0] for row in chart.rows]
        assert trace["x"] == [row[place] for row in chart.rows]


def test_segments_fill_the_bar_in_proportion(table: TrendTable) -> None:
    widths = [float(width) + 0.15 for width in re.findall(r'<rect [^>]*width="([\d.]+)%"', trend_chart(table, "").svg)]
    assert sum(widths[:2]) == pytest.approx(100, abs=0.01)
    assert widths[0] == pytest.approx(100 * 44 / 53, abs=0.001)  # segments are a hair apart


def test_a_narrow_segment_carries_no_number_that_would_overflow() -> None:
    table = trend_table(["2025/26 H1"], [("2025/26 H1", "green", 110), ("2025/26 H1", "red", 2)])
    picture = trend_chart(table, "").svg.partition("</svg>")[0]
    counts = re.findall(r'<text[^>]* class="([^"]*)">([^<]*)</text>', picture)[1:]
    assert counts == [("picture__strong", "● 110"), ("picture__wide picture__strong", "2")]


def test_plotly_takes_the_figure(table: TrendTable) -> None:
    figure = go.Figure(trend_chart(table, "").figure)
    assert len(figure.data) == len(table.marks)


@pytest.mark.parametrize(
    ("counted", "sentence"),
    [
        (
            [("a", "complete", 8), ("a", "red", 9), ("b", "complete", 20), ("b", "red", 6)],
            "Complete has risen from 8 to 20 in two reviews; off track is at 6, its lowest.",
        ),
        (
            [("a", "complete", 8), ("b", "complete", 7), ("b", "red", 1)],
            "Complete has fallen from 8 to 7 in two reviews; off track is at 1, its highest.",
        ),
        (
            [("a", "complete", 8), ("a", "red", 1), ("b", "complete", 8), ("b", "red", 1)],
            "Complete has stayed at 8 in two reviews; off track is at 1, as before.",
        ),
        (
            [("a", "red", 1), ("b", "red", 4), ("b", "complete", 2), ("c", "red", 3)],
            "Complete stands at 0 again in three reviews; off track is at 3, after 4.",
        ),
    ],
)
def test_the_sentence_is_read_from_the_numbers(counted: list[tuple[str, str, int]], sentence: str) -> None:
    periods = sorted({period for period, _, _ in counted})
    assert trend_sentence(trend_table(periods, counted)) == sentence


def test_one_review_makes_no_trend() -> None:
    table = trend_table(["2025/26 H1"], [("2025/26 H1", "complete", 5)])
    assert trend_sentence(table) == "2025/26 H1: 5 complete, 0 off track. A trend needs a second review."


def test_the_csv_has_the_numbers_of_the_page(client: Client, story: Story) -> None:
    response = client.get(f"/reviews/{story.published.slug}/charts/trend.csv")
    assert response.headers["Content-Type"].startswith("text/csv; charset=utf-8")
    assert response.content.endswith(b"\r\n")
    rows = list(csv.reader(io.StringIO(response.content.decode())))
    assert rows == [["Review", "On track", "At risk"], ["2024/25 H2", "3", "1"]]
    page = client.get(f"/reviews/{story.published.slug}/").content.decode()
    assert f'href="/reviews/{story.published.slug}/charts/trend.csv"' in page
    assert '<script id="trend" type="application/json">' in page
