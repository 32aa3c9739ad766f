"""A hub id becomes a local folder with the whole model: from the hub's cache, or downloaded.

Takes safetensors weights only, so that no pickle is ever loaded.
"""

from __future__ import annotations

from pathlib import Path

from advisor.errors import ModelError
from advisor.models import weights

_WANTED = ("*.json", "*.safetensors", "*.txt", "*.model", "*.jinja")
_UNWANTED = ("onnx/*", "openvino/*", "original/*")


def cached(hub_id: str) -> Path | None:
    """Return the folder of a model in the hub's cache if it is whole. Opens no connection."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(hub_id, "config.json")
    folder = Path(found).parent if isinstance(found, str) else None
    return folder if folder and weights.whole(folder) else None


def folder(hub_id: str, otherwise: str) -> Path:
    """Return the folder of a model, downloading it if the cache does not hold it.

    :param otherwise: the model to propose where this one cannot be had.
    :raises ModelError: if the hub cannot be reached, knows no such model or withholds it.
    """
    if found := cached(hub_id):
        return found
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        place = snapshot_download(hub_id, allow_patterns=list(_WANTED), ignore_patterns=list(_UNWANTED))
    except GatedRepoError as fault:
        raise ModelError(
            f"{hub_id} is gated; accept its licence on https://huggingface.co/{hub_id}; run: hf auth login"
        ) from fault
    except RepositoryNotFoundError as fault:
        raise ModelError(f"the hub has no model {hub_id}, or it is private; see: advisor models") from fault
    except LocalEntryNotFoundError as fault:
        raise ModelError(
            f"model {hub_id} is not on this machine and the hub cannot be reached; "
            f"copy its folder here and give the path, or use {otherwise}"
        ) from fault
    except OSError as fault:
        reason = (str(fault).strip() or type(fault).__name__).splitlines()[0]
        raise ModelError(f"the download of {hub_id} failed: {reason}; try again, or use {otherwise}") from fault
    if not weights.whole(Path(place)):
        raise ModelError(f"{hub_id} has no *.safetensors weights, which the advisor needs; use {otherwise}")
    return Path(place)
