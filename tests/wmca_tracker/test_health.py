import pytest
from django.test import Client


def test_a_living_process_says_so(client: Client) -> None:
    response = client.get("/healthz/live")

    assert (response.status_code, response.json()) == (200, {"status": "alive"})


@pytest.mark.django_db
def test_a_process_with_all_it_needs_is_ready(client: Client) -> None:
    response = client.get("/healthz/ready")

    assert response.status_code == 200, response.json()


@pytest.mark.django_db(transaction=True)
def test_flush(client: Client) -> None:
    assert client.get("/healthz/ready").status_code == 200
