"""``sightglass`` itself: its commands in their order, and how it ends when the outside ends it."""

from __future__ import annotations

import click
from click.testing import CliRunner

from sightglass.cli.main import INTERRUPTED, Program, program


def test_commands_are_shown_in_the_order_of_their_use() -> None:
    shown = CliRunner().invoke(program, ["--help"]).stdout.partition("Commands:")[2]
    names = [line.split()[0] for line in shown.splitlines() if line.startswith("  ") and line[2] != " "]
    assert names == ["analyze", "decode", "match", "open", "rules", "lab"]


def test_every_command_explains_itself_and_each_of_its_parameters() -> None:
    commands = [*program.commands.values()]
    for command in commands:
        if isinstance(command, click.Group):
            commands.extend(command.commands.values())
        assert command.help, command.name
        for parameter in command.params:
            assert parameter.help, f"{command.name} {parameter.name}"


def test_an_interrupted_command_ends_as_a_shell_counts_it_and_without_a_traceback() -> None:
    group = Program()

    @group.command()
    def long() -> None:
        raise KeyboardInterrupt

    result = CliRunner().invoke(group, ["long"])
    assert result.exit_code == INTERRUPTED == 130
    assert "Traceback" not in result.output
