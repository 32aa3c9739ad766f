"""The one path from a question to an Answer: rewrite, retrieve, decide, prompt, generate, ground, cite."""
