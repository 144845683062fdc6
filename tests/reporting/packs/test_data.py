"""The open data: RFC 4180, CSVW beside it, and a seal that anyone can recompute with sha256sum."""

from __future__ import annotations

import json
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from reporting.choices import PackAudience, PackFormat
from reporting.packs.content import Paper
from reporting.packs.data_tables import data_tables
from reporting.packs.forms import made
from reporting.packs.hashed import HashedLine
from reporting.rules.seal import LineOfSeal, line_hashes, seal_of
from tests.reporting.packs.books import make_book, make_paper

COMMANDS = """
sha256sum seal/seal.txt | cut -c1-64
while IFS= read -r line; do printf %s "$line" | sha256sum | cut -c1-64; done < seal/public.jsonl | \
diff - seal/public-hashes.txt && echo same
paste -d '' seal/public-hashes.txt seal/exempt-hashes.txt | \
while IFS= read -r both; do printf %s "$both" | sha256sum | cut -c1-64; done | \
diff - <(tail -n +2 seal/seal.txt | cut -c1-64) && echo same
"""


@pytest.fixture(scope="module")
def archive(files: dict[PackFormat, bytes]) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(files[PackFormat.CSV]))


def test_every_file_is_described_with_its_columns_and_the_licence(archive: zipfile.ZipFile, paper: Paper) -> None:
    described = json.loads(archive.read("csv-metadata.json"))
    assert described["dc:license"]["@id"].endswith("/open-government-licence/version/3/")
    assert described["dc:identifier"] == paper.edition.seal
    assert [table["url"] for table in described["tables"]] == [f"{table.name}.csv" for _, table in data_tables(paper)]
    for table in described["tables"]:
        head = archive.read(table["url"]).decode().split("\r\n", 1)[0]
        assert head == ",".join(column["titles"] for column in table["tableSchema"]["columns"])


def test_files_are_rfc_4180_in_utf_8(archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        if name.endswith(".csv"):
            text = archive.read(name).decode("utf-8")
            assert text.endswith("\r\n")
            assert "\ufeff" not in text


def sealed(*keys: str) -> tuple[str, list[HashedLine]]:
    """A seal over a line each, and the lines."""
    lines = []
    for key in keys:
        public, exempt, salt = (
            f'{{"number":"{key}","text":"a £ \\\\ \\"b\\" \\u2028"}}',
            '{"evidence":"x"}',
            "5a17" * 16,
        )
        hashes = line_hashes(public, exempt, salt)
        lines.append(HashedLine("activity", key, public, hashes.public, hashes.exempt, hashes.line, exempt, salt))
    return seal_of("0ld5" * 16, [LineOfSeal(line.kind, line.key, line.hash) for line in lines]), lines


def test_the_commands_of_the_readme_recompute_the_seal(tmp_path: Path) -> None:
    seal, lines = sealed("1.1.1", "1.1.2", "")
    opened = zipfile.ZipFile(BytesIO(made(PackFormat.CSV, make_paper(make_book(), seal=seal), lines)))
    readme = opened.read("README.txt").decode().replace("\r\n", "\n")
    assert all(command.strip() in readme for command in ("sha256sum seal/seal.txt", "paste -d '' seal/public-hashes"))
    opened.extractall(tmp_path)
    done = subprocess.run(["bash", "-c", COMMANDS], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [seal, "same", "same"]


def test_exempt_parts_and_their_salts_are_in_the_exempt_version_alone(tmp_path: Path) -> None:
    seal, lines = sealed("1.1.1")
    names = {}
    for audience in PackAudience:
        paper = make_paper(make_book(), seal=seal, audience=audience)
        names[audience] = set(zipfile.ZipFile(BytesIO(made(PackFormat.CSV, paper, lines))).namelist())
    only = names[PackAudience.EXEMPT] - names[PackAudience.PUBLIC]
    assert only == {"exempt.csv", "seal/exempt.jsonl", "seal/salts.txt"}
