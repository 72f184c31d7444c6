"""The law of presumptive releases: pure rules over plain values, the standard library only."""
