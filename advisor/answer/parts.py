"""A question that asks several things to its questions, each of which can be asked by itself."""

from __future__ import annotations

import re

_OPENS = r"(?:who|whom|whose|what|which|when|where|why|how)\b"
_ONE = r"(?:(?:i|we|you|it|they|he|she|there|one|an?|the|that|this|these|those|their|my|his|her)\b|(?-i:[A-Z]))"
_AUX = r"(?:is|are|was|were|do|does|did|can|could|should|will|would|has|have)"
_ASKS = rf"(?:{_OPENS}|{_AUX} {_ONE})"
_ELSE = r"(?:in|at|for|of|with|as|on) (?!(?:what|which|whom|whose|how)\b)"  # and in Germany?
_BEGINS = re.compile(
    rf"^(?:(?:please|so|and|but|also),? )?(?:(?:tell me|i(?: want|['’]d like| would like) to know)(?: about)?,? "
    rf"|(?:explain|describe|define|compare|list|name|give me)\b|(?:the )?differences? between\b|{_OPENS}|{_AUX}\b)",
    re.IGNORECASE,
)
_BREAK = re.compile(
    rf"(?:,? (?:and|plus|but)(?: also| then| if so,?)? |[?;.] +(?:(?:and|but|also|plus|if so)\b,? )?)(?={_ASKS})"
    rf"|(?:, | ?\? +)(?=(?:and|or) (?:{_ELSE}|{_OPENS}))",
    re.IGNORECASE,
)
MOST = 3  # questions in one


def parted(question: str) -> list[str]:
    """Return the questions that a question is made of, in order; none where it asks one thing. A later one may lean on
    the first: "and in Germany?"."""
    parts = [part.strip(" ,;.!?") for part in _BREAK.split(question.strip())]
    is_asked = _BEGINS.match(parts[0]) or question.strip().startswith(f"{parts[0]}?")
    if not 1 < len(parts) <= MOST or not all(parts) or not is_asked:
        return []
    return [f"{part[0].upper()}{part[1:]}?" for part in parts]
