"""Items and a system to scores. Knows how to score, never how to answer."""
