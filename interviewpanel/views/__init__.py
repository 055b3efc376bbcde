"""What lies behind a candidate's private link: `join` is the page itself, the others stand below it."""
