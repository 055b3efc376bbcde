"""Tags of the desk's pages about panels and interviews."""
