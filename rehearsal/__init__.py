"""A Slack-compatible workspace in a box, for trying the bot, for drills and for end-to-end tests."""
