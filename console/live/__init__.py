"""What pages are told while they stand open, by websockets: the logs of jobs."""
