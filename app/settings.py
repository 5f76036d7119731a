"""What an installation may set: environment variables with the prefix PARLEY_."""

import os
import re
from typing import Literal, Self, get_args

from pydantic import (
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import InvalidSetting
from app.limits import Limits

_POSTGRES = (
    r"postgresql(\+psycopg)?://([^\s/@]*@)?(\[[0-9a-f:.]+\]|[^\s/@:]*)(:\d+)?/[^\s/?]+(\?\S+)?"
)
# What tests are told, and what Kubernetes says of services whose names begin with parley.
_OF_OTHERS = re.compile(
    r"PARLEY_TEST_|PARLEY_(\w+_)?(SERVICE_(HOST|PORT(_\w+)?)=|PORT(_\d+_\w+)?=(tcp|udp|sctp)://"
    r"|PORT_\d+_(TCP|UDP|SCTP)_(PROTO|PORT|ADDR)=)"
)


class Settings(Limits, BaseSettings):
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

    log_format: Literal["auto", "json", "pretty"] = Field(
        default="auto",
        description="How a line of the log is written: as JSON, or for people; `auto` is for people"
        " where somebody looks at a terminal.",
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        description="From which importance on something is logged; each request is `info`.",
    )

    log_addresses: Literal["none", "network", "full"] = Field(
        default="none",
        description="What is logged of the address of a client: nothing, its network, or all.",
    )

    metrics: bool = Field(
        default=False, description="Whether `/metrics` tells Prometheus how the service does."
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

    @field_validator("log_format", "log_level", "log_addresses", "metrics", mode="wrap")
    @classmethod
    def one_of_the_words(
        cls, value: object, check: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> object:
        """Say which words there are.

        Raises:
            InvalidSetting: it is none of them.
        """
        try:
            return check(value)
        except ValidationError:
            name = str(info.field_name)
            words = get_args(cls.model_fields[name].annotation) or ("true", "false")
            raise InvalidSetting(
                f"PARLEY_{name.upper()} is “{value}”; it may be {', '.join(words)}"
            ) from None

    @model_validator(mode="after")
    def no_strangers(self) -> Self:
        """A setting that is misspelt would be ignored without a word.

        Raises:
            InvalidSetting: the environment has a variable PARLEY_… that is no setting.
        """
        known = {f"PARLEY_{name.upper()}" for name in type(self).model_fields}
        for name in os.environ.keys() - known:
            if name.startswith("PARLEY_") and not _OF_OTHERS.match(f"{name}={os.environ[name]}"):
                listed = ", ".join(sorted(known))
                raise InvalidSetting(f"There is no setting {name}; the settings are: {listed}")
        return self


def _listed(value: str) -> list[str]:
    return [one for part in value.split(",") if (one := part.strip())]
