"""The machine that it runs on: other processes, files that only their owner reads, deadlines, outgoing connections."""
