"""The page of charts, and each chart's numbers as a file."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from django.test import Client

from accounts.choices import UserRole
from reporting.selectors.chart_tables import ALL, charts_of
from tests.factories import make_user
from tests.reporting.sealed import SECOND_CLOSED, Sealed, make_sealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed() -> Sealed:
    return make_sealed()


@pytest.fixture
def board(client: Client) -> Client:
    client.force_login(make_user(UserRole.BOARD))
    return client


def test_sentence_table_and_file_of_each_chart_say_the_same(sealed: Sealed, board: Client) -> None:
    page = board.get(f"/reviews/{sealed.second.slug}/charts/").content.decode()
    charts = charts_of(sealed.second, make_user(UserRole.BOARD), SECOND_CLOSED.date(), *ALL)
    assert len(charts) == len(ALL)
    for chart, name in zip(charts, ALL, strict=True):
        figure = page.partition(f'data-chart="{chart.id}"')[2].partition("</figure>")[0]
        assert chart.sentence in unescape(figure)
        table = figure.partition("<tbody>")[2].partition("</tbody>")[0]
        rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in table.split("</tr>")[:-1]]
        assert tuple(tuple(map(unescape, row)) for row in rows) == chart.shown
        answer = board.get(f"/reviews/{sealed.second.slug}/charts/{name}.csv")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}-{sealed.second.slug}.csv"'
        lines = list(csv.reader(io.StringIO(answer.content.decode(), newline="")))
        assert lines[0] == list(chart.headers)
        assert lines[1:] == [["" if cell is None else str(cell) for cell in row] for row in chart.rows]
        assert f'href="{chart.csv_url}"' in figure


def test_a_file_is_of_the_part_or_since_the_review_that_is_named_or_not_found(sealed: Sealed, board: Client) -> None:
    names = ("nothing", "heat-9", "heat-", "heat-1.1.1.1", "heat-01", "HEAT", "movement-", "heat-1/x")
    answers = {name: board.get(f"/reviews/{sealed.second.slug}/charts/{name}.csv").status_code for name in names}
    assert answers == dict.fromkeys(names, 404)
    content = board.get(f"/reviews/{sealed.second.slug}/charts/milestones-1.1.1.csv").content.decode()
    assert [line.split(",")[0] for line in content.splitlines()[1:]] == ["1.1.1/1 Contract let", "1.1.1/2 Depot opened"]
    file = f"/reviews/{sealed.second.slug}/charts/movement.csv"
    usual = board.get(file).content
    assert board.get(f"{file}?since={sealed.first.slug}").content == usual
    assert board.get(f"{file}?since={sealed.third.slug}").status_code == 404
    assert board.get(f"/reviews/{sealed.first.slug}/charts/movement.csv?since={sealed.second.slug}").status_code == 404


CHARTS_OF = {
    "/aims/1/": ["heat", "milestone-dates"],
    "/objectives/1.1/": ["milestone-dates"],
    "/activities/1.1.1/": ["milestone-dates"],
    "/activities/2.1.1/": [],
    "/funding/": ["behind-by-aim", "treemap", "flows"],
    "/reviews/2026-27-h1/": ["trend"],
    "/reviews/2026-27-h1/changes/": ["movement"],
    "/reviews/2026-27-h1/aims/1/": ["heat", "milestone-dates"],
    "/reviews/2026-27-h1/activities/1.1.1/": ["milestone-dates"],
    "/reviews/2026-27-h1/appendices/funding/": ["behind-by-aim"],
}


def test_each_page_has_the_charts_of_its_subject(sealed: Sealed, board: Client) -> None:
    pages = {address: board.get(address).content.decode() for address in CHARTS_OF}
    assert {address: re.findall(r'data-chart="([\w-]+)"', page) for address, page in pages.items()} == CHARTS_OF
    assert all("js/chart" in page for page in pages.values())


def test_nobody_outside_sees_the_charts_of_a_review_before_it_is_published(sealed: Sealed, client: Client) -> None:
    assert client.get(f"/reviews/{sealed.second.slug}/charts/").status_code == 404
    assert client.get(f"/reviews/{sealed.second.slug}/charts/strips.csv").status_code == 404
