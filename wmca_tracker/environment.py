"""Strict readers of the environment: a value is right, or start-up stops with one clear line and exit code 2."""

import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
POSTGRES_SCHEMES = ("postgres", "postgresql")
REDIS_SCHEMES = ("redis", "rediss")
MAIL_SCHEMES = {"smtp": 25, "submission": 587, "smtps": 465}
SECRET_LENGTH = 50
SECRET_LETTERS = 5
PEPPER_NAME = 20


def refuse(line: str) -> NoReturn:
    """Stop with one line on standard error; never shows the value, which may be a secret."""
    sys.stderr.write(f"{line}\n")
    raise SystemExit(2)


class Environment:
    """Reads each setting once, by name; an empty value counts as missing."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, name: str, default: str | None = None) -> str:
        value = self._values.get(name, "").strip() or default
        if value is None:
            refuse(f"{name} is missing: set it in the environment (README, Configure).")
        return value

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            refuse(f"{name} must be one of {', '.join(choices)}.")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.text(name, str(default)).lower()
        if value not in FLAGS:
            refuse(f"{name} must be true or false.")
        return FLAGS[value]

    def integer(self, name: str, default: int, *, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdecimal() and least <= int(value) <= most):
            refuse(f"{name} must be a whole number from {least} to {most}.")
        return int(value)

    def secret(self, name: str) -> str:
        value = self.text(name)
        if len(value) < SECRET_LENGTH or len(set(value)) < SECRET_LETTERS:
            refuse(f"{name} must have at least {SECRET_LENGTH} characters, {SECRET_LETTERS} of them different.")
        return value

    def peppers(self, name: str, default: Mapping[str, str]) -> dict[str, str]:
        """Named secrets, the newest first: `2027:<secret>,2026:<secret>`."""
        given = self.text(name, " ").strip()
        parts = [part.strip().partition(":")[::2] for part in given.split(",")] if given else list(default.items())
        long = all(label and len(label) <= PEPPER_NAME and len(secret) >= SECRET_LENGTH for label, secret in parts)
        if not long or len(dict(parts)) < len(parts):
            refuse(
                f"{name} must be name:secret, the newest first, each name once, of at most {PEPPER_NAME} characters, "
                f"and each secret of at least {SECRET_LENGTH}."
            )
        return dict(parts)

    def names(self, name: str, default: Sequence[str] | None = None) -> list[str]:
        """A comma-separated list of host names; `*` is refused, because it trusts whatever a client says."""
        value = self.text(name, None if default is None else ",".join(default) or " ")
        hosts = [host.strip() for host in value.split(",") if host.strip()]
        if any("*" in host or "/" in host or " " in host for host in hosts):
            refuse(f"{name} must be a comma-separated list of host names without *, / or spaces.")
        return hosts

    def origins(self, name: str) -> list[str]:
        origins = [origin.strip() for origin in self.text(name, " ").split(",") if origin.strip()]
        for origin in origins:
            parts = split_url(name, origin)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
                refuse(f"{name} must be a comma-separated list of origins such as https://tracker.example.")
        return origins

    def https_origin(self, name: str) -> str:
        """The scheme and host of an https:// address."""
        parts = split_url(name, self.text(name))
        if parts.scheme != "https" or not parts.hostname:
            refuse(f"{name} must be an https:// address.")
        return f"https://{parts.netloc}"

    def public_url(self, name: str, default: str | None = None) -> str:
        """Where people reach the tracker: scheme and host alone. Without a default it must be https."""
        value = self.text(name, default).rstrip("/")
        parts = split_url(name, value)
        schemes = ("https", "http") if default else ("https",)
        if parts.scheme not in schemes or not parts.hostname or value != f"{parts.scheme}://{parts.netloc}":
            refuse(f"{name} must be an {schemes[0]}:// address without a path, such as https://tracker.example.")
        port_of(name, parts)
        return value

    def database(self, name: str) -> dict[str, object]:
        """PostgreSQL's address as Django's DATABASES entry; `?host=` may name the folder of a Unix socket."""
        parts = split_url(name, self.text(name))
        options = dict(parse_qsl(parts.query))
        host = options.pop("host", "") or parts.hostname or ""
        database = unquote(parts.path.lstrip("/"))
        if parts.scheme not in POSTGRES_SCHEMES or not database or not host:
            refuse(f"{name} must be postgresql://user:password@host:port/database.")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": database,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": host,
            "PORT": str(port_of(name, parts) or ""),
            "OPTIONS": options,
        }

    def redis(self, name: str, default: str | None = None) -> str:
        value = self.text(name, default)
        parts = split_url(name, value)
        number = parts.path.lstrip("/")
        if parts.scheme not in REDIS_SCHEMES or not parts.hostname or (number and not number.isdecimal()):
            refuse(f"{name} must be redis://:password@host:port/number.")
        port_of(name, parts)
        return value

    def mail(self, name: str) -> dict[str, object] | None:
        """Django's EMAIL_* settings, or None where no mail server is named."""
        value = self._values.get(name, "").strip()
        if not value:
            return None
        parts = split_url(name, value)
        if parts.scheme not in MAIL_SCHEMES or not parts.hostname:
            refuse(f"{name} must be smtp://, submission:// or smtps://user:password@host:port.")
        return {
            "HOST": parts.hostname,
            "PORT": port_of(name, parts) or MAIL_SCHEMES[parts.scheme],
            "HOST_USER": unquote(parts.username or ""),
            "HOST_PASSWORD": unquote(parts.password or ""),
            "USE_TLS": parts.scheme == "submission",
            "USE_SSL": parts.scheme == "smtps",
        }

    def together(self, *names: str) -> bool:
        """True where all of the names are set, False where none is; anything between is refused."""
        missing = [name for name in names if not self._values.get(name, "").strip()]
        if missing and len(missing) < len(names):
            refuse(f"{' and '.join(missing)} is missing: {', '.join(names)} belong together.")
        return not missing


def split_url(name: str, value: str) -> SplitResult:
    try:
        return urlsplit(value)
    except ValueError:
        refuse(f"{name} is not a well-formed address.")


def port_of(name: str, parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        refuse(f"{name} has a port that is not a number from 0 to 65535.")
