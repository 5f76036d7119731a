"""How files of records are read, with errors that name the file, the record and the member."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from app.errors import InvalidRecords
from app.records.check import Incoming
from app.records.kinds import KINDS, Kind


class _Loader(yaml.CSafeLoader):
    """Refuses a member that stands twice in a record, of which one would be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 (the base class's)
        """Make a record of its members."""
        names = [key.value for key, _ in node.value]
        for name in names:
            if names.count(name) > 1:
                raise yaml.MarkedYAMLError(
                    problem=f"{name} stands twice", problem_mark=node.start_mark
                )
        return super().construct_mapping(node, deep=deep)


def read_folder(folder: Path) -> list[Incoming]:
    """Read the YAML files of a folder, one for each kind of record: themes.yaml and so on.

    Raises:
        InvalidRecords: something in them is no record; all such faults at once.
    """
    known = {f"{kind.plural}.yaml" for kind in KINDS}
    if strangers := sorted({path.name for path in folder.glob("*.y*ml")} - known):
        raise InvalidRecords([f"{name}: no kind of record has this name" for name in strangers])
    found: list[Incoming] = []
    faults: list[str] = []
    for kind in KINDS:
        path = folder / f"{kind.plural}.yaml"
        for number, raw in enumerate(_entries(path, faults), 1):
            found += _incoming(kind, raw, f"{path.name}, record {number}", faults)
    if faults:
        raise InvalidRecords(faults)
    return found


def _entries(path: Path, faults: list[str]) -> list[Any]:
    if not path.exists():
        return []
    try:
        content = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 (a safe loader, made stricter)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        faults.append(f"{path.name}, line {line}: {error.problem}")
        return []
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        faults.append(f"{path.name}: not a YAML file in UTF-8: {error}")
        return []
    if not isinstance(content, list):
        faults.append(f"{path.name}: must hold a list of records")
        return []
    return content


def _incoming(kind: Kind, raw: Any, origin: str, faults: list[str]) -> Iterator[Incoming]:
    if isinstance(raw, Mapping) and "id" in raw:
        origin += f" ({raw['id']})"
    try:
        record = kind.shape.model_validate(raw)
    except ValidationError as error:
        faults.extend(f"{origin}: {_fault(one)}" for one in error.errors())
        return
    yield Incoming(kind, record, origin)


def _fault(error: Any) -> str:
    member = ""
    for step in error["loc"]:
        member += f"[{step}]" if isinstance(step, int) else f".{step}"
    given = "" if error["type"] == "missing" else f" (given: {error['input']!r})"
    prefix = f"{member.lstrip('.')}: " if member else ""
    return f"{prefix}{error['msg'].removeprefix('Value error, ')}{given if member else ''}"
