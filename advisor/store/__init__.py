"""What people gave on the page, votes and feedback, kept in one SQLite file of the user's data folder."""
