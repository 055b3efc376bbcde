"""What a machine that cannot render reports is told."""

from pathlib import Path

from django.core.checks import Warning

from reports.checks import check_fonts, check_libraries, check_report_rendering


def test_this_machine_can_render() -> None:
    assert check_report_rendering() == []


def test_missing_libraries_are_named_with_the_command_that_installs_them() -> None:
    libraries = {
        "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
        "libnowhere1": ("libnowhere.so.1",),
        "libneither2": ("libneither.so.2", "libneither.dylib"),
    }
    assert check_libraries(libraries) == [
        Warning(
            "Reports cannot be made: WeasyPrint needs libnowhere1, libneither2. Interviews go on; their reports wait.",
            hint="On Debian and Ubuntu: apt-get install libnowhere1 libneither2. On macOS: brew install pango.",
            id="reports.W001",
        )
    ]


def test_a_machine_without_fonts_is_told_before_the_first_empty_page(tmp_path: Path) -> None:
    warnings = check_fonts([tmp_path, tmp_path / "not there"])
    assert [(one.id, one.hint) for one in warnings] == [
        ("reports.W002", "On Debian and Ubuntu: apt-get install fonts-dejavu-core")
    ]
    (tmp_path / "truetype").mkdir()
    (tmp_path / "truetype" / "DejaVuSans.ttf").touch()
    assert check_fonts([tmp_path]) == []
    assert check_fonts([]) == []
