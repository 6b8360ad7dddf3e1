"""The event stream of each job: in memory within a process, on Redis or Valkey between processes."""
