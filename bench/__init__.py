"""`make bench`: Roadstead beside the stock docker-registry, in the same run on the same machine.

Servers are all up at once; each round takes the works in a random order and, within a work, the
contestants in a random order; figures are medians over the rounds. See docs/benchmarks.md."""
