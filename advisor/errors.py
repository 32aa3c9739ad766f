"""The error tree. Each message says what was found, what was expected and the command that mends it.

Only the CLI and the page turn an `AdvisorError` into a line for a person; any other exception is a bug and
keeps its traceback.
"""


class AdvisorError(Exception):
    """Something a person can mend."""


class CorpusError(AdvisorError):
    """A document cannot be read."""


class IndexMissing(AdvisorError):
    """There is no index where one was asked for."""


class StaleIndex(AdvisorError):
    """The index was built from other documents, another model or another format."""


class PromptError(AdvisorError):
    """A prompt template is missing, malformed or was changed after its release."""


class ModelError(AdvisorError):
    """A model cannot be found, loaded or reached."""


class ItemError(AdvisorError):
    """An eval item is malformed, or its evidence cannot be found."""
