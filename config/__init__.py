"""How the site is put together, and the plumbing every app stands on."""
