"""A GGUF file becomes, once, a folder of float32 safetensors in the cache; later loads take that folder.

transformers dequantizes a GGUF file at every load, which takes tens of seconds and saves no memory. The
folder is written beside its final place and moved in when whole, so that a killed conversion leaves nothing
half-made.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from advisor import paths
from advisor.errors import ModelError
from advisor.models import gguf_header, memory
from advisor.models.gguf_header import Header
from advisor.models.quiet import quiet
from advisor.models.steps import Steps

if TYPE_CHECKING:
    from filelock import BaseFileLock
    from transformers import PreTrainedTokenizerBase

Note = Callable[[str], None]

_DOING = "converting the weights, once"
_LOOK = 0.5  # seconds between two looks at whether another program is done
_LOG = logging.getLogger(__name__)
_SAMPLES = ("₹900,000", "C++", "CI/CD", "one\n\n2. two\n", "don't  stop")
_ADVICE = "use the model's hub id, or serve the file with Ollama or llama.cpp and name it openai:URL#model"
# Vocabularies learned with each digit cut off first, of which transformers' converter knows nothing.
# The list is that of llama.cpp: src/llama-vocab.cpp, the case with "\\p{N}" before the GPT-2 pattern.
_DIGITS_FIRST = frozenset({"smollm", "starcoder", "refact", "command-r", "codeshell"})


def folder(path: Path, sha256: str, name: str, note: Note = _LOG.info, steps: Steps | None = None) -> Path:
    """Return the converted form of a GGUF file, converting it if the cache does not hold it.

    :param note: is told, in one line, what takes long.
    :raises Cancelled: `steps` says so; nothing half-made is left.
    :raises ModelError: if the model cannot be converted, or there is no room for it.
    """
    if done := converted(name, sha256):
        return done
    from filelock import FileLock

    target, steps = _target(name, sha256), steps or Steps(name)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(target.with_name(f"{target.name}.lock"))
        with _held(lock, steps):  # a second process waits here, and then finds the first one's work
            if not converted(name, sha256):
                _into_place(path, target, name, note, steps)
    except PermissionError as fault:
        raise ModelError(f"{target.parent} cannot be written to; set ADVISOR_CACHE to a folder that can") from fault
    return target


def converted(name: str, sha256: str) -> Path | None:
    """Return the converted form of a GGUF file if the cache holds it."""
    target = _target(name, sha256)
    return target if (target / "config.json").is_file() else None


def _target(name: str, sha256: str) -> Path:
    return paths.cache() / "models" / f"{name}-{sha256[:12]}"


@contextmanager
def _held(lock: BaseFileLock, steps: Steps) -> Iterator[None]:
    from filelock import Timeout

    doing = _DOING
    while not lock.is_locked:
        steps.tell(doing)
        with suppress(Timeout):
            lock.acquire(timeout=_LOOK)
        doing = f"{_DOING}, in another program"
    try:
        yield
    finally:
        lock.release()


def _into_place(path: Path, target: Path, name: str, note: Note, steps: Steps) -> None:
    header = gguf_header.read(path)
    memory.check(name, header.parameters)
    need, left = header.parameters * 4.1, shutil.disk_usage(target.parent).free
    if need > left:
        raise ModelError(
            f"{name} needs {need / 1e9:.1f} GB in {target.parent}, where {left / 1e9:.1f} GB are free; "
            "set ADVISOR_CACHE to a folder with room"
        )
    note(f"converting {path.name} once, which takes about half a minute for each 100 MB")
    part = target.with_name(f"{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)  # of a conversion that was killed: the lock is ours
    try:
        with memory.told(name):
            _convert(path, part, header, steps)
        part.replace(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _convert(path: Path, part: Path, header: Header, steps: Steps) -> None:
    steps.tell(_DOING)
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    place = str(path.parent)
    try:
        with quiet(steps, _DOING):
            tokenizer = AutoTokenizer.from_pretrained(place, gguf_file=path.name, local_files_only=True)
            model = AutoModelForCausalLM.from_pretrained(
                place,
                gguf_file=path.name,
                local_files_only=True,
                dtype=torch.float32,
                quantization_config=GgufConfig(dequantize=True),
            )
    except ImportError as fault:
        raise ModelError("GGUF files need two libraries more; run: pip install gguf accelerate") from fault
    except (ValueError, KeyError) as fault:  # a KeyError names what the file's metadata lacks
        reason = str(fault).splitlines()[0].rstrip(".")
        raise ModelError(f"{path.name} cannot be converted: {reason}; {_ADVICE}") from fault
    mend(tokenizer, header)
    check(tokenizer, header, path.name)
    steps.tell("writing the converted weights, once")
    with quiet():
        model.save_pretrained(part)
        tokenizer.save_pretrained(part)
    steps.tell("writing the converted weights, once", 1.0)


def mend(tokenizer: PreTrainedTokenizerBase, header: Header) -> None:
    """Give the tokenizer back the cut at each digit that transformers' converter drops."""
    if header.text("tokenizer.ggml.pre") not in _DIGITS_FIRST:
        return
    from tokenizers.pre_tokenizers import ByteLevel, Digits, Sequence

    cuts = [Digits(individual_digits=True), ByteLevel(add_prefix_space=False)]
    tokenizer.backend_tokenizer.pre_tokenizer = Sequence(cuts)


def check(tokenizer: PreTrainedTokenizerBase, header: Header, name: str) -> None:
    """Compare a converted tokenizer with the file that it came from.

    :raises ModelError: if the end token, the vocabulary, the chat template or a sample text differs.
    """
    if faults := _faults(tokenizer, header):
        raise ModelError(f"{name} was not converted rightly ({'; '.join(faults)}); {_ADVICE}")


def _faults(tokenizer: PreTrainedTokenizerBase, header: Header) -> list[str]:
    faults = []
    tokens, end = header.tokens(), header.number("tokenizer.ggml.eos_token_id")
    if end is not None and tokenizer.eos_token_id != end:
        faults.append(f"end token {tokenizer.eos_token_id}, in the file {end}")
    if len(tokenizer) > len(tokens):
        faults.append(f"{len(tokenizer)} tokens, in the file {len(tokens)}")
    if (tokenizer.chat_template or "") != header.text("tokenizer.chat_template"):
        faults.append("another chat template")
    for sample in _SAMPLES:
        ids = tokenizer(sample, add_special_tokens=False)["input_ids"]
        text = str(tokenizer.decode(ids, clean_up_tokenization_spaces=False))
        if text.removeprefix(" ") != sample:  # sentencepiece puts a space before a text
            faults.append(f"{sample!r} is not kept")
    return faults
