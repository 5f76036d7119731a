"""How Dockerfile, compose.yaml and .dockerignore are read, and followed without an engine.

An image is a folder here, in which the paths of the Dockerfile begin. What runs in it is not root,
even when the tests are, gains no rights, and can write nowhere in it but where it is allowed to.
"""

import json
import os
import pwd
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from string import Template
from typing import Any

import httpx
import yaml

ROOT = Path(__file__).parent.parent
_WILDCARDS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
_NOBODY = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
_AS_USER: dict[str, Any] = (
    {"user": _NOBODY.pw_uid, "group": _NOBODY.pw_gid, "extra_groups": []} if _NOBODY else {}
)
# With no rights to begin with, it is as if all capabilities were dropped.
_NO_NEW_PRIVILEGES = ["setpriv", "--no-new-privs", "--"] if shutil.which("setpriv") else []
# What pip may need to reach an index, beside its configuration files below HOME.
_PIP = re.compile(r"HOME|PIP_\w+|SSL_\w+|\w+_proxy", re.IGNORECASE)


class Stage(list[tuple[str, str]]):
    """The instructions from one FROM to the next, each with what follows its name."""

    def all(self, name: str) -> list[str]:
        """What follows the name, each time that it stands there."""
        return [value for instruction, value in self if instruction == name]

    def the(self, name: str) -> str:
        """What follows a name that stands there once."""
        (value,) = self.all(name)
        return value

    @property
    def command(self) -> list[str]:
        """The words of CMD in exec form; the shell form is no JSON."""
        return list(json.loads(self.the("CMD")))

    @property
    def healthcheck(self) -> list[str]:
        """The words of HEALTHCHECK's command in exec form."""
        return list(json.loads(self.the("HEALTHCHECK").partition("CMD ")[2]))

    def environment(self, base: dict[str, str]) -> dict[str, str]:
        """What ENV makes of the environment of the base image."""
        pairs = [word.partition("=") for value in self.all("ENV") for word in shlex.split(value)]
        return base | {name: Template(value).substitute(base) for name, _, value in pairs}


def stages() -> list[Stage]:
    """The stages of the Dockerfile."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    found: list[Stage] = []
    for line in re.sub(r"^\s*#.*\n|\\\n", "", text, flags=re.MULTILINE).splitlines():
        if line.strip():
            name, value = line.split(maxsplit=1)
            if name == "FROM":
                found.append(Stage())
            found[-1].append((name, value))
    return found


def services(**variables: str) -> dict[str, Any]:
    """The services of compose.yaml as they start when these variables are set.

    Raises:
        KeyError: a variable is missing that is required.
    """
    text = json.dumps(yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"])
    required = r"\$\{(\w+):\?[^}]*\}"
    text = re.sub(required, lambda found: json.dumps(variables[found[1]])[1:-1], text)
    return dict(json.loads(text))


def admitted(path: str) -> bool:
    """Tell whether .dockerignore lets a path in: its last pattern for it or a folder above."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    names = [path, *map(str, PurePosixPath(path).parents)][:-1]
    verdict = True
    for pattern in (line for line in lines if line and not line.startswith("#")):
        if any(re.fullmatch(_expression(pattern), name) for name in names):
            verdict = pattern.startswith("!")
    return verdict


def _expression(pattern: str) -> str:
    parts = re.findall(r"\*\*/?|\[[^]]+\]|.", pattern.removeprefix("!").rstrip("/"))
    return "".join(_WILDCARDS.get(part, part if part[1:] else re.escape(part)) for part in parts)


class Image:
    """What the Dockerfile makes in a folder: built once, run as often as a test likes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = folder / "image"
        self._stages = stages()
        self._final = self._stages[-1]
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = str(free.getsockname()[1])
        self.tmp = folder / "tmp"
        _give(self.tmp)
        self._base = _base_image(folder)

    @property
    def data(self) -> Path:
        """The folder of the volume."""
        return Path(self._mapped(self._final.the("VOLUME")))

    def build(self) -> None:
        """Do what the Dockerfile says; of a stage, only what the next one copies is left."""
        context, before = self._folder / "context", self._folder / "before"
        shutil.copytree(ROOT, context, ignore=_ignored)
        for stage in self._stages:
            if self._root.exists():
                self._root.rename(before)
            self._root.mkdir()
            self._make(stage, context, before)
        shutil.rmtree(context)
        shutil.rmtree(before)

    def _make(self, stage: Stage, context: Path, before: Path) -> None:
        passed = {name: value for name, value in os.environ.items() if _PIP.fullmatch(name)}
        environment, folder = stage.environment(self._base | passed), self._root
        for name, value in stage:
            words = self._mapped(value).split()
            if name == "WORKDIR":
                folder = Path(words[0])
                folder.mkdir(exist_ok=True)
            elif name == "RUN" and words[0] == "useradd":
                _give(Path(words[words.index("--home-dir") + 1]))
            elif name == "RUN":
                _run(self._mapped(value), folder, environment)
            elif name == "COPY" and words[0].startswith("--from="):
                (before / Path(words[1]).relative_to(self._root)).rename(words[2])
            elif name == "COPY":
                _copy([context / word for word in words[:-1]], folder / words[-1])

    def _mapped(self, text: str) -> str:
        """Put folders, address and port of this machine in the place of the image's."""
        named = [
            value.split()[-1]
            for stage in self._stages
            for value in (*stage.all("COPY"), *stage.all("WORKDIR"))
        ]
        places = "|".join(place for place in named if place.startswith("/"))
        text = re.sub(rf"(?<!\w)(?=(?:{places})\b)", f"{self._root}", text)
        text = text.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 (it is what we avoid)
        return re.sub(rf"\b{self._final.the('EXPOSE')}\b", self._port, text)

    def files(self) -> list[str]:
        """The paths of all files."""
        return [str(path) for path in self._root.rglob("*") if path.is_file()]

    def unwritten(self, writable: Path) -> set[tuple[Path, int, int]]:
        """Everything that may not be written to, as it is now."""
        paths = {path for path in self._folder.rglob("*") if writable not in (path, *path.parents)}
        return {(path, path.lstat().st_size, path.lstat().st_mtime_ns) for path in paths}

    @contextmanager
    def running(self, writable: Path, *more: str, **variables: str) -> Iterator[httpx.Client]:
        """Run CMD and more until the end of the block, which begins when HEALTHCHECK is content."""
        options = self._options(variables)
        words = [self._mapped(word) for word in self._final.command]
        command = [*_NO_NEW_PRIVILEGES, *words, *more]
        assert not self._healthy(options), "the check is content with what does not run"
        with (
            _read_only(self._folder, writable),
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options) as process,
            httpx.Client(base_url=f"http://127.0.0.1:{self._port}") as client,
        ):
            try:
                self._wait(process, options)
                yield client
                _stop(process)
            finally:
                process.kill()

    def _options(self, variables: dict[str, str]) -> dict[str, Any]:
        """How a process of the image is started: its folder, its environment, its user."""
        set_by_image = self._final.environment(self._base | {"HOME": f"{self.data}"}).items()
        environment = {name: self._mapped(value) for name, value in set_by_image} | variables
        folder = self._mapped(self._final.the("WORKDIR"))
        return {"cwd": folder, "env": environment, "stderr": subprocess.STDOUT, **_AS_USER}

    def _healthy(self, options: dict[str, Any]) -> bool:
        command = [self._mapped(word) for word in self._final.healthcheck]
        done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, **options)
        return done.returncode == 0

    def _wait(self, process: subprocess.Popen[str], options: dict[str, Any]) -> None:
        deadline = time.monotonic() + 60
        while not self._healthy(options):
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise RuntimeError(process.communicate()[0])
            time.sleep(0.1)


def _base_image(folder: Path) -> dict[str, str]:
    """Give the environment in which `python` is one that the user of the image may run."""
    python, prefix = Path(sys.executable).resolve(), Path(sys.base_prefix).resolve()
    variables = {}
    try:
        subprocess.run([python, "--version"], check=True, stdout=subprocess.DEVNULL, **_AS_USER)
    except PermissionError:
        leave_out = shutil.ignore_patterns("site-packages", "test")
        shutil.copytree(prefix, folder / "base", symlinks=True, ignore=leave_out)
        python = folder / "base" / python.relative_to(prefix)
        variables["LD_LIBRARY_PATH"] = f"{folder}/base/lib"
    # Not a link: a virtual environment would look for the library beside it.
    (programs := folder / "bin").mkdir()
    (programs / "python").write_text(f'#!/bin/sh\nexec {shlex.quote(str(python))} "$@"\n')
    (programs / "python").chmod(0o755)
    return variables | {"PATH": f"{programs}:/usr/bin:/bin"}


def _ignored(folder: str, names: list[str]) -> set[str]:
    above = Path(folder).relative_to(ROOT)
    return {name for name in names if not admitted((above / name).as_posix())}


def _give(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    if _NOBODY:
        shutil.chown(folder, _NOBODY.pw_uid, _NOBODY.pw_gid)


def _run(command: str, folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}"


def _copy(sources: list[Path], target: Path) -> None:
    for source in sources:
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            shutil.copy(source, target)


def _stop(process: subprocess.Popen[str]) -> None:
    """Do as `docker stop` does, with less patience."""
    process.terminate()
    code = process.wait(timeout=5)
    # As the first process of a container it ends with 0, for there its signal to itself is lost.
    assert code in {0, -signal.SIGTERM}, process.communicate()[0]


@contextmanager
def _read_only(folder: Path, writable: Path) -> Iterator[None]:
    subprocess.run(["chmod", "-R", "a-w", folder], check=True)
    subprocess.run(["chmod", "-R", "u+w", writable], check=True)
    try:
        yield
    finally:
        subprocess.run(["chmod", "-R", "u+w", folder], check=True)
