import pytest

from wmca_tracker.environment import Environment

SECRET = "a-secret-of-fifty-characters-or-more-for-the-tests-of-it"

REFUSED = [
    ("text", "NAME", "", "NAME is missing: set it in the environment (README, Configure)."),
    ("secret", "SECRET_KEY", "short", "SECRET_KEY must have at least 50 characters, 5 of them different."),
    ("secret", "SECRET_KEY", "a" * 60, "SECRET_KEY must have at least 50 characters, 5 of them different."),
    ("names", "HOSTS", "", "HOSTS is missing: set it in the environment (README, Configure)."),
    ("names", "HOSTS", "*", "HOSTS must be a comma-separated list of host names without *, / or spaces."),
    (
        "names",
        "HOSTS",
        "https://a.example",
        "HOSTS must be a comma-separated list of host names without *, / or spaces.",
    ),
    (
        "origins",
        "ORIGINS",
        "tracker.example",
        "ORIGINS must be a comma-separated list of origins such as https://tracker.example.",
    ),
    ("https_origin", "SSO", "http://sso.example", "SSO must be an https:// address."),
    ("database", "DB", "mysql://a:b@c/d", "DB must be postgresql://user:password@host:port/database."),
    ("database", "DB", "postgresql://a:b@c", "DB must be postgresql://user:password@host:port/database."),
    ("database", "DB", "postgresql:///d", "DB must be postgresql://user:password@host:port/database."),
    ("database", "DB", "postgresql://a:b@c:port/d", "DB has a port that is not a number from 0 to 65535."),
    ("database", "DB", "postgresql://[a/d", "DB is not a well-formed address."),
    ("redis", "REDIS", "http://host/0", "REDIS must be redis://:password@host:port/number."),
    ("redis", "REDIS", "redis://host/first", "REDIS must be redis://:password@host:port/number."),
    *(
        ("public_url", "URL", value, "URL must be an https:// address without a path, such as https://tracker.example.")
        for value in ("http://a.example", "a.example", "https://a.example/tracker", "https://a.example?x=1", "https://")
    ),
    ("public_url", "URL", "https://a.example:port", "URL has a port that is not a number from 0 to 65535."),
    ("mail", "MAIL", "mail.example", "MAIL must be smtp://, submission:// or smtps://user:password@host:port."),
]


@pytest.mark.parametrize(("method", "name", "value", "line"), REFUSED)
def test_a_wrong_value_stops_with_one_clear_line(
    capsys: pytest.CaptureFixture[str], method: str, name: str, value: str, line: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        getattr(Environment({name: value}), method)(name)

    assert stopped.value.code == 2
    assert capsys.readouterr().err == f"{line}\n"


@pytest.mark.parametrize("value", ["-1", "0x10", "1.5", "١", "11", "many"])
def test_a_number_out_of_bounds_is_refused(capsys: pytest.CaptureFixture[str], value: str) -> None:
    with pytest.raises(SystemExit):
        Environment({"N": value}).integer("N", 3, least=0, most=10)

    assert capsys.readouterr().err == "N must be a whole number from 0 to 10.\n"


@pytest.mark.parametrize(("value", "flag"), [("true", True), ("1", True), ("YES", True), ("no", False), ("", True)])
def test_a_flag_is_read_in_the_words_that_people_use(value: str, flag: bool) -> None:
    assert Environment({"FLAG": value}).flag("FLAG", default=True) is flag


@pytest.mark.parametrize("value", ["on", "2", "maybe"])
def test_another_word_is_no_flag(capsys: pytest.CaptureFixture[str], value: str) -> None:
    with pytest.raises(SystemExit):
        Environment({"FLAG": value}).flag("FLAG", default=True)

    assert capsys.readouterr().err == "FLAG must be true or false.\n"


def test_a_refusal_never_shows_the_secret(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        Environment({"DB": "postgres://person:hunter2@host:port/name"}).database("DB")

    assert "hunter2" not in capsys.readouterr().err


def test_a_database_address_keeps_what_is_escaped_in_it() -> None:
    address = "postgresql://wmca:p%40ss%2Fword@db.example:6432/strategy%20one?sslmode=verify-full"

    assert Environment({"DB": address}).database("DB") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "strategy one",
        "USER": "wmca",
        "PASSWORD": "p@ss/word",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "verify-full"},
    }


def test_a_database_may_be_reached_through_a_socket() -> None:
    found = Environment({"DB": "postgresql://wmca:secret@/wmca?host=%2Frun%2Fwmca-1"}).database("DB")

    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == ("/run/wmca-1", "", {})


def test_a_default_stands_where_nothing_is_set() -> None:
    environment = Environment({})

    assert environment.integer("N", 3, least=0, most=10) == 3
    assert environment.choice("MODE", ("production", "demo"), "production") == "production"
    assert environment.names("HOSTS", ["localhost"]) == ["localhost"]
    assert environment.mail("EMAIL_URL") is None
    assert environment.public_url("PUBLIC_URL", "http://127.0.0.1:8000") == "http://127.0.0.1:8000"


def test_a_public_address_is_scheme_and_host() -> None:
    assert Environment({"URL": "https://tracker.example:8443/"}).public_url("URL") == "https://tracker.example:8443"


def test_an_unknown_choice_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        Environment({"MODE": "dmeo"}).choice("MODE", ("production", "demo"), "production")

    assert capsys.readouterr().err == "MODE must be one of production, demo.\n"


def test_half_of_what_belongs_together_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        Environment({"A": "1"}).together("A", "B")

    assert capsys.readouterr().err == "B is missing: A, B belong together.\n"


OTHER = "another-secret-of-fifty-characters-or-more-for-the-tests"


def test_peppers_are_named_the_newest_first() -> None:
    given = Environment({"PEPPERS": f"2027:{SECRET}, 2026:{OTHER}"}).peppers("PEPPERS", {"usual": SECRET})

    assert list(given.items()) == [("2027", SECRET), ("2026", OTHER)]


def test_without_peppers_there_is_the_usual_one_whatever_it_is_made_of() -> None:
    secret = f"{SECRET},with:commas"

    assert Environment({"PEPPERS": ""}).peppers("PEPPERS", {"usual": secret}) == {"usual": secret}


@pytest.mark.parametrize(
    "value", ["2027", "2027:short", f":{SECRET}", f"{'n' * 21}:{SECRET}", f"2027:{SECRET},2027:{OTHER}", f"a:{SECRET},"]
)
def test_peppers_that_cannot_be_meant_stop_the_start(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        Environment({"PEPPERS": value}).peppers("PEPPERS", {})

    line = capsys.readouterr().err
    assert line.startswith("PEPPERS must be name:secret, the newest first")
    assert value not in line
