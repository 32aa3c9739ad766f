"""A hub id becomes a local folder with the whole model: from the hub's cache, or downloaded.

Takes safetensors weights only, so that no pickle is ever loaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.errors import ModelError
from advisor.models import weights
from advisor.models.steps import UNWATCHED, Steps

if TYPE_CHECKING:
    from huggingface_hub.utils.tqdm import tqdm

_WANTED = ("*.json", "*.safetensors", "*.txt", "*.model", "*.jinja")
_BYTES = "huggingface_hub.snapshot_download"  # the library's name for its bar of the bytes of all files
_DOING = "downloading"
_UNWANTED = ("onnx/*", "openvino/*", "original/*")


def cached(hub_id: str) -> Path | None:
    """Return the folder of a model in the hub's cache if it is whole. Opens no connection."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(hub_id, "config.json")
    folder = Path(found).parent if isinstance(found, str) else None
    return folder if folder and weights.whole(folder) else None


def folder(hub_id: str, otherwise: str, steps: Steps = UNWATCHED) -> Path:
    """Return the folder of a model, downloading it if the cache does not hold it.

    :param otherwise: the model to propose where this one cannot be had.
    :raises Cancelled: `steps` says so; the next download goes on where this one ended.
    :raises ModelError: if the hub cannot be reached, knows no such model or withholds it.
    """
    if found := cached(hub_id):
        return found
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, LocalEntryNotFoundError, RepositoryNotFoundError

    steps.tell(_DOING)
    try:
        place = snapshot_download(
            hub_id, allow_patterns=list(_WANTED), ignore_patterns=list(_UNWANTED), tqdm_class=_bar(steps)
        )
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


def _bar(steps: Steps) -> type[tqdm]:
    """Return the library's own bar, which is shown on a terminal alone, with an ear at it."""
    from huggingface_hub.utils.tqdm import tqdm

    class Bar(tqdm):
        _counts = False
        _done = 0.0

        def __new__(cls, *args: Any, **options: Any) -> Bar:
            bar: Bar = super().__new__(cls, *args, **options)
            bar._counts = options.get("name") == _BYTES
            return bar

        def update(self, n: float | None = 1) -> bool | None:
            steps.check()
            self._done += n or 0  # the library's own count stands still where the bar is not shown
            if self._counts:
                steps.tell(_DOING, min(1.0, self._done / self.total) if self.total else None)
            is_drawn: bool | None = super().update(n)
            return is_drawn

    return Bar
