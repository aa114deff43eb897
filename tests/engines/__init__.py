"""Real container tools, run as their users run them: each in a folder of its own, leaving nothing behind."""
