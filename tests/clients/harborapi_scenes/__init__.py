"""What the Python package `harborapi` can do, done with a running Roadstead.

Runs by itself, in an environment that has nothing but that package: see tests/clients/test_harborapi.py. Each scene
is a function that takes a Stage; the client on it remembers which of its methods have been called."""
