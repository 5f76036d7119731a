"""Parley: a REST API over a database of diplomatic meetings."""

from typing import Any

VERSION = "0.1.0"

# By name, so that a command that does not serve need not load what serving needs.
SERVING: dict[str, Any] = {
    "http": "app.api.protocol:Protocol",
    "ws": "none",
    # For longer than proxies do, usually a minute, lest one asks over what is being closed.
    "timeout_keep_alive": 75,
    # What runs when a server is told to stop may still end; what takes longer breaks off visibly.
    "timeout_graceful_shutdown": 30,
    # A worker that begins on a busy machine may take longer than the five seconds of uvicorn.
    "timeout_worker_healthcheck": 60,
    "server_header": False,
}
"""How uvicorn is to serve the application."""
