"""The call for proposals: what people offer to talk about, how a team judges it, and what becomes of it."""
