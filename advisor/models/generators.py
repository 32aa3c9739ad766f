"""A model's name becomes a `Generator`: a prompt to text, piece by piece, on the CPU or at an endpoint."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from advisor.config import Config
from advisor.errors import ModelError
from advisor.models import gguf, hub, memory, packaged, vocabulary, weights
from advisor.models.catalogue import Source, resolve
from advisor.models.endpoint import EndpointGenerator
from advisor.models.local import LocalGenerator
from advisor.models.quiet import quiet
from advisor.models.steps import Progress, Steps, never, unheard

_LOG = logging.getLogger(__name__)
_DOING = "reading the weights"
_COPY = "copy the model's whole folder again"
_DEFAULT = "smollm2-135m"
_OTHERWISE = f"use {_DEFAULT} or an endpoint"


def load_generator(
    spec: str,
    config: Config,
    *,
    stop: Sequence[str] = (),
    api_key: str | None = None,
    note: Callable[[str], None] = _LOG.info,
    progress: Progress = unheard,
    cancelled: Callable[[], bool] = never,
) -> LocalGenerator | EndpointGenerator:
    """Load the generator that `spec` names.

    :param stop: strings at which an answer ends; they are not part of it.
    :param api_key: sent to an endpoint, if it wants one.
    :param note: is told, in one line, what takes long.
    :param progress: is told, of each step, what is done and what part of that is done, in this thread or another.
    :param cancelled: is asked before each step whether to stop there.
    :raises Cancelled: it was stopped; nothing half-made is left, and it may be loaded again.
    :raises ModelError: if it cannot be found, fetched, converted or held in memory.
    """
    source = resolve(spec, "generator")
    if source.where == "endpoint":
        return EndpointGenerator(source.name, source.at, source.model, config, stop, api_key)
    steps = Steps(source.name, progress, cancelled)
    return _local(source.name, _folder(source, note, steps), config, stop, steps)


def _folder(source: Source, note: Callable[[str], None], steps: Steps) -> Path:
    if source.entry and source.entry.package and source.where == "package":
        package = source.entry.package
        if done := gguf.converted(source.name, package.sha256):  # made of verified bytes: no hash again
            return done
        return gguf.folder(packaged.load(package), package.sha256, source.name, note, steps)
    if source.where == "gguf":
        path = Path(source.at)
        return gguf.folder(path, weights.sha256(path, steps), source.name, note, steps)
    if source.where == "hub":
        return hub.folder(source.at, _DEFAULT, steps)
    return Path(source.at)


def _local(name: str, folder: Path, config: Config, stop: Sequence[str], steps: Steps) -> LocalGenerator:
    steps.tell(_DOING)
    memory.check(name, weights.parameters(folder))
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    models: Any = AutoModelForCausalLM  # its type knows nothing of `output_loading_info`
    if config.threads > 0:
        torch.set_num_threads(config.threads)
    try:
        with quiet(steps, _DOING), memory.told(name), vocabulary.told(folder):
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            model, found = models.from_pretrained(
                folder,
                local_files_only=True,
                trust_remote_code=False,
                dtype=torch.float32,  # "auto" takes bfloat16, two to three times slower on most CPUs
                output_loading_info=True,
            )
    except (OSError, ValueError, KeyError, ImportError) as fault:
        raise ModelError(f"{name} cannot be loaded: {_reason(fault)}; {_OTHERWISE}") from fault
    except RuntimeError as fault:
        if "mismatched_sizes" not in str(fault):
            raise
        raise ModelError(f"the weights of {name} are not those that its config.json tells of; {_COPY}") from fault
    if missing := sorted(found["missing_keys"]):  # the library fills them with random numbers
        raise ModelError(f"{name} lacks {len(missing)} of its weights, as {missing[0]}; {_COPY}")
    return LocalGenerator(model, tokenizer, name, config, stop)


def _reason(fault: Exception) -> str:
    said = next(iter(str(fault).strip().splitlines()), type(fault).__name__).rstrip(".")
    return "its tokenizer is missing or cannot be read" if "backend tokenizer" in said else said
