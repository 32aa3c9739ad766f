"""A model's name becomes an `Embedder`: text to unit vectors on the CPU, in float32."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from advisor.errors import ModelError
from advisor.models import hub, memory, packaged, vocabulary, weights, worker
from advisor.models.catalogue import Source, resolve
from advisor.models.quiet import quiet
from advisor.types import Embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

_BATCH = 32  # texts whose tokens are looked at at once
_LONGEST = 8192  # tokens; some models name no limit


def load_embedder(spec: str, threads: int = 0) -> Embedder:
    """Load the embedder that `spec` names; `threads` above 0 sets the CPU threads of the whole process.

    :raises ModelError: if it cannot be found, fetched or held in memory, or its tokenizer is none.
    """
    source = resolve(spec, "embedder")
    folder, name = _locate(source)
    memory.check(source.name, weights.parameters(folder))
    model = _load(folder, threads)
    entry = source.entry
    query, passage = (entry.query_prefix, entry.passage_prefix) if entry else ("", "")
    embedder = LocalEmbedder(
        model,
        name,
        query or model.prompts.get("query") or "",
        passage or model.prompts.get("document") or "",
    )
    with vocabulary.told(folder):  # a vocabulary without a token for what it lacks fails here, not at some question
        embedder.count_tokens(vocabulary.RARE)
    return embedder


def identity(spec: str) -> str:
    """Return the name that `load_embedder(spec).name` would have, without loading the model."""
    return _locate(resolve(spec, "embedder"))[1]


def _locate(source: Source) -> tuple[Path, str]:
    """Return the model's folder, and the name by which an index remembers exactly these weights."""
    if source.entry and source.where == "package" and source.entry.package:
        path = packaged.load(source.entry.package)
        return path.parent, f"{source.name}:{source.entry.package.sha256[:12]}"
    if source.where == "hub":
        folder = hub.folder(source.at, otherwise="minilm")
        return folder, f"{source.at}@{folder.name[:12]}"  # the cache names a folder after its commit
    return Path(source.at), f"{source.name}:{weights.digest(Path(source.at))[:12]}"


def _load(folder: Path, threads: int) -> SentenceTransformer:
    import torch
    from sentence_transformers import SentenceTransformer

    if threads > 0:
        torch.set_num_threads(threads)
    with quiet(), vocabulary.told(folder):
        return SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"dtype": torch.float32},
        )


class LocalEmbedder:
    """A sentence-transformers model. The lock is there because its tokenizer is not safe between threads; it is never
    held by who waits for the worker."""

    def __init__(self, model: SentenceTransformer, name: str, query_prefix: str, passage_prefix: str) -> None:
        self.name = name
        self.dim = int(model.encode([""], show_progress_bar=False).shape[1])
        self.max_tokens = int(min(model.max_seq_length or _LONGEST, _LONGEST))
        self._model = model
        self._prefix = {True: query_prefix, False: passage_prefix}
        self._lock = Lock()

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """Return `(n, d) float32`, unit rows, in the order of `texts`; no text gives `(0, d)`."""
        import numpy as np

        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        return np.asarray(worker.run(self._encode, list(texts), self._prefix[query]), dtype=np.float32)

    def _encode(self, texts: list[str], prefix: str) -> NDArray[np.float32]:
        with self._lock:
            return self._model.encode(texts, prompt=prefix, normalize_embeddings=True, show_progress_bar=False)

    def tokens(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """Return `(n, 2 * dim) float32` of each text: for each of its tokens but the special ones, in its context, its
        vector in the model's middle layer, and in the last, which blurs what the former tells apart.

        :raises ModelError: the model has no layers.
        """
        return worker.run(self._tokens, texts)

    def _tokens(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        import torch

        module = getattr(self._model[0], "auto_model", None)
        if module is None:
            raise ModelError(f"{self.name} has no layers whose vectors could be read; take a transformer")
        found: dict[str, NDArray[np.float32]] = {}
        ordered = sorted(set(texts), key=len)
        for some in (ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH)):
            with self._lock:
                given = self._model.tokenizer(
                    some,
                    padding=True,
                    truncation=True,
                    max_length=self.max_tokens,
                    return_special_tokens_mask=True,
                    return_tensors="pt",
                )
            own = (given.pop("special_tokens_mask") == 0) & (given["attention_mask"] == 1)
            with torch.inference_mode():
                layers = module(**given, output_hidden_states=True).hidden_states
            rows = torch.cat([layers[len(layers) // 2], layers[-1]], -1)
            found |= {text: rows[place][own[place]].numpy() for place, text in enumerate(some)}
        return [found[text] for text in texts]

    def upper(self) -> Sequence[Any]:
        """Return the BERT layers above the middle one, lowest first; none, if the model is built otherwise."""
        from transformers.models.bert.modeling_bert import BertLayer

        layers = getattr(getattr(getattr(self._model[0], "auto_model", None), "encoder", None), "layer", ())
        return [one for one in layers[len(layers) // 2 :] if isinstance(one, BertLayer)]

    def count_tokens(self, text: str) -> int:
        """Return the tokens that `text` takes as a passage, uncut: prefix and special tokens included."""
        from tokenizers import Tokenizer

        text = self._prefix[False] + text
        with self._lock:
            tokenizer = self._model.tokenizer
            if isinstance(tokenizer, Tokenizer):  # static models carry a bare one
                return len(tokenizer.encode(text).ids)
            return len(tokenizer(text, truncation=False, verbose=False)["input_ids"])
