"""What an installation may set: environment variables with the prefix PARLEY_."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read once when a process starts; frozen from then on."""

    model_config = SettingsConfigDict(env_prefix="PARLEY_", frozen=True)

    database_url: str = Field(
        default="sqlite:///parley.db",
        description="Where the data lives: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
    )
