"""The pictures of money in their forms: sentence, picture, Plotly figure, table and CSV say the same, cell by cell."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path

import plotly.graph_objects as go
import pytest
from django.test import Client

from funding.models import FundingStream
from reporting.charts import Chart, curve_chart, flow_chart, treemap_chart
from reporting.charts.chart import PALETTE
from reporting.charts.curve import Month
from reporting.charts.flows import Flow
from reporting.charts.treemap import Area, squarified
from tests.factories import make_strategy

STYLES = Path(__file__).resolve().parents[2] / "static" / "scss" / "_money.scss"
MILLION = Decimal(1_000_000)
AREAS = [
    Area("Q", "5G", 26 * MILLION),
    Area("A", "Settlement", 1050 * MILLION),
    Area("B", "Programme", Decimal("871250000")),
]
FLOWS = [
    Flow("A", "1 Growth", Decimal(0)),
    Flow("A", "2 Homes", 40 * MILLION),
    Flow("B", "1 Growth", Decimal("24250000")),
    Flow("A", "Unallocated", 60 * MILLION),
]
MONTHS = [
    Month(date(2026, 8, 1), (210 * MILLION, 210 * MILLION, Decimal("40500000"), None)),
    Month(date(2026, 9, 1), (210 * MILLION, 228 * MILLION, Decimal("88250000"), 395 * MILLION)),
]


def titles(chart: Chart) -> list[str]:
    return [unescape(title) for title in re.findall(r"<title>(.+?)</title>", chart.svg)]


def millions(number: float) -> str:
    return f"{Decimal(str(number)).quantize(Decimal('0.1'), rounding='ROUND_HALF_UP'):,}"


def test_the_streams_by_size_say_the_same_in_every_form() -> None:
    chart = treemap_chart(AREAS, "/streams.csv")

    assert chart.rows == (("A", "Settlement", "1,050.0"), ("B", "Programme", "871.3"), ("Q", "5G", "26.0"))
    assert titles(chart) == [f"{code} {name}: £{amount}m" for code, name, amount in chart.rows]
    (trace,) = chart.figure["data"]
    assert trace["labels"] == [f"{code} {name}" for code, name, _ in chart.rows]
    assert [millions(value) for value in trace["values"]] == [amount for _, _, amount in chart.rows]
    assert trace["text"] == [f"£{amount}m" for _, _, amount in chart.rows]
    assert chart.sentence == "The largest 3 of 3 streams, A, B, Q, hold 100 % of £1,947m."
    assert len(go.Figure(chart.figure).data) == 1


def test_rectangles_fill_the_picture_in_proportion_and_none_lies_on_another() -> None:
    amounts = [600.0, 300, 200, 100, 60, 40, 9, 1]
    places = list(squarified(amounts, 640, 320))
    whole = 640 * 320 / sum(amounts)
    assert [place.width * place.height for place in places] == pytest.approx([amount * whole for amount in amounts])
    for at, one in enumerate(places):
        for other in places[at + 1 :]:
            beside = one.left + one.width <= other.left + 0.001 or other.left + other.width <= one.left + 0.001
            below = one.top + one.height <= other.top + 0.001 or other.top + other.height <= one.top + 0.001
            assert beside or below


def test_a_rectangle_without_room_for_its_words_has_none() -> None:
    chart = treemap_chart([Area("A", "Most", 999 * MILLION), Area("B", "Little", MILLION)], "/streams.csv")
    assert set(re.findall(r"<text[^>]*>(.+?)</text>", chart.svg)) == {"A £999m"}
    assert len(titles(chart)) == 2


def test_the_flows_say_the_same_in_every_form() -> None:
    chart = flow_chart(FLOWS, "/flows.csv")

    assert chart.rows == (("A", "2 Homes", "40.0"), ("B", "1 Growth", "24.3"), ("A", "Unallocated", "60.0"))
    assert titles(chart) == [f"{source} to {target}: £{amount}m" for source, target, amount in chart.rows]
    (trace,) = chart.figure["data"]
    names, link = trace["node"]["label"], trace["link"]
    told = zip(link["source"], link["target"], link["value"], strict=True)
    assert tuple((names[source], names[target], millions(value)) for source, target, value in told) == chart.rows
    assert chart.sentence == "Of £124.3m most, £60.0m (48 %), is with: Unallocated."
    assert len(go.Figure(chart.figure).data) == 1


def test_aims_stand_in_the_strategys_order_with_their_sums() -> None:
    words = re.findall(r'<text class="flows__words--wide"[^>]*>(.+?)</text>', flow_chart(FLOWS, "").svg)
    drawn = [" ".join(re.findall(r">(.+?)</tspan>", each)) for each in words]
    assert drawn == ["A £100.0m", "B £24.3m", "1 Growth £24.3m", "2 Homes £40.0m", "Unallocated £60.0m"]


def test_a_months_figures_say_the_same_in_every_form() -> None:
    chart = curve_chart("A", MONTHS, "/returns.csv")

    assert chart.rows == (
        ("August 2026", "210.0", "210.0", "40.5", "–"),
        ("September 2026", "210.0", "228.0", "88.3", "395.0"),
    )
    assert len(chart.figure["data"]) == len(titles(chart)) == 4
    for at, trace in enumerate(chart.figure["data"], start=1):
        assert chart.headers[at] == f"{trace['name']}, £m"
        assert trace["x"] == ["2026-08-01", "2026-09-01"]
        cells = [row[at] for row in chart.rows]
        assert ["–" if value is None else millions(value) for value in trace["y"]] == cells
        said = ["not known" if cell == "–" else f"£{cell}m" for cell in cells]
        assert titles(chart)[at - 1] == f"{trace['name']}: August 2026 {said[0]}, September 2026 {said[1]}"
    assert chart.sentence == (
        "By September 2026 stream A had spent £88.3m; its forecast outturn is £18.0m (8.6 %) adverse to this year's"
        " budget."
    )
    assert len(go.Figure(chart.figure).data) == 4


def test_a_line_keeps_clear_of_what_is_not_known() -> None:
    chart = curve_chart("A", MONTHS, "/returns.csv")
    lines = re.findall(r'<polyline class="curve__line curve__line--(\d)" points="([^"]*)"', chart.svg)
    points = {int(number): [tuple(map(float, each.split(","))) for each in spots.split()] for number, spots in lines}
    assert [x for x, _ in points[1]] == [0, 100]
    assert points[4] == [(0, 20), (100, 20)]  # known once: a line across, at the top


def test_the_csv_files_have_the_numbers_of_the_page(client: Client, db: None) -> None:
    strategy = make_strategy()
    for area in AREAS:
        FundingStream.objects.create(strategy=strategy, code=area.key, name=area.name, award=area.amount)
    answer = client.get("/funding/streams.csv")
    assert answer.headers["Content-Type"].startswith("text/csv; charset=utf-8")
    rows = [tuple(row) for row in csv.reader(io.StringIO(answer.content.decode()))]
    assert rows == [("Stream", "Name", "Award, £m"), *treemap_chart(AREAS, "").rows]
    page = client.get("/funding/").content.decode()
    assert 'href="/funding/streams.csv"' in page
    assert '<script id="treemap" type="application/json">' in page
    assert client.get("/funding/flows.csv").status_code == 404  # nothing is told before a first review
    assert client.get("/funding/A/returns.csv").status_code == 404


def test_the_style_sheet_draws_in_the_palette_of_the_live_figures() -> None:
    (series,) = re.findall(r"\$series: \((.+?)\);", STYLES.read_text(encoding="utf-8"))
    assert tuple(series.split(", ")) == PALETTE
