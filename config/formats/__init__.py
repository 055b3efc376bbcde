"""How Django writes and reads dates, by language (settings.FORMAT_MODULE_PATH)."""
