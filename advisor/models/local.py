"""A prompt becomes text, written by a transformers model that runs in this process, on the CPU.

The model runs in a worker thread of its own for each answer; when the reader closes the stream the model
stops at its next token, and the thread is gone before `close` returns.
"""

from __future__ import annotations

from collections.abc import Generator as Pieces
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

from advisor.config import Config
from advisor.errors import ModelError
from advisor.models import chat, memory
from advisor.models.streaming import Run, Stream, until
from advisor.types import Prompt, Usage

if TYPE_CHECKING:
    from transformers import GenerationConfig, PreTrainedModel, PreTrainedTokenizerBase

_CPU = Lock()  # two models at once on one CPU are each far less than half as fast
_NO_LIMIT = 2048  # tokens; for a model that names no context
_COPIED = 10  # tokens at most that are taken from the prompt at once, if the model would write just these
_ENDS = ("<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end|>", "<end_of_turn>", "<|end_of_text|>", "</s>")


class LocalGenerator:
    """A loaded model. `usage` tells what the last finished stream took; None before the first.

    Threads may share it: their streams take turns, each until it ends or is closed, and each has a usage of its own.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        name: str,
        config: Config,
        stop: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.context = int(getattr(model.config.get_text_config(), "max_position_embeddings", _NO_LIMIT))
        self.usage: Usage | None = None
        self._model: Any = model  # its `generate` is typed as a tensor or a module
        self._tokenizer = tokenizer
        self._config = config
        self._stop = tuple(stop)
        self._ends = _ends(model, tokenizer)
        # what it copies from the prompt comes several tokens a step (prompt lookup decoding), if it can take them back
        self._copied = None if model._is_stateful else _COPIED
        model.generation_config = _plan(config, self._ends)

    def stream(self, prompt: Prompt) -> Stream:
        """Yield the answer's text piece by piece. Closing the iterator stops the model.

        :raises ModelError: at once, if prompt and answer do not fit the context; later, if another answer is
            being written for longer than the time limit.
        """
        ids = chat.encode(self._tokenizer, prompt, self.name)
        need = len(ids) + self._config.max_new_tokens
        if need > self.context:
            raise ModelError(
                f"prompt {prompt.name} has {len(ids)} tokens; with {self._config.max_new_tokens} to write "
                f"it is {need - self.context} above the {self.context} of {self.name}; give fewer passages"
            )
        spent: list[Usage] = []
        return Stream(self._write(ids, spent), spent)

    def batch(self, prompts: Sequence[Prompt], max_new_tokens: int) -> list[str]:
        """Return the answer to each prompt, all written at once: for many answers that nothing stops early.

        :raises ModelError: another answer is being written for longer than the time limit.
        """
        import torch

        rows = [chat.encode(self._tokenizer, prompt, self.name) for prompt in prompts]
        wide, pad = max(map(len, rows)), min(self._ends, default=0)
        ids = torch.tensor([[pad] * (wide - len(row)) + row for row in rows])  # a model goes on at the right end
        mask = torch.tensor([[0] * (wide - len(row)) + [1] * len(row) for row in rows])
        with _turn(self._config.time_limit), torch.inference_mode():
            torch.manual_seed(self._config.seed)
            found = self._model.generate(ids, attention_mask=mask, max_new_tokens=max_new_tokens)
        return [self._decode(row) for row in found[:, wide:].tolist()]

    def count_tokens(self, text: str) -> int:
        """Return the length of `text` in the model's own tokens, without special tokens."""
        return len(self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])

    def count_prompt(self, prompt: Prompt) -> int:
        """Return the length of a whole prompt, the chat template's own tokens included."""
        return len(chat.encode(self._tokenizer, prompt, self.name))

    def _write(self, ids: list[int], spent: list[Usage]) -> Pieces[str, None, None]:
        with _turn(self._config.time_limit), memory.told(self.name):
            run = Run(self._config.time_limit)
            try:
                with ThreadPoolExecutor(1, "generate") as pool:
                    work = pool.submit(self._generate, ids, run)
                    work.add_done_callback(run.close)
                    try:
                        yield from until(run.pieces(self._decode), self._stop)
                    finally:
                        run.stop.set()
                work.result()  # raises here what was raised there
            finally:
                self.usage = run.usage(len(ids), self._ends, self._config.max_new_tokens)
                spent.append(self.usage)

    def _generate(self, ids: list[int], run: Run) -> None:
        import torch
        from transformers import StoppingCriteriaList

        torch.manual_seed(self._config.seed)
        prompt = torch.tensor([ids])
        with torch.inference_mode():
            self._model.generate(
                prompt,
                attention_mask=torch.ones_like(prompt),
                prompt_lookup_num_tokens=self._copied,
                streamer=run,
                stopping_criteria=StoppingCriteriaList([run.due]),
            )

    def _decode(self, ids: list[int]) -> str:
        return str(self._tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))


@contextmanager
def _turn(limit: float) -> Iterator[None]:
    if not _CPU.acquire(timeout=limit):
        raise ModelError(f"another answer has been in the making for {limit:.0f} s; try again when it is done")
    try:
        yield
    finally:
        _CPU.release()


def _ends(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """Return the tokens that end an answer: the model's, the tokenizer's, and the well-known ones."""
    named = model.generation_config.eos_token_id if model.generation_config else None
    known = tokenizer.get_vocab()
    ends = {*(named if isinstance(named, list) else [named]), tokenizer.eos_token_id}
    return frozenset(end for end in ends | {known.get(token) for token in _ENDS} if isinstance(end, int))


def _plan(config: Config, ends: frozenset[int]) -> GenerationConfig:
    """Return the settings of every generation, none of them left to the model's own file of defaults."""
    from transformers import GenerationConfig

    sampling = {"temperature": config.temperature, "top_k": 0, "top_p": 1.0} if config.temperature > 0 else {}
    return GenerationConfig(
        max_new_tokens=config.max_new_tokens,
        do_sample=config.temperature > 0,
        eos_token_id=sorted(ends) or None,
        pad_token_id=min(ends, default=0),
        repetition_penalty=1.0,
        **sampling,
    )
