#!/usr/bin/env python
"""Django's command-line entry point."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")  # noqa: TID251 - before settings exist
    from config.command_line import run_command_line

    run_command_line(sys.argv)


if __name__ == "__main__":
    main()
