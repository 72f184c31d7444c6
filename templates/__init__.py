"""Every word the bot says, as Jinja2 text templates; no code."""
