"""The running process: the doors in, the clock, the courier and everything that touches the world."""
