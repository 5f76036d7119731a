"""How a log is written: a line for each event, for programs or for people, without secrets."""

import logging
import re
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Literal
from urllib.parse import quote, unquote

import orjson
import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict

Addresses = Literal["none", "network", "full"]

_NETWORK = {4: 24, 6: 48}
"""Bits that are kept of an address: about a part of a town."""
_LONGEST_NAME = 100
"""Of whom a proxy names by no address."""
_SECRETS = re.compile(
    r"(parley_)[\w-]{20,}|(://[^\s:/@]*:)[^\s/@]+(?=@)|(\b(?:ssl)?password=)[^\s&]+", re.IGNORECASE
)
"""A key, or the most of one, and passwords as they stand in URLs."""


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
    processors: list[Any] = [
        ProcessorFormatter.remove_processors_meta,
        _without_colours,
        structlog.processors.format_exc_info,
        _without_secrets,
        _json if form == "json" else structlog.dev.ConsoleRenderer(colors=False),
    ]
    return ProcessorFormatter(foreign_pre_chain=prepared, processors=processors)


def shown_address(host: str, addresses: Addresses) -> str | None:
    """Tell what of a client's address may be logged."""
    if addresses == "none":
        return None
    try:
        address = ip_address(host)
    except ValueError:  # Whatever a proxy has named.
        return host[:_LONGEST_NAME] if addresses == "full" else None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if addresses == "full":
        return str(address)
    return str(ip_network((address.packed, _NETWORK[address.version]), strict=False))


def _without_colours(_logger: object, _method: str, event: EventDict) -> EventDict:
    event.pop("color_message", None)
    return event


def _without_secrets(_logger: object, _method: str, event: EventDict) -> EventDict:
    # One by one: in a whole line the end of one value and the next ones could look like one.
    for name, value in event.items():
        if not isinstance(value, int | float | None):
            event[name] = without_secrets(str(value))
    return event


def without_secrets(text: str) -> str:
    """Leave keys and passwords out of a text, also where it is percent-encoded."""
    text = _SECRETS.sub(_hidden, text)
    if "%" in text and _SECRETS.search(plain := unquote(text)):
        return quote(_SECRETS.sub(_hidden, plain), safe="/:?=&@").replace(quote("…"), "…")
    return text


def _hidden(found: re.Match[str]) -> str:
    return f"{found[1] or found[2] or found[3]}…"


def _json(_logger: object, _method: str, event: EventDict) -> str:
    first = ("timestamp", "level", "event", "request_id")
    ordered = {name: event[name] for name in first if name in event} | {**event}
    return orjson.dumps(ordered).decode()
