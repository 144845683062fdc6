import pytest
from django.test import Client

PAGES = ("aims", "objectives", "activities", "funding")


@pytest.mark.django_db
@pytest.mark.parametrize("address", [*(f"/{page}/1%00/" for page in PAGES), "/api/v1/aims/%00/", "/%00"])
def test_an_address_with_a_nul_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
