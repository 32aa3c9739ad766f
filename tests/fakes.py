"""Stand-ins for neighbours: an embedder and a generator without weights, and models of a few kilobytes."""

from __future__ import annotations

import gc
import hashlib
import json
import weakref
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from advisor.config import Config
from advisor.types import Prompt, Turn, Usage

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
MERGES = [("Ġ", "Ġ"), ("Ċ", "Ċ")]  # two spaces, two line ends


class FakeEmbedder:
    """Bags of hashed words as unit vectors: texts that share words are near each other. Tokens are words."""

    name = "fake"
    dim = 64
    max_tokens = 256

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split() or [""]:
                row[_hash(word) % self.dim] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def count_tokens(self, text: str) -> int:
        return len(text.split())


class FakeTokens:
    """A vector of chance for each word, the same one wherever it stands. `asked` are the texts that it was given."""

    def __init__(self, dim: int, name: str = "fake") -> None:
        self.dim, self.name = dim, name
        self.asked: list[str] = []

    def tokens(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        self.asked.extend(texts)
        return [self._vectors(text) for text in texts]

    def upper(self) -> Sequence[object]:
        return ()

    def _vectors(self, text: str) -> NDArray[np.float32]:
        rows = [np.random.default_rng(_hash(word)).standard_normal(self.dim) for word in text.split()]
        return np.array(rows, dtype=np.float32).reshape(-1, self.dim)


class FakeReader:
    """Gives each text the log-odds of the first of its words that it knows."""

    def __init__(self, odds: Mapping[str, float], otherwise: float = -4.0) -> None:
        self.odds, self.otherwise = odds, otherwise
        self.read: list[str] = []

    def __call__(self, question: str, texts: Sequence[str]) -> list[float]:
        self.read.extend(texts)
        return [next((odds for word, odds in self.odds.items() if word in text), self.otherwise) for text in texts]


class FakeGenerator:
    """Gives its replies in turn, word by word, and keeps the prompts. `closed` tells of streams cut short."""

    name = "fake"
    context = 4096

    def __init__(self, *replies: str) -> None:
        self.replies = list(replies)
        self.prompts: list[Prompt] = []
        self.closed = 0
        self.usage: Usage | None = None

    def stream(self, prompt: Prompt) -> Iterator[str]:
        self.prompts.append(prompt)
        words = self.replies[(len(self.prompts) - 1) % len(self.replies)].split(" ")
        try:
            for place, word in enumerate(words):
                yield word if place == 0 else f" {word}"
            self.usage = Usage(self.count_prompt(prompt), len(words), 0.0, "end")
        except GeneratorExit:
            self.closed += 1
            self.usage = Usage(self.count_prompt(prompt), place + 1, 0.0, "stopped")
            raise

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def count_prompt(self, prompt: Prompt) -> int:
        return sum(self.count_tokens(turn.text) for turn in prompt.messages)


class Stopping(FakeGenerator):
    """Gives the one reply of its models, until all of them together were asked as often as their limit says."""

    def __init__(self, models: Models, reply: str) -> None:
        super().__init__(reply)
        self.models = models

    def stream(self, prompt: Prompt) -> Iterator[str]:
        self.models.asked += 1
        if self.models.asked > self.models.limit:
            raise KeyboardInterrupt
        return super().stream(prompt)


class Models:
    """Takes the place of `load_generator`; tells which generators are still held whenever one is handed out.

    :param others: what the models of these names say instead of `reply`.
    """

    def __init__(self, reply: str, others: Mapping[str, str] | None = None) -> None:
        self.reply, self.others = reply, others or {}
        self.given: list[weakref.ref[FakeGenerator]] = []
        self.held: list[int] = []
        self.asked, self.limit = 0, 10**6

    def __call__(self, spec: str, config: Config, api_key: str | None) -> FakeGenerator:
        gc.collect()
        self.held.append(sum(one() is not None for one in self.given))
        generator = Stopping(self, self.others.get(spec, self.reply))
        self.given.append(weakref.ref(generator))
        return generator


def ask(text: str, system: str = "") -> Prompt:
    """Return a prompt of one question."""
    turns = (Turn("system", system),) if system else ()
    return Prompt((*turns, Turn("user", text)), "test", 1)


def tiny_llama(folder: Path, template: str | None = CHATML, context: int = 256) -> Path:
    """Save a Llama of two layers with random weights and a tokenizer of bytes."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = _byte_tokenizer(template)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=context,
        bos_token_id=0,
        eos_token_id=tokenizer.eos_token_id,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def byte_tokens() -> list[str]:
    """Return the token table of the tiny models: three control tokens, the 256 bytes, two merged pairs."""
    from tokenizers.pre_tokenizers import ByteLevel

    return [
        "<|endoftext|>",
        "<|im_start|>",
        "<|im_end|>",
        *sorted(ByteLevel.alphabet()),
        *map("".join, MERGES),
    ]


def _byte_tokenizer(template: str | None):  # type: ignore[no-untyped-def]
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.BPE({token: place for place, token in enumerate(byte_tokens())}, MERGES))
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    raw.add_special_tokens(byte_tokens()[:3])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, bos_token="<|im_start|>", eos_token="<|im_end|>", pad_token="<|im_end|>"
    )
    tokenizer.chat_template = template
    return tokenizer


def tiny_embedder(folder: Path) -> Path:
    """Save a sentence-transformers BERT of one layer with random weights, 16 tokens long."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "devops", "bananas", "query:", "cloud"]
    raw = Tokenizer(models.WordLevel({word: place for place, word in enumerate(words)}, unk_token="[UNK]"))
    raw.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    raw.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=16,
    )
    BertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    kinds = {"": "Transformer", "1_Pooling": "Pooling"}
    modules = [
        {"idx": place, "name": str(place), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for place, (path, kind) in enumerate(kinds.items())
    ]
    (folder / "1_Pooling").mkdir()
    pooling = {"word_embedding_dimension": 16, "pooling_mode_mean_tokens": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 16}))
    (folder / "modules.json").write_text(json.dumps(modules))
    return folder


def tiny_gguf(path: Path, architecture: str = "llama", pre: str = "smollm") -> Path:
    """Write a Llama of one layer with random weights as a GGUF file."""
    from gguf import GGUFWriter

    tokens, wide, ahead = byte_tokens(), 32, 64
    writer = GGUFWriter(str(path), architecture)
    writer.add_name("tiny")
    writer.add_context_length(128)
    writer.add_block_count(1)
    writer.add_embedding_length(wide)
    writer.add_feed_forward_length(ahead)
    writer.add_head_count(4)
    writer.add_head_count_kv(4)
    writer.add_rope_dimension_count(wide // 4)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    writer.add_token_types([3, 3, 3] + [1] * 258)
    writer.add_token_merges([" ".join(pair) for pair in MERGES])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template(CHATML)
    random = np.random.default_rng(0)
    shapes = {"token_embd": (len(tokens), wide), "output_norm": (wide,)}
    shapes |= {f"blk.0.attn_{part}": (wide, wide) for part in ("q", "k", "v", "output")}
    shapes |= {"blk.0.attn_norm": (wide,), "blk.0.ffn_norm": (wide,), "blk.0.ffn_down": (wide, ahead)}
    shapes |= {"blk.0.ffn_gate": (ahead, wide), "blk.0.ffn_up": (ahead, wide)}
    for name, shape in shapes.items():
        writer.add_tensor(f"{name}.weight", random.normal(size=shape).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _hash(word: str) -> int:
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
