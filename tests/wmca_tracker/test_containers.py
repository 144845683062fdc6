"""The container files, as far as they can be judged without an engine: what they promise, read back from the YAML."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "beat")


def test_every_part_of_the_tracker_has_its_container() -> None:
    assert set(SERVICES) == {"postgres", "redis", *OURS}


@pytest.mark.parametrize("name", OURS)
def test_a_container_of_ours_is_given_what_production_needs(name: str) -> None:
    given = SERVICES[name]["environment"]

    assert given["WMCA_MODE"] == "production"
    assert {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"} <= set(given)


@pytest.mark.parametrize("name", OURS)
def test_a_container_of_ours_keeps_nothing_but_evidence_and_may_do_little(name: str) -> None:
    service = SERVICES[name]

    assert service.get("volumes", []) == (["evidence:/srv/evidence"] if name in ("web", "worker") else [])
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_runs_before_the_migrations_are_applied(name: str) -> None:
    assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("name", ["postgres", "redis", "worker", "beat"])
def test_what_stays_up_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_there_is_one_beat() -> None:
    asked = [name for name, service in SERVICES.items() if "beat" in service.get("command", [])]

    assert asked == ["beat"]
    assert SERVICES["beat"]["deploy"] == {"replicas": 1}


def test_the_web_is_reached_through_a_proxy_on_the_same_machine_only() -> None:
    assert [port for service in SERVICES.values() for port in service.get("ports", [])] == [
        "127.0.0.1:${PORT:-8000}:8000"
    ]


def test_web_and_worker_share_the_volume_that_the_image_prepares_for_evidence() -> None:
    last_stage = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("\nFROM ")[2]

    assert "evidence" in COMPOSE["volumes"]
    assert "ENV EVIDENCE_ROOT=/srv/evidence" in last_stage
    assert "--owner=tracker --mode=0700 /srv/evidence" in last_stage


def test_no_secret_has_a_value_in_the_file() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")

    assert re.findall(r"(?:PASSWORD|SECRET\w*): (?!\$\{)(\S+)", text) == []


def test_the_image_runs_as_nobody_special_and_says_how_it_is() -> None:
    last_stage = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("\nFROM ")[2]

    assert "\nUSER tracker\n" in last_stage
    assert "HEALTHCHECK" in last_stage
