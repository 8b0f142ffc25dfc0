"""Settings from the environment (prefix LONGHAUL_), read by the doors only."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Each field is set by LONGHAUL_ and its name, such as LONGHAUL_INDEX; a door's options come first."""

    model_config = SettingsConfigDict(env_prefix="LONGHAUL_", env_ignore_empty=True, extra="ignore")

    index: str = ".longhaul"
    index_view: Path | None = None  # where the view of a server's index is kept; the user's cache if not given
    index_token: SecretStr | None = None  # for a Chroma server that asks for one
    index_tenant: str = "default_tenant"
    index_database: str = "default_database"
    model: str = "offline"
    embedding: str = "all-MiniLM-L6-v2"
    companies: Path | None = None
    home: str = ""  # the company that answers and cards are read for; none where empty
    host: str = "127.0.0.1"
    port: int = 7860
