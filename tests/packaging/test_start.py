"""The start script, run by the system's sh on a machine made of stand-ins.

Only the commands in TOOLS are real. What would change the machine (apt-get, sudo, pip, uv) is
a stand-in that writes down how it was called.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

TOOLS = (
    "cat",
    "chmod",
    "cksum",
    "cp",
    "dirname",
    "env",
    "grep",
    "mkdir",
    "mktemp",
    "readlink",
    "rm",
    "sed",
    "sh",
    "tail",
    "tee",
    "tr",
)

DPKG_QUERY = """
for name in "$@"; do
    case " $MISSING " in
        *" $name "*) ;;
        *) printf 'installed %s ' "$name" ;;
    esac
done
"""

# `python3` of the system, and the same again as .venv/bin/python.
PYTHON = """
case "$*" in
    --version) echo "Python $PYTHON_VERSION" ;;
    *version_info*) [ "$PYTHON_VERSION" != 3.9.2 ] ;;
    *ensurepip*) [ "$PYTHON_VERSION" != "3.11.2 without venv" ] ;;
    "-m venv "*)
        echo "venv" >>"$LOG"
        mkdir -p "$3/bin"
        cp "$0" "$3/bin/python"
        for tool in ruff lint-imports; do
            printf '#!/bin/sh\\necho "%s says fine"\\n' "$tool" >"$3/bin/$tool"
            chmod +x "$3/bin/$tool"
        done
        ;;
    "-m pip config list") printf '%s\\n' "$PIP_SETTINGS" ;;
    "-m pip "*uv.txt)
        echo "pip: uv" >>"$LOG"
        { echo '#!/bin/sh'; cat "$(dirname "$0")/../../uv-stand-in"; } >"${0%/*}/uv"
        chmod +x "${0%/*}/uv"
        ;;
    "-m pip "*--editable*)
        echo "pip: editable" >>"$LOG"
        printf '#!/bin/sh\\nfor word in "$PWD" "$@"; do echo "[$word]"; done\\n' \\
            >"${0%/*}/pactwright"
        chmod +x "${0%/*}/pactwright"
        ;;
    "-m pip "*)
        echo "pip: lock" >>"$LOG"
        echo "pip is talking"
        exit "${PIP_STATUS:-0}"
        ;;
    "-m mypy"*) echo "mypy says fine"; exit "${MYPY_STATUS:-0}" ;;
    "-m pytest"*"not window"*) echo "=== 7 passed ==="; exit "${OFFSCREEN_STATUS:-0}" ;;
    "-m pytest"*window*) echo "=== 2 passed ==="; exit "${WINDOW_STATUS:-0}" ;;
    *) echo "unexpected: $*" >>"$LOG"; exit 99 ;;
esac
"""

UV = """
echo "uv" >>"$LOG"
echo "index=$UV_DEFAULT_INDEX extra=$UV_INDEX links=$UV_FIND_LINKS" >>"$LOG"
exit "${UV_STATUS:-0}"
"""

LOCK = """\
packaging==26.3 \\
    --hash=sha256:00
uv==0.13.9 \\
    --hash=sha256:11 \\
    --hash=sha256:22
    # via pactwright (pyproject.toml)
"""


@dataclass
class Machine:
    """A project folder and a PATH; `start()` runs the script and returns what happened."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def project(self) -> Path:
        return self.folder / "the project"

    @property
    def log(self) -> list[str]:
        """How the stand-ins were called since the last look."""
        path = self.folder / "log"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    def add_command(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{text}", encoding="utf-8")
        path.chmod(0o755)

    def start(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = {
            "PATH": str(self.folder / "bin"),
            "HOME": str(self.folder),
            "LOG": str(self.folder / "log"),
            "PYTHON_VERSION": "3.11.2",
            "USER_ID": "1000",
            **self.settings,
        }
        return subprocess.run(
            ["sh", str(self.project / "packaging" / "start"), *arguments],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(project: Path, tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        real = shutil.which(tool)
        assert real, f"{tool} is not on this machine"
        (tmp_path / "bin" / tool).symlink_to(real)
    made.add_command("dpkg-query", DPKG_QUERY)
    made.add_command("id", 'echo "$USER_ID"\n')
    made.add_command("apt-get", 'echo "apt-get $*" >>"$LOG"\nexit "${APT_STATUS:-0}"\n')
    made.add_command("python3", PYTHON)
    made.add_command("xvfb-run", 'echo "xvfb-run" >>"$LOG"\nshift 3\nexec "$@"\n')
    (made.project / "packaging").mkdir(parents=True)
    shutil.copy(project / "packaging" / "start", made.project / "packaging" / "start")
    (made.project / "requirements.lock").write_text(LOCK, encoding="utf-8")
    (made.project / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    (made.project / "uv-stand-in").write_text(UV, encoding="utf-8")
    return made


def test_is_correct_for_a_posix_shell(project: Path) -> None:
    script = project / "packaging" / "start"
    subprocess.run(["sh", "-n", str(script)], check=True)
    assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    assert os.access(script, os.X_OK)
    assert os.access(project / ".ci" / "run", os.X_OK)


def test_first_start_sets_up_and_second_only_starts(machine: Machine) -> None:
    first = machine.start("evaluate", "my file.yaml", "--json")
    assert first.returncode == 0
    assert first.stdout == f"[{machine.folder}]\n[evaluate]\n[my file.yaml]\n[--json]\n"
    assert machine.log == ["venv", "pip: uv", "uv", "index= extra= links=", "pip: editable"]
    second = machine.start()
    assert second.stdout == f"[{machine.folder}]\n"
    assert second.stderr == ""
    assert machine.log == []


def test_an_interrupted_set_up_is_repaired(machine: Machine) -> None:
    machine.settings |= {"UV_STATUS": "2", "PIP_STATUS": "1"}
    broken = machine.start()
    assert broken.returncode == 1
    assert "Check the network and start again." in broken.stderr
    assert broken.stdout == ""
    machine.settings |= {"UV_STATUS": "0"}
    assert machine.log[0] == "venv"
    assert machine.start().returncode == 0
    assert machine.log[0] == "venv"


def test_a_new_lock_makes_a_new_environment(machine: Machine) -> None:
    machine.start()
    left_over = machine.project / ".venv" / "left over"
    left_over.touch()
    (machine.project / "requirements.lock").write_text(
        LOCK.replace("0.13.9", "0.14.0"), encoding="utf-8"
    )
    assert machine.log[0] == "venv"
    assert machine.start().returncode == 0
    assert machine.log[0] == "venv"
    assert not left_over.exists()


def test_a_moved_project_makes_a_new_environment(machine: Machine) -> None:
    machine.start()
    shutil.copytree(machine.project, machine.folder / "elsewhere" / "the project")
    moved = Machine(machine.folder / "elsewhere", machine.settings)
    (moved.folder / "bin").symlink_to(machine.folder / "bin")
    assert moved.start().returncode == 0
    assert moved.log[0] == "venv"


def test_new_project_settings_install_only_the_project_again(machine: Machine) -> None:
    machine.start()
    assert machine.log
    (machine.project / "pyproject.toml").write_text("[project]\n\n", encoding="utf-8")
    assert machine.start().returncode == 0
    assert machine.log == ["pip: editable"]


def test_uv_goes_where_pip_goes(machine: Machine) -> None:
    machine.settings["PIP_SETTINGS"] = "\n".join(
        [
            ":env:.find-links='/first /second'",
            "global.extra-index-url='\\nhttps://two.example/simple\\nhttps://three.example/simple'",
            "global.find-links='/not this one'",
            "global.index-url='https://one.example/simple'",
        ]
    )
    machine.start()
    assert (
        "index=https://one.example/simple"
        " extra= https://two.example/simple https://three.example/simple"
        " links=/first,/second"
    ) in machine.log
    left = [path.name for path in (machine.project / ".venv").iterdir()]
    assert "pip-settings" not in left


def test_pip_takes_over_where_uv_fails(machine: Machine) -> None:
    machine.settings["UV_STATUS"] = "2"
    done = machine.start()
    assert done.returncode == 0
    assert "pip: lock" in machine.log
    assert "pip is talking" in done.stderr


def test_missing_packages_without_rights_print_the_line(machine: Machine) -> None:
    machine.settings["MISSING"] = "libegl1 libxcb-cursor0 xvfb"
    stopped = machine.start()
    assert stopped.returncode == 1
    assert "Run this line as root, then start again:" in stopped.stderr
    line = "  apt-get install -y --no-install-recommends libegl1 libxcb-cursor0"
    assert stopped.stderr.splitlines()[-1] == line
    assert machine.log == []
    assert not (machine.project / ".venv").exists()


def test_root_installs_what_is_missing(machine: Machine) -> None:
    machine.settings |= {"MISSING": "libegl1", "USER_ID": "0"}
    assert machine.start().returncode == 0
    update, install, *_ = machine.log
    assert update.startswith("apt-get -qq")
    assert update.endswith("update")
    assert install.startswith("apt-get install -y --no-install-recommends libegl1 ")


def test_sudo_installs_what_is_missing(machine: Machine) -> None:
    machine.settings["MISSING"] = "libegl1"
    machine.add_command("sudo", 'echo "sudo $1" >>"$LOG"\nshift\n[ "$#" -eq 0 ] || exec env "$@"\n')
    machine.add_command("true", "")
    assert machine.start().returncode == 0
    log = machine.log
    assert log[0] == "sudo -n"
    assert [line for line in log if line.startswith("apt-get install")]


def test_a_failed_install_prints_the_line(machine: Machine) -> None:
    machine.settings |= {"MISSING": "libegl1", "USER_ID": "0", "APT_STATUS": "100"}
    stopped = machine.start()
    assert stopped.returncode == 1
    assert stopped.stderr.endswith("  apt-get install -y --no-install-recommends libegl1\n")


def test_tests_want_a_virtual_screen_as_well(machine: Machine) -> None:
    machine.settings["MISSING"] = "xvfb xauth"
    assert machine.start("test").stderr.endswith("--no-install-recommends xvfb xauth\n")
    assert machine.start().returncode == 0


def test_a_renamed_library_counts_as_installed(machine: Machine) -> None:
    machine.settings["MISSING"] = "libglib2.0-0"
    assert machine.start().returncode == 0
    machine.settings["MISSING"] = "libglib2.0-0 libglib2.0-0t64"
    assert machine.start().stderr.endswith("--no-install-recommends libglib2.0-0\n")


def test_a_system_without_python_gets_it(machine: Machine) -> None:
    (machine.folder / "bin" / "python3").unlink()
    machine.settings["MISSING"] = "python3 python3-venv"
    stopped = machine.start()
    assert stopped.stderr.endswith("--no-install-recommends python3 python3-venv\n")


def test_a_python_without_venv_gets_it(machine: Machine) -> None:
    machine.settings |= {"PYTHON_VERSION": "3.11.2 without venv", "MISSING": "python3-venv"}
    assert machine.start().stderr.endswith("--no-install-recommends python3-venv\n")


def test_an_old_python_gets_a_sentence(machine: Machine) -> None:
    machine.settings |= {"PYTHON_VERSION": "3.9.2", "MISSING": "libegl1", "USER_ID": "0"}
    stopped = machine.start()
    assert stopped.returncode == 1
    assert stopped.stderr == (
        "Pactwright: Python 3.11 or newer is needed; python3 here is Python 3.9.2. "
        "Install a newer Python and start again.\n"
    )
    assert machine.log == []


def test_other_systems_are_left_alone(machine: Machine) -> None:
    (machine.folder / "bin" / "dpkg-query").unlink()
    machine.settings["MISSING"] = "libegl1"
    assert machine.start().returncode == 0


def test_all_checks_are_run_and_named(machine: Machine) -> None:
    done = machine.start("test")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-7:] == [
        "== All checks passed",
        "ok      ruff format: ruff says fine",
        "ok      ruff check: ruff says fine",
        "ok      mypy: mypy says fine",
        "ok      lint-imports: lint-imports says fine",
        "ok      pytest, offscreen: 7 passed",
        "ok      pytest, window: 2 passed",
    ]
    assert machine.log[-1] == "xvfb-run"


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ("MYPY_STATUS", "mypy"),
        ("OFFSCREEN_STATUS", "pytest, offscreen"),
        ("WINDOW_STATUS", "pytest, window"),
    ],
)
def test_one_failed_check_fails_all_but_stops_none(
    machine: Machine, setting: str, name: str
) -> None:
    machine.settings[setting] = "1"
    failed = machine.start("test")
    assert failed.returncode == 1
    assert "== Some checks failed" in failed.stdout
    assert f"FAILED  {name}" in failed.stdout
    assert failed.stdout.count("\nok  ") == 5


def test_a_selection_may_leave_one_run_without_tests_but_not_both(machine: Machine) -> None:
    machine.settings["WINDOW_STATUS"] = "5"
    done = machine.start("test", "-k", "lock")
    assert done.returncode == 0
    assert "none    pytest, window" in done.stdout
    machine.settings["OFFSCREEN_STATUS"] = "5"
    assert machine.start("test", "-k", "nothing").returncode == 1
