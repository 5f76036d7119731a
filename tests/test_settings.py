"""What an installation sets is what was meant, or is refused with what would be right."""

import pytest

from app.errors import InvalidSetting
from app.limits import Limits
from app.settings import Settings

WRONG = {
    "PARLEY_TIME_LIMIT": ("0", "nan", "ten", "1e9"),
    "PARLEY_CLIENT_TIME_LIMIT": ("-1", "a minute"),
    "PARLEY_EXPORT_TIME_LIMIT": ("0",),
    "PARLEY_RATE_LIMIT": ("600", "0/minute", "many/minute", "5/minute;1/hour", "10/fortnight"),
    "PARLEY_CONNECTIONS_LIMIT": ("0", "all"),
    "PARLEY_HEAD_LIMIT": ("10", "64KB"),
    "PARLEY_PARAMETERS_LIMIT": ("0", "1.5"),
    "PARLEY_PAGE_LIMIT": ("99", "1001"),
    "PARLEY_RECORD_LIMIT": ("1 MB", "-5"),
    "PARLEY_IMPORT_LIMIT": ("1000",),
    "PARLEY_EXPORTS_LIMIT": ("0",),
    "PARLEY_CACHE_LIMIT": ("-1",),
    "PARLEY_LOG_FORMAT": ("xml",),
    "PARLEY_LOG_LEVEL": ("loud",),
    "PARLEY_LOG_ADDRESSES": ("some",),
    "PARLEY_METRICS": ("perhaps",),
}
RIGHT = {
    "PARLEY_TIME_LIMIT": ("0.5", 0.5),
    "PARLEY_RATE_LIMIT": ("5000/hour", "5000/hour"),
    "PARLEY_PAGE_LIMIT": ("100", 100),
    "PARLEY_CACHE_LIMIT": ("0", 0),
    "PARLEY_LOG_LEVEL": ("warning", "warning"),
    "PARLEY_METRICS": ("true", True),
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_what_cannot_be_meant_is_refused_by_its_name_and_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSetting, match=name) as refused:
        Settings()
    assert value in str(refused.value)


@pytest.mark.parametrize("name", RIGHT)
def test_what_can_be_meant_is_taken(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    value, meant = RIGHT[name]
    monkeypatch.setenv(name, value)
    assert getattr(Settings(), name.removeprefix("PARLEY_").lower()) == meant


def test_every_limit_is_a_setting_that_is_tried_here() -> None:
    assert {f"PARLEY_{name.upper()}" for name in Limits.model_fields} <= WRONG.keys()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PARLEY_SERVICE_HOST", "10.0.0.9"),
        ("PARLEY_SERVICE_PORT", "8000"),
        ("PARLEY_SERVICE_PORT_HTTP", "8000"),
        ("PARLEY_PORT", "tcp://10.0.0.9:8000"),
        ("PARLEY_PORT_8000_TCP", "tcp://10.0.0.9:8000"),
        ("PARLEY_PORT_8000_TCP_PROTO", "tcp"),
        ("PARLEY_DB_PORT_5432_TCP_ADDR", "10.0.0.9"),
    ],
)
def test_what_kubernetes_says_of_services_is_no_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    Settings()


@pytest.mark.parametrize("name", ["PARLEY_PORT", "PARLEY_TIMELIMIT", "PARLEY_EXPORT_LIMIT"])
def test_a_setting_that_is_misspelt_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "8000")
    with pytest.raises(InvalidSetting, match=f"There is no setting {name}; the settings are"):
        Settings()
