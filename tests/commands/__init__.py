"""The verbs as transcripts: somebody says something, and we look at what became of it."""
