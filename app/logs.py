"""How a log is written: a line for each event, for programs or for people, without secrets."""

import logging
import re
from ipaddress import ip_address, ip_network
from typing import Any, Literal

import orjson
import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict

Addresses = Literal["none", "network", "full"]

_NETWORK = {4: 24, 6: 48}
"""Bits that are kept of an address: about a part of a town."""
_SECRETS = re.compile(r"(parley_)[\w-]{43}|(://[^\s:/@]*:)[^\s/@]+(?=@)")
"""A key, and the password in the URL of a database."""


def configuration(form: Literal["json", "pretty"], level: str) -> dict[str, Any]:
    """Say for `logging.config.dictConfig` what is logged, and how: all of it to stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "app.logs.formatter", "form": form}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {name: {"level": level.upper()} for name in ("parley", "uvicorn")},
    }


def formatter(form: Literal["json", "pretty"]) -> logging.Formatter:
    """Make what writes an event as JSON, or for people, whoever logged it."""
    prepared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    rendered: list[Any] = (
        [structlog.processors.format_exc_info, _json]
        if form == "json"
        else [structlog.dev.ConsoleRenderer(colors=False)]
    )
    processors = [
        ProcessorFormatter.remove_processors_meta,
        _without_colours,
        *rendered,
        _without_secrets,
    ]
    return ProcessorFormatter(foreign_pre_chain=prepared, processors=processors)


def shown_address(host: str, addresses: Addresses) -> str | None:
    """Tell what of a client's address may be logged."""
    if addresses == "none":
        return None
    try:
        address = ip_address(host)
    except ValueError:  # Whatever a proxy has named.
        return host if addresses == "full" else None
    if addresses == "full":
        return str(address)
    return str(ip_network((address.packed, _NETWORK[address.version]), strict=False))


def _without_colours(_logger: object, _method: str, event: EventDict) -> EventDict:
    event.pop("color_message", None)
    return event


def _without_secrets(_logger: object, _method: str, line: str) -> str:
    return _SECRETS.sub(r"\1\2…", line)


def _json(_logger: object, _method: str, event: EventDict) -> str:
    first = ("timestamp", "level", "event", "request_id")
    ordered = {name: event[name] for name in first if name in event} | {**event}
    return orjson.dumps(ordered, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
