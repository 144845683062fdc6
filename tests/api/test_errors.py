"""Every error below /api/ is problem+json with a type that resolves, and tells nothing about the inside."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.utils.encoding import escape_uri_path

from accounts.choices import UserRole
from aims.api.viewsets import AimViewSet
from tests.factories import make_activity, make_period, make_user

pytestmark = pytest.mark.django_db


def problem_of(response: Any, status: int, kind: str) -> dict[str, Any]:
    """The problem that a response tells, after checking what all problems have in common."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["type"] == f"/api/v1/problems/{kind}/"
    assert (problem["status"], problem["instance"]) == (status, escape_uri_path(response.wsgi_request.path))
    assert problem["title"]
    assert problem["detail"]
    assert Client().get(problem["type"]).status_code == 200
    return problem


@pytest.mark.parametrize(
    "path",
    [
        "activities/9.9.9/",
        "activities/nonsense/",
        "activities/%C2%84/",
        "activities/100%25/",
        "activities/1.1.1/more/",
        "updates/1/",
        "updates/999999999999999999/",
        "periods/1999-00-h1/",
        "funding-streams/a/",
        "allocations/1/",
        "funding-returns/0/",
        "funding-totals/2026-27-h1:aim:1/",
        "owners/nobody/",
        "nothing/",
        "problems/nothing/",
    ],
)
def test_what_is_not_there_is_a_404(client: Client, path: str) -> None:
    problem_of(client.get(f"/api/v1/{path}"), 404, "not-found")


@pytest.mark.parametrize("path", ["/api/", "/api/v2/aims/", "/api/v1/nothing"])
def test_addresses_that_nobody_serves_are_a_404_too(client: Client, path: str) -> None:
    problem_of(client.get(path), 404, "not-found")


def test_what_is_hidden_answers_exactly_like_what_does_not_exist(client: Client) -> None:
    make_period()
    hidden = client.get("/api/v1/periods/2026-27-h1/").content
    nowhere = client.get("/api/v1/periods/2020-21-h1/").content

    assert hidden.replace(b"2026-27", b"2020-21") == nowhere


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("colour=red", "colour"),
        ("aim=one", "aim"),
        ("aim=1,1", "aim"),
        ("aim=1,,2", "aim"),
        ("aim=1&aim=1", "aim"),
        ("aim=1%0A", "aim"),
        ("q=a&q=b", "q"),
        ("is_proposed=yes", "is_proposed"),
        ("place=coventry,%20dudley", "place"),
        ("ordering=size", "ordering"),
        ("ordering=--number", "ordering"),
        ("fields=colour", "fields"),
        ("fields=number,number", "fields"),
        ("fields=objective.colour", "fields"),
        ("include=weather", "include"),
        ("objective=1", "objective"),
        ("role=", "role"),
        ("role=Deliver", "role"),
        ("kind=null", "kind"),
        ("q=%00", "q"),
        ("q=" + "a" * 101, "q"),
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=ten", "page_size"),
        ("page_size=²", "page_size"),
        ("format=json", "format"),
    ],
)
def test_a_parameter_that_is_not_valid_is_named(client: Client, query: str, parameter: str) -> None:
    problem = problem_of(client.get(f"/api/v1/activities/?{query}"), 400, "invalid-parameter")

    assert [error["parameter"] for error in problem["errors"]] == [parameter]
    assert problem["errors"][0]["detail"] == problem["detail"]


def test_an_unknown_parameter_is_told_what_there_is(client: Client) -> None:
    problem = problem_of(client.get("/api/v1/objectives/?goal=1"), 400, "invalid-parameter")

    assert problem["detail"] == (
        "There is no parameter “goal”. Known here: "
        "aim, as_at, cursor, fields, include, number, ordering, page_size, period, q."
    )


def test_an_unknown_field_is_told_those_that_look_like_it(client: Client) -> None:
    problem = problem_of(client.get("/api/v1/activities/?fields=ownr.titel"), 400, "invalid-parameter")

    assert problem["detail"].startswith("There is no “ownr.titel” to ask for. Near it: owner.title")
    assert len(problem["detail"]) < 200


@pytest.mark.parametrize("path", ["", "schema/", "aims/1/"])
def test_what_takes_no_parameters_refuses_them(client: Client, path: str) -> None:
    make_activity()

    problem_of(client.get(f"/api/v1/{path}?aim=1"), 400, "invalid-parameter")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("path", ["", "activities/", "activities/1.1.1/", "schema/", "docs/", "problems/not-found/"])
def test_nothing_is_written(client: Client, method: str, path: str) -> None:
    response = getattr(client, method)(f"/api/v1/{path}")

    problem_of(response, 405, "method-not-allowed")
    assert response["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("accept", ["text/turtle", "application/xml", "text/html"])
def test_a_form_that_nobody_makes_is_a_406(client: Client, accept: str) -> None:
    problem_of(client.get("/api/v1/aims/", headers={"accept": accept}), 406, "not-acceptable")


def test_an_error_is_json_also_where_yaml_was_asked_for(client: Client) -> None:
    response = client.get("/api/v1/schema/?a=1", headers={"accept": "application/yaml"})

    problem_of(response, 400, "invalid-parameter")


def test_a_crash_tells_nothing_about_the_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(view: AimViewSet) -> QuerySet[Any]:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(AimViewSet, "get_queryset", crash)
    response = Client(raise_request_exception=False).get("/api/v1/aims/")

    problem_of(response, 500, "server-error")
    assert b"hunter2" not in response.content
    assert b"Traceback" not in response.content


def test_a_forged_request_of_somebody_signed_in_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(UserRole.OFFICE), backend="allauth.account.auth_backends.AuthenticationBackend")

    problem_of(client.post("/api/v1/aims/"), 403, "not-allowed")


def test_an_unknown_host_is_a_400(client: Client) -> None:
    response = client.get("/api/v1/aims/", headers={"host": "evil.example"})

    problem_of(response, 400, "bad-request")


def test_errors_of_pages_stay_pages(client: Client) -> None:
    assert client.get("/nothing/")["Content-Type"].startswith("text/html")


def test_head_and_options_say_what_get_would(client: Client) -> None:
    make_activity()
    got, head = client.get("/api/v1/aims/"), client.head("/api/v1/aims/")
    options = client.options("/api/v1/aims/")

    assert (head.status_code, head.content, head["ETag"]) == (200, b"", got["ETag"])
    assert (options.status_code, options["Allow"]) == (200, "GET, HEAD, OPTIONS")


def test_a_reader_who_has_the_answer_gets_304(client: Client) -> None:
    make_activity()
    tag = client.get("/api/v1/activities/")["ETag"]

    again = client.get("/api/v1/activities/", headers={"if-none-match": tag})
    make_activity("1.1.2")
    changed = client.get("/api/v1/activities/", headers={"if-none-match": tag})

    assert not tag.startswith("W/")
    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200
    assert changed["Cache-Control"] == "no-cache"
    assert "Cookie" in changed["Vary"]


def test_a_file_is_refused_before_it_begins(client: Client) -> None:
    for query in ("fields=colour", "include=weather", "ordering=size", "role=painter"):
        problem_of(client.get(f"/api/v1/activities.csv?{query}"), 400, "invalid-parameter")


def test_a_percent_sign_in_a_wrong_value_is_told_back(client: Client) -> None:
    assert client.get("/api/v1/owners/?organisation=%25*").json()["errors"][0]["parameter"] == "organisation"
