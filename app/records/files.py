"""How files of records are read, with errors that name the file, the record and the member."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from math import inf, isfinite, nan
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from app.errors import Flaw, InvalidRecords
from app.records.flaws import flaws
from app.records.incoming import Incoming
from app.records.kinds import KINDS, Kind
from app.spelling import shortened


class Loader(yaml.CSafeLoader):
    """Reads plain words as YAML 1.2 does: NO is a country, 1:20 no number, and yes a word.

    Refuses a member that stands twice in a record, of which one would be lost; a value that is not
    what its tag says; and what is small as it is written, but takes all time or memory to read.
    """

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = 0

    def descend_resolver(self, current_node: yaml.Node | None, current_index: Any) -> None:
        """Go into a node; each level makes all that follows slower to read."""
        self._depth += 1
        if self._depth > DEEPEST and current_node:
            raise _wrong(current_node, "nested too deeply")
        super().descend_resolver(current_node, current_index)

    def ascend_resolver(self) -> None:
        """Come back from a node."""
        self._depth -= 1
        super().ascend_resolver()

    def get_single_node(self) -> yaml.Node | None:
        """Read all nodes, of which aliases may repeat some, but not without end."""
        root: yaml.Node | None = super().get_single_node()
        if root and _written_out(root, {}) > root.end_mark.index + _MOST_REPEATED:
            raise _wrong(root, "aliases repeat too much: write out what they stand for")
        return root

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: FBT001, FBT002 (the base class's)
        """Make what a node stands for, or say that it stands for nothing."""
        try:
            value = super().construct_object(node, deep=deep)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            value = nan
        if isinstance(value, float) and not isfinite(value):
            # What is written in JSON in the end has no place for it.
            given, kind = shortened(str(node.value)), node.tag.removeprefix(_TAG)
            raise _wrong(node, f"“{given}” is no {kind} that can be read")
        return value

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 (the base class's)
        """Make a record of its members."""
        if isinstance(node, yaml.MappingNode):  # A tag may call something else one.
            names = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
            for name, times in names.most_common(1):
                if times > 1:
                    raise _wrong(node, f"{shortened(name)} stands twice")
        return super().construct_mapping(node, deep=deep)


def _wrong(node: yaml.Node, what: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=what, problem_mark=node.start_mark)


def _written_out(node: yaml.Node, known: dict[yaml.Node, float]) -> float:
    """Count the characters of a node as it would be without aliases, each node at least one."""
    if node not in known:
        known[node] = inf  # It may stand within itself.
        parts = node.value if isinstance(node, yaml.SequenceNode) else ()
        if isinstance(node, yaml.MappingNode):
            parts = [part for pair in node.value for part in pair]
        own = len(node.value) if isinstance(node, yaml.ScalarNode) else 0
        known[node] = 1 + own + sum(_written_out(part, known) for part in parts)
    return known[node]


DEEPEST = 100
"""Levels of what stands within each other, in a record."""
_MOST_REPEATED = 10_000_000
"""Characters that aliases may add to a file."""
_OTHERWISE = {
    "bool": (r"(?:true|false)$", "tf"),
    "int": (r"[-+]?(?:0|[1-9]\d*)$", "-+0123456789"),
    "float": (r"[-+]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$", "-+0123456789"),
}
_TAG = "tag:yaml.org,2002:"
Loader.yaml_implicit_resolvers = {
    first: [one for one in some if one[0].removeprefix(_TAG) not in _OTHERWISE]
    for first, some in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
for _name, (_pattern, _first) in _OTHERWISE.items():
    Loader.add_implicit_resolver(_TAG + _name, re.compile(_pattern), list(_first))


def read_folder(folder: Path) -> list[Incoming]:
    """Read the YAML files of a folder, one for each kind of record: themes.yaml and so on.

    Raises:
        InvalidRecords: something in them is no record; all such faults at once.
    """
    known = {f"{kind.plural}.yaml" for kind in KINDS}
    if strangers := sorted({path.name for path in folder.glob("*.y*ml")} - known):
        raise InvalidRecords(
            [Flaw(name, (), "no kind of record has this name") for name in strangers]
        )
    found: list[Incoming] = []
    faults: list[Flaw] = []
    for kind in KINDS:
        path = folder / f"{kind.plural}.yaml"
        for number, raw in enumerate(_entries(path, faults), 1):
            found += _incoming(kind, raw, f"{path.name}, record {number}", faults)
    if faults:
        raise InvalidRecords(faults)
    return found


def _entries(path: Path, faults: list[Flaw]) -> list[Any]:
    if not path.exists():
        return []
    try:
        content = yaml.load(path.read_text("utf-8"), Loader)  # noqa: S506 (a safe loader, made stricter)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        faults.append(Flaw(f"{path.name}, line {line}", (), str(error.problem)))
        return []
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        faults.append(Flaw(path.name, (), f"not a YAML file in UTF-8: {error}"))
        return []
    if not isinstance(content, list):
        faults.append(Flaw(path.name, (), "must hold a list of records"))
        return []
    return content


def _incoming(kind: Kind, raw: Any, origin: str, faults: list[Flaw]) -> Iterator[Incoming]:
    if isinstance(raw, Mapping) and "id" in raw:
        origin += f" ({raw['id']})"
    try:
        record = kind.shape.model_validate(raw)
    except ValidationError as error:
        faults.extend(flaws(origin, kind.shape, error))
        return
    yield Incoming(kind, record, origin)
