"""The program ``sightglass``."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from sightglass.cli import analyze, decode, lab, match, open, rules  # noqa: A004 - the command's name

VERSION = "0.1.0"
INTERRUPTED = 130
"""How a shell counts a program that Ctrl-C ended."""


class Program(click.Group):
    """All commands, in the order of their use, and how they end when the outside ends them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of registration."""
        del ctx
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader of our output went away; nothing is left to say, and Python must not say it for us.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(VERSION, message="sightglass %(version)s", help="Show the version.")
def program() -> None:
    """See what is in an industrial network, who talks to whom, what is wrong and what is weak. Sends nothing."""


for _command in (analyze, decode, match, open, rules, lab):
    _command.register(program)


def main() -> None:
    """Run the program."""
    program.main(prog_name="sightglass")


if __name__ == "__main__":
    main()
