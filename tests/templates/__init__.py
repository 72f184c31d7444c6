"""Tests of every word the bot says."""
