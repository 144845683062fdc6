"""Requests that work when they are pasted: curl, Python with nothing to install, and Excel's Power Query.

Reading needs no key for what is published; writing takes the reader's own from the variable `KEY`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CSV = "text/csv"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as the documentation makes it. `sent` is None where nothing is; `forms` are what may be answered."""

    method: str
    address: str
    sent: Mapping[str, Any] | None
    forms: tuple[str, ...]
    is_list: bool


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of code in one language, which `label` names for people."""

    language: str
    label: str
    code: str


def snippets_of(request: Request) -> tuple[Snippet, ...]:
    """The request in every language that it can be made in."""
    if request.method != "GET":
        return Snippet("bash", "curl", _curl_that_writes(request)), Snippet("python", "Python", _python_write(request))
    made = [Snippet("bash", "curl", _curl_that_reads(request)), Snippet("python", "Python", _python_read(request))]
    if JSON in request.forms:
        made.append(Snippet("m", "Excel Power Query", _power_query(request)))
    return tuple(made)


def _curl_that_reads(request: Request) -> str:
    return f'curl "{request.address}"' if JSON in request.forms else f'curl --remote-name "{request.address}"'


def _curl_that_writes(request: Request) -> str:
    begin, named = "", '"Idempotency-Key: $(date +%s)-$RANDOM"'
    if request.method == "PATCH":
        begin, named = _curl_that_asks_for_the_tag(request), '"If-Match: $ETAG"'
    lines = [
        f'curl --request {request.method} "{request.address}"',
        '--header "Authorization: Bearer $KEY"',
        f"--header {named}",
        f'--header "Content-Type: {JSON}"',
        f"--data '{_for_the_shell(request.sent)}'",
    ]
    return begin + " \\\n  ".join(lines)


def _curl_that_asks_for_the_tag(request: Request) -> str:
    return (
        "ETAG=$(curl --silent --output /dev/null --write-out '%header{etag}' \\\n"
        f'  --header "Authorization: Bearer $KEY" "{request.address}")\n'
    )


def _for_the_shell(sent: Mapping[str, Any] | None) -> str:
    return json.dumps(sent, indent=2, ensure_ascii=False).replace("'", r"'\''")


def _python_read(request: Request) -> str:
    if JSON not in request.forms:
        return f'from urllib.request import urlretrieve\n\nprint(urlretrieve("{request.address}"))'
    if request.is_list:
        return PYTHON_LIST.format(address=request.address)
    return PYTHON_ITEM.format(address=request.address)


PYTHON_ITEM = """\
import json
from urllib.request import urlopen

with urlopen("{address}") as answer:
    print(json.load(answer))"""
PYTHON_LIST = """\
import json
from urllib.request import urlopen

address = "{address}"
while address:
    with urlopen(address) as answer:
        page = json.load(answer)
    for item in page["results"]:
        print(item)
    address = page["next"]"""


def _python_write(request: Request) -> str:
    form = PYTHON_POST if request.method == "POST" else PYTHON_PATCH
    return form.format(address=request.address, sent=_for_python(request.sent or {}))


def _for_python(sent: Mapping[str, Any]) -> str:
    lines = [f"    {_literal(name)}: {_literal(value)},\n" for name, value in sent.items()]
    return "{\n" + "".join(lines) + "}"


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


PYTHON_POST = """\
import json
import os
import uuid
from urllib.request import Request, urlopen

sent = {sent}
request = Request("{address}", json.dumps(sent).encode(), method="POST")
request.add_header("Authorization", f"Bearer {{os.environ['KEY']}}")
request.add_header("Content-Type", "application/json")
request.add_header("Idempotency-Key", str(uuid.uuid4()))  # the same again where you send it again
with urlopen(request) as answer:
    print(answer.headers["ETag"], json.load(answer))"""
PYTHON_PATCH = """\
import json
import os
from urllib.request import Request, urlopen

address = "{address}"
key = {{"Authorization": f"Bearer {{os.environ['KEY']}}"}}
with urlopen(Request(address, headers=key)) as answer:
    seen = answer.headers["ETag"]

sent = {sent}
request = Request(address, json.dumps(sent).encode(), headers=key, method="PATCH")
request.add_header("Content-Type", "application/json")
request.add_header("If-Match", seen)
with urlopen(request) as answer:
    print(answer.headers["ETag"], json.load(answer))"""


def _power_query(request: Request) -> str:
    if CSV in request.forms:
        return M_CSV.format(address=_as_csv(request.address))
    return (M_LIST if request.is_list else M_ITEM).format(address=request.address)


def _as_csv(address: str) -> str:
    """The whole list in one file, whatever page the address asks for."""
    return f"{address.partition('?')[0].rstrip('/')}.csv"


M_CSV = """\
let
    File = Web.Contents("{address}"),
    Rows = Csv.Document(File, [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]),
    Result = Table.PromoteHeaders(Rows, [PromoteAllScalars = true])
in
    Result"""
M_LIST = """\
let
    Page = (address as text) as record => Json.Document(Web.Contents(address)),
    Pages = List.Generate(
        () => Page("{address}"),
        each _ <> null,
        each if [next] = null then null else Page([next])
    ),
    Rows = List.Combine(List.Transform(Pages, each [results])),
    Result = Table.FromRecords(Rows)
in
    Result"""
M_ITEM = """\
let
    Item = Json.Document(Web.Contents("{address}")),
    Result = Record.ToTable(Item)
in
    Result"""
