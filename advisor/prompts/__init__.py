"""Versioned prompt templates: files in prompts/<task>/v<N>.md to rendered prompts."""
