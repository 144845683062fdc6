"""A chart's four forms read back, so that their numbers can be laid beside one another."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

from reporting.charts import Chart
from reporting.exports import csv_answer


def titles(chart: Chart) -> list[str]:
    """What the parts of the picture say, in their order."""
    return [unescape(title) for title in re.findall(r"<title>(.+?)</title>", chart.svg)]


def words(chart: Chart) -> list[str]:
    """Everything that is written in the picture and its key."""
    return [unescape(word) for word in re.findall(r"<text[^>]*>([^<]+)</text>", chart.svg)]


def from_csv(chart: Chart) -> list[list[str]]:
    """The lines of its file, the header first."""
    content = csv_answer("chart", chart.headers, chart.rows).content.decode()
    return list(csv.reader(io.StringIO(content, newline="")))


def check_frame(chart: Chart) -> None:
    """The picture has a name and its sentence as its description; file and table have the same cells."""
    assert f'role="img" aria-labelledby="{chart.id}-title {chart.id}-words"' in chart.svg
    described = re.search(rf'<desc id="{chart.id}-words">(.+?)</desc>', chart.svg)
    assert described is not None
    assert unescape(described[1]) == chart.sentence
    assert from_csv(chart)[0] == list(chart.headers)
    assert all(len(row) == len(chart.headers) for row in chart.rows)
