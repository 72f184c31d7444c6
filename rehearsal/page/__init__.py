"""The rehearsal's page: one workspace to look at, to act in and to move the clock of, in a browser."""
