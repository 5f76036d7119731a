"""The library that draws charts, made when Parley is installed or built.

setuptools finds this module in the source tree, by pyproject.toml; nothing that runs imports it.
"""

from pathlib import Path

import vl_convert
from setuptools.command.build_py import build_py

_BUNDLE = Path(__file__).parent / "static" / "vega.js"
_GLOBALS = "window.vegaEmbed = vegaEmbed; window.vega = vega; window.vegaLite = vegaLite;"


class BuildPy(build_py):
    """Build the packages with the library among their data."""

    def run(self) -> None:
        """Write it beside its source, from where wheels copy and editable installs serve it."""
        _BUNDLE.write_text(vl_convert.javascript_bundle(_GLOBALS), "utf-8")
        super().run()
