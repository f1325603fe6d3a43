"""Who works in the office: invited by mail, with links that choose a password."""
