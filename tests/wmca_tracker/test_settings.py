"""Settings are read in a process of their own, as they are at start-up."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

PRODUCTION = {
    "WMCA_MODE": "production",
    "SECRET_KEY": "a-secret-of-fifty-characters-or-more-for-the-tests-of-it",
    "ALLOWED_HOSTS": "tracker.example",
    "DATABASE_URL": "postgresql://wmca:secret@127.0.0.1:1/wmca",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "TRUSTED_PROXIES": "1",
}
TAKEN_AWAY = (
    "EMAIL_URL",
    "PUBLIC_URL",
    "REDIS_CACHE_URL",
    "STATIC_ROOT",
    "DJANGO_SETTINGS_MODULE",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
)


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in (*PRODUCTION, *TAKEN_AWAY)}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        check=False,
        cwd=settings.BASE_DIR,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
    )


def test_production_settings_pass_the_deploy_check() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"])
def test_production_does_not_start_without(name: str) -> None:
    done = manage("check", **{**PRODUCTION, name: ""})

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{name} is missing: set it in the environment (README, Configure).\n"


def test_a_mode_that_is_misspelt_is_not_taken_for_another() -> None:
    done = manage("check", **{**PRODUCTION, "WMCA_MODE": "dmeo"})

    assert (done.returncode, done.stderr) == (2, "WMCA_MODE must be one of production, local, demo.\n")


def test_single_sign_on_may_be_the_target_of_the_sign_in_form() -> None:
    done = manage(
        "diffsettings",
        **PRODUCTION,
        OIDC_SERVER_URL="https://login.example/tenant/v2.0",
        OIDC_CLIENT_ID="tracker",
        OIDC_CLIENT_SECRET="secret",
    )

    assert "'form-action': [\"'self'\", 'https://login.example']" in done.stdout, done.stderr


MAIL = {"EMAIL_URL": "submission://user:secret@mail.example:587", "PUBLIC_URL": "https://tracker.example"}


def test_mail_goes_out_in_production_with_a_server_and_an_address_to_lead_back_to() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, **MAIL)

    assert done.returncode == 0, done.stderr
    assert "wmca_tracker" not in done.stderr


def test_a_mail_server_without_an_address_for_the_links_stops_the_start() -> None:
    done = manage("check", **PRODUCTION, **{**MAIL, "PUBLIC_URL": ""})

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "PUBLIC_URL is missing: set it in the environment (README, Configure).\n"


def test_links_to_a_host_that_is_not_served_fail_the_deploy_check() -> None:
    done = manage("check", "--deploy", **PRODUCTION, **{**MAIL, "PUBLIC_URL": "https://elsewhere.example"})

    assert done.returncode == 1
    assert "wmca_tracker.E001" in done.stderr


def test_without_a_mail_server_the_deploy_check_says_that_nobody_is_reminded() -> None:
    done = manage("check", "--deploy", **PRODUCTION)

    assert "wmca_tracker.I001" in done.stderr + done.stdout


def test_the_demonstration_reaches_nobody_whatever_mail_server_is_named() -> None:
    done = manage("diffsettings", **{**PRODUCTION, "WMCA_MODE": "demo"}, **MAIL)

    assert "EMAIL_BACKEND = 'django.core.mail.backends.filebased.EmailBackend'" in done.stdout, done.stderr
