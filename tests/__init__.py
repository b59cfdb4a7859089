"""The tests. Top level: cross-cutting; `unit`: no browser; `browser`: real hosts; `benchmarks`: scripts."""
