"""What an installation may set: environment variables with the prefix PARLEY_."""

import os
import re
from contextlib import suppress
from typing import Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import InvalidSetting

_POSTGRES = (
    r"postgresql(\+psycopg)?://([^\s/@]*@)?(\[[0-9a-f:.]+\]|[^\s/@:]*)(:\d+)?/[^\s/?]+(\?\S+)?"
)
_SECONDS_OF_A_DAY = 86_400


class Settings(BaseSettings):
    """Read once when a process starts; frozen from then on."""

    model_config = SettingsConfigDict(env_prefix="PARLEY_", frozen=True)

    database_url: str = Field(
        default="sqlite:///parley.db",
        description="Where the data lives: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
    )

    replica_url: str = Field(
        default="",
        description="Where else a Postgres may be read: the URLs of its streaming replicas, with"
        " commas between them.",
    )

    cors_origins: str = Field(
        default="*",
        description="Whose pages may read from a browser: `*` for all, or origins with commas"
        " between them, such as https://example.org.",
    )

    public_url: str = Field(
        default="",
        description="Where it is reached from outside, such as https://parley.example.org;"
        " calendars and feeds lead there.",
    )

    time_limit: float = Field(
        default=10,
        description="After how many seconds the answer to a question is given up; exports and"
        " writes may take longer.",
    )

    @property
    def replicas(self) -> list[str]:
        """The URLs of the replicas."""
        return _listed(self.replica_url)

    @property
    def origins(self) -> list[str]:
        """Those whose pages may read."""
        return _listed(self.cors_origins)

    @field_validator("replica_url")
    @classmethod
    def whole_urls(cls, value: str) -> str:
        """What is no address of a database would be found out by readers.

        Raises:
            InvalidSetting: one is not; it may hold a password, and so is not shown.
        """
        for number, one in enumerate(_listed(value), 1):
            if not re.fullmatch(_POSTGRES, one):
                raise InvalidSetting(
                    f"Number {number} in PARLEY_REPLICA_URL is no postgresql://USER:PASSWORD@HOST/"
                    "NAME; there may be several with commas between them, and what stands in a URL"
                    " otherwise is percent-encoded (a comma is %2C)"
                )
        return value

    @model_validator(mode="after")
    def replicas_of_postgres(self) -> Self:
        """A file has no replicas.

        Raises:
            InvalidSetting: there are some, and the data is not in Postgres.
        """
        if self.replicas and not self.database_url.startswith("postgresql"):
            raise InvalidSetting(
                "PARLEY_REPLICA_URL is set, but PARLEY_DATABASE_URL is not postgresql://…: only"
                " Postgres has replicas"
            )
        return self

    @field_validator("cors_origins")
    @classmethod
    def whole_origins(cls, value: str) -> str:
        """An origin with a path, or without its scheme, would never be met.

        Raises:
            InvalidSetting: one is not an origin.
        """
        for one in _listed(value):
            if one != "*" and not re.fullmatch(r"https?://[a-z0-9.:\[\]-]+", one):
                raise InvalidSetting(
                    f"PARLEY_CORS_ORIGINS names “{one}”; an origin is like https://example.org,"
                    " without a path"
                )
        return value

    @field_validator("public_url")
    @classmethod
    def whole_address(cls, value: str) -> str:
        """Paths are put behind it.

        Raises:
            InvalidSetting: it is not the beginning of an address.
        """
        if value and not re.fullmatch(r"https?://[^/?#\s]+(/[^/?#\s]+)*", value):
            raise InvalidSetting(
                f"PARLEY_PUBLIC_URL is “{value}”; write it like https://parley.example.org, without"
                " a slash at its end"
            )
        return value

    @field_validator("time_limit", mode="before")
    @classmethod
    def positive(cls, value: object) -> float:
        """Without a limit, one question could keep all others waiting.

        Raises:
            InvalidSetting: it is no number of seconds.
        """
        with suppress(ValueError):
            if 0 < (seconds := float(str(value))) <= _SECONDS_OF_A_DAY:
                return seconds
        raise InvalidSetting(
            f"PARLEY_TIME_LIMIT is “{value}”; it must be a number of seconds above 0 and at most"
            f" {_SECONDS_OF_A_DAY}, such as 10"
        )

    @model_validator(mode="after")
    def no_strangers(self) -> Self:
        """A setting that is misspelt would be ignored without a word.

        Raises:
            InvalidSetting: the environment has a variable PARLEY_… that is no setting.
        """
        known = {f"PARLEY_{name.upper()}" for name in type(self).model_fields}
        for name in os.environ.keys() - known:
            if name.startswith("PARLEY_") and not name.startswith("PARLEY_TEST_"):
                listed = ", ".join(sorted(known))
                raise InvalidSetting(f"There is no setting {name}; the settings are: {listed}")
        return self


def _listed(value: str) -> list[str]:
    return [one for part in value.split(",") if (one := part.strip())]
