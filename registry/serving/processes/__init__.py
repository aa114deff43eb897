"""The programs of an installation: what starts it, what runs it, and what it says."""
