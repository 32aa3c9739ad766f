"""A career advisor that answers from documents it can show."""

__version__ = "0.1.0"
