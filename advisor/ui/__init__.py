"""The chat page: maps an Answer to widgets and holds no logic of its own."""
