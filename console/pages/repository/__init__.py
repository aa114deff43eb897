"""A repository: a page for its artifacts, its tags, their history, what was deleted in it and what it is about."""
