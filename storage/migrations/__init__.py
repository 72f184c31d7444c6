"""The schema's history: one file a step, each applied once and never changed afterwards."""
