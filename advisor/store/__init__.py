"""What people gave on the page: conversations, votes and feedback in one SQLite file of the user's data folder, and
the documents that they added beside it."""
