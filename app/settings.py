"""What an installation may set: environment variables with the prefix PARLEY_."""

import os
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import InvalidSetting


class Settings(BaseSettings):
    """Read once when a process starts; frozen from then on."""

    model_config = SettingsConfigDict(env_prefix="PARLEY_", frozen=True)

    database_url: str = Field(
        default="sqlite:///parley.db",
        description="Where the data lives: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
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
