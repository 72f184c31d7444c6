"""What an auditor asks for: that nothing was changed, every fact, all about one release, how it once stood (DESIGN 6)."""
