"""What Parley is put together of: `make check` audits it, `make sbom` lists it.

`python -m tests.supply audit FOLDER`, `secrets FOLDER` or `sbom FILE`.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import default_settings

LOCKS = ("requirements.lock", "requirements-dev.lock")
UNAUDITED = "Without a service in reach that knows vulnerabilities, dependencies are not audited."
INNOCENT = "What is no secret says so on its line: `pragma: allowlist secret`."
UNSCANNED = "Where git lists no files, none are scanned for secrets."
# Who does not know what is wrong with this one knows of nothing: of a mirror that has packages
# alone, pip-audit says what it says of a service that finds nothing.
_KNOWN_VULNERABLE = "flask==0.5"
# Ids of vulnerabilities that do no harm here, each with the reason in a comment.
_HARMLESS: tuple[str, ...] = ()
_PIP_AUDIT = (
    *(sys.executable, "-m", "pip_audit", "--disable-pip", "--progress-spinner=off", "--timeout=5"),
    *("--format=json", "--cache-dir=.pip_audit_cache"),
    *(f"--ignore-vuln={one}" for one in _HARMLESS),
)
# How the last line of pip-audit begins when it got no answer, or none that it understands.
_UNANSWERED = (
    "requests.exceptions.",
    "pip_audit._service.interface.",
    "ERROR:pip_audit._cli:Tip: your network",
)
_FILTERS = {
    # `make contract` writes it from what is scanned itself.
    "file": r"(^|/)openapi\.json$",
    # Passwords of examples and tests, how a key begins, and the epoch of the examples' database.
    "secret": r"^(PASSWORD|secret|hunter2|p%40ss|p@ss:w/rd#100%|parley_|bbf0c4b21ed94e91)$",
}


def audit(folder: Path) -> None:
    """End with what is known to be vulnerable; say what nobody knows."""
    locks = [f"--requirement={folder / lock}" for lock in LOCKS]
    reported = _reported("--require-hashes", *locks, seconds=300) if _somebody_knows() else []
    if not reported:
        sys.stderr.write(f"{UNAUDITED}\n")
    if unknown := [one["name"] for one in reported if "skip_reason" in one]:
        sys.stderr.write(f"Nothing is known of {', '.join(unknown)}.\n")
    if flaws := [flaw for one in reported for flaw in _flaws(one)]:
        sys.exit("\n".join(flaws))


def _somebody_knows() -> bool:
    """Ask about a package with a vulnerability that is known since 2018."""
    with TemporaryDirectory() as name:
        probe = Path(name, "probe.txt")
        probe.write_text(_KNOWN_VULNERABLE, "utf-8")
        reported = _reported("--no-deps", f"--requirement={probe}", seconds=20)
    return any(one.get("vulns") for one in reported)


def _reported(*options: str, seconds: int) -> list[dict[str, Any]]:
    """Give what is reported of each package; nothing, if there is no answer in time."""
    with TemporaryDirectory() as name:
        report = Path(name, "report.json")
        try:
            said = _run([*_PIP_AUDIT, f"--output={report}", *options], timeout=seconds).stderr
        except subprocess.TimeoutExpired:
            return []
        # It is written once all have been asked about.
        if report.exists():
            return list(json.loads(report.read_text("utf-8"))["dependencies"])
    if not said.rstrip().rpartition("\n")[2].startswith(_UNANSWERED):
        sys.exit(said)
    return []


def _flaws(one: dict[str, Any]) -> list[str]:
    return [
        f"{one['name']} {one['version']} is vulnerable: {flaw['id']},"
        f" mended in {' and '.join(flaw['fix_versions']) or 'no version'}"
        for flaw in one.get("vulns", [])
    ]


def secrets(folder: Path) -> None:
    """End with where a secret stands in what git keeps or would add."""
    listed = _run(
        ["git", "-C", f"{folder}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    )
    if not listed.stdout:
        sys.stderr.write(f"{UNSCANNED}\n")
        return
    found = SecretsCollection(f"{folder}")
    with default_settings() as settings:
        for kind, pattern in _FILTERS.items():
            path = f"detect_secrets.filters.regex.should_exclude_{kind}"
            settings.filters[path] = {"pattern": [pattern]}
        found.scan_files(*listed.stdout.split("\0")[:-1])
    if places := [f"{file}:{one.line_number}: {one.type}" for file, one in found]:
        sys.exit("\n".join([*places, INNOCENT]))


def sbom(target: Path) -> None:
    """Write which packages are locked, with all that is known of those that are installed."""
    locked = _listed("requirements", "requirements.lock")
    installed = _listed("environment", sys.prefix, "--pyproject=pyproject.toml")
    known = {one["purl"]: one for one in installed["components"]}
    # An installed package knows its licence, the lock file its hashes.
    components = [
        known.get(one["purl"], one) | {"externalReferences": one["externalReferences"]}
        for one in locked["components"]
    ]
    for one in components:
        one["description"] = one.get("description", "").partition("--hash")[0].rstrip()
    written = installed | {"components": components}
    written["dependencies"] = _dependencies(written, installed["dependencies"])
    target.write_text(json.dumps(written, indent=2) + "\n", "utf-8")
    sys.stdout.write(f"{target} names {len(components)} packages.\n")


def _dependencies(bom: dict[str, Any], known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give which of these need which others, without what only the tests need."""
    refs = {one["bom-ref"] for one in [bom["metadata"]["component"], *bom["components"]]}
    needs = {one["ref"]: refs.intersection(one.get("dependsOn", [])) for one in known}
    return [{"ref": ref, "dependsOn": sorted(needs.get(ref, []))} for ref in sorted(refs)]


def _listed(*options: str) -> dict[str, Any]:
    # Not validated here: that takes ten seconds, and the tests do it.
    listed = _run([sys.executable, "-m", "cyclonedx_py", *options, "--no-validate"])
    if listed.returncode != 0:
        sys.exit(listed.stderr)
    return dict(json.loads(listed.stdout))


def _run(command: Sequence[str], timeout: int | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)


if __name__ == "__main__":
    {"audit": audit, "secrets": secrets, "sbom": sbom}[sys.argv[1]](Path(sys.argv[2]))
