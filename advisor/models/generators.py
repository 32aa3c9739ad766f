"""A model's name becomes a `Generator`: a prompt to text, piece by piece, on the CPU or at an endpoint."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from advisor.config import Config
from advisor.errors import ModelError
from advisor.models import gguf, hub, memory, packaged, weights
from advisor.models.catalogue import Source, resolve
from advisor.models.endpoint import EndpointGenerator
from advisor.models.local import LocalGenerator
from advisor.models.quiet import quiet

_LOG = logging.getLogger(__name__)
_DEFAULT = "smollm2-135m"


def load_generator(
    spec: str,
    config: Config,
    *,
    stop: Sequence[str] = (),
    api_key: str | None = None,
    note: Callable[[str], None] = _LOG.info,
) -> LocalGenerator | EndpointGenerator:
    """Load the generator that `spec` names.

    :param stop: strings at which an answer ends; they are not part of it.
    :param api_key: sent to an endpoint, if it wants one.
    :param note: is told, in one line, what takes long.
    :raises ModelError: if it cannot be found, fetched, converted or held in memory.
    """
    source = resolve(spec, "generator")
    if source.where == "endpoint":
        return EndpointGenerator(source.name, source.at, source.model, config, stop, api_key)
    return _local(source.name, _folder(source, note), config, stop)


def _folder(source: Source, note: Callable[[str], None]) -> Path:
    if source.entry and source.entry.package and source.where == "package":
        package = source.entry.package
        if done := gguf.converted(source.name, package.sha256):  # made of verified bytes: no hash again
            return done
        return gguf.folder(packaged.load(package), package.sha256, source.name, note)
    if source.where == "gguf":
        return gguf.folder(Path(source.at), weights.sha256(Path(source.at)), source.name, note)
    if source.where == "hub":
        return hub.folder(source.at, otherwise=_DEFAULT)
    return Path(source.at)


def _local(name: str, folder: Path, config: Config, stop: Sequence[str]) -> LocalGenerator:
    memory.check(name, weights.parameters(folder))
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    if config.threads > 0:
        torch.set_num_threads(config.threads)
    try:
        with quiet():
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            model = AutoModelForCausalLM.from_pretrained(
                folder,
                local_files_only=True,
                trust_remote_code=False,
                dtype=torch.float32,  # "auto" takes bfloat16, two to three times slower on most CPUs
            )
    except (OSError, ValueError) as fault:
        reason = str(fault).strip().splitlines()[0].rstrip(".")
        raise ModelError(f"{name} cannot be loaded: {reason}; use {_DEFAULT} or an endpoint") from fault
    return LocalGenerator(model, tokenizer, name, config, stop)
