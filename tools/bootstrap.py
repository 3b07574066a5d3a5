"""From a bare checkout to a command of the project.

Makes the virtual environment, installs what is locked, looks for the system's libraries, and
hands over. It runs on the system's own Python before anything is installed, so it uses the
standard library alone. Done a second time, each step sees that there is nothing to do.
"""

from __future__ import annotations

import ctypes
import fcntl
import glob
import hashlib
import os
import secrets
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
REQUIREMENTS = {name: ROOT / "requirements" / (name + ".txt") for name in ("base", "dev")}
OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.13", "python3.12", "python3.11")


class CannotGoOn(Exception):
    """Something only a person can put right; its words say what to do."""


def say(words=""):
    print(words, flush=True)


# Python ---------------------------------------------------------------------------------


def use_a_python_that_will_do():
    """Goes on under Python 3.11 or newer, wherever on this machine it is."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    for name in NEWER_PYTHONS:
        newer_python = shutil.which(name)
        if newer_python:
            os.execv(newer_python, [newer_python, *sys.argv])
    raise CannotGoOn(
        f"Peerwork needs Python 3.11 or newer, and this is Python {sys.version.split()[0]}.\n"
        "Install a newer one and say where it is:  make run PYTHON=/path/to/python3.11"
    )


def can_run(*command):
    result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return result.returncode == 0


def make_venv():
    """The virtual environment, made again where it is half made or its Python has gone."""
    if VENV_PYTHON.exists() and can_run(str(VENV_PYTHON), "-c", "import pip"):
        return
    say("Making a virtual environment in .venv ...")
    if not can_run(sys.executable, "-c", "import ensurepip, venv"):
        install_system_packages(["python3-venv"], "Python's venv module")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise CannotGoOn(
            f"The virtual environment could not be made:\n\n{result.stdout}{result.stderr}\n"
            "On Debian, run  apt-get install -y python3-venv  and try again."
        )


def stamp_for(requirements):
    """What is written down once these requirements are installed: change them, and it differs."""
    version = ".".join(map(str, sys.version_info[:2]))
    return version + " " + hashlib.sha256(requirements.read_bytes()).hexdigest()


def is_installed(name):
    # The development packages include all that the site itself needs.
    names = ("base", "dev") if name == "base" else ("dev",)
    stamps = [VENV / (each + ".installed") for each in names]
    return any(
        stamp.exists() and stamp.read_text() == stamp_for(REQUIREMENTS[each])
        for stamp, each in zip(stamps, names)  # noqa: B905  must also run on old Pythons
    )


def install_python_packages(name):
    """The locked packages, each checked against its hash."""
    make_venv()
    if is_installed(name):
        return
    requirements = REQUIREMENTS[name]
    lines = requirements.read_text().splitlines()
    count = sum("==" in line for line in lines)
    say(f"Installing {count} Python packages from requirements/{name}.txt ...")
    command = [str(VENV_PYTHON), "-m", "pip", "install", "--no-deps", "--require-hashes"]
    command += ["--disable-pip-version-check", "--no-input", "-r", str(requirements)]
    lines, done = [], 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as pip:
        for line in pip.stdout:
            lines.append(line.rstrip())
            if line.startswith(("Collecting ", "Requirement already", "Processing ")):
                done += 1
                if done % 20 == 0:
                    say(f"  {done} of {count} found")
            elif line.startswith("Installing collected"):
                say("  putting them in place")
    if pip.returncode:
        tail = "\n".join("  " + line for line in lines[-15:] if "is ignored" not in line)
        raise CannotGoOn(
            f"pip could not install the packages:\n\n{tail}\n\n"
            "Check that this machine can reach the package index, then try again. "
            "What was done so far is kept."
        )
    (VENV / (name + ".installed")).write_text(stamp_for(requirements))


# The system -----------------------------------------------------------------------------


def lacks_library(soname):
    try:
        ctypes.CDLL(soname)
    except OSError:
        return True
    return False


def lacks_program(*names):
    return not any(shutil.which(name) for name in names)


def lacks_fonts():
    return not Path("/usr/share/fonts/truetype/noto/NotoSerif-Regular.ttf").exists()


def lacks_east_asian_fonts():
    return not Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc").exists()


def lacks_jar(name):
    return not Path("/usr/share/java", name + ".jar").exists()


def lacks_postgresql():
    return not glob.glob("/usr/lib/postgresql/*/bin/initdb") and lacks_program("initdb")


def lacks_browser():
    return not os.environ.get("CHROMIUM") and lacks_program(*BROWSERS)


# Any will do; the first takes less than half of the processor.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
# What each part needs of the system: Debian's package, whether it is missing.
FOR_THE_SITE = [
    ("libpango-1.0-0", lambda: lacks_library("libpango-1.0.so.0")),
    ("libpangoft2-1.0-0", lambda: lacks_library("libpangoft2-1.0.so.0")),
    ("libharfbuzz-subset0", lambda: lacks_library("libharfbuzz-subset.so.0")),
    ("fonts-noto-core", lacks_fonts),
]
# What is better to have, and stops nothing: without it such a name waits for its certificate.
FOR_EAST_ASIAN_NAMES = [("fonts-noto-cjk", lacks_east_asian_fonts)]
FOR_THE_TESTS = [
    ("chromium-headless-shell", lacks_browser),
    ("poppler-utils", lambda: lacks_program("pdftoppm")),
    ("postgresql", lacks_postgresql),
    ("redis-server", lambda: lacks_program("redis-server", "valkey-server")),
    # What stands in for a token that holds keys.
    ("softhsm2", lambda: lacks_program("softhsm2-util")),
    ("gettext", lambda: lacks_program("xgettext") or lacks_program("msgfmt")),
    *FOR_EAST_ASIAN_NAMES,
    # veraPDF, which judges the certificates.
    ("default-jre-headless", lambda: lacks_program("java")),
    ("libjaxb-java", lambda: lacks_jar("jaxb-runtime")),
]


def need_system_packages(wanted, reason):
    missing = [package for package, is_missing in wanted if is_missing()]
    if missing:
        install_system_packages(missing, reason)
        still = [package for package, is_missing in wanted if is_missing()]
        if still:
            raise CannotGoOn(
                f"{' '.join(missing)} did not bring what is needed. "
                f"Install by hand: {' '.join(still)}"
            )


def ask_for_system_packages(wanted, reason):
    """Installs them where it can, or else prints the one command, and goes on."""
    missing = [package for package, is_missing in wanted if is_missing()]
    if not missing:
        return
    try:
        install_system_packages(missing, reason)
    except CannotGoOn as problem:
        say(f"{problem}\n\nThe site works without them; it is started now.\n")


def install_system_packages(packages, reason):
    """Installs through apt when we may; else names the one command to run."""
    names = " ".join(packages)
    by_hand = "apt-get install -y --no-install-recommends " + names
    if lacks_program("apt-get"):
        raise CannotGoOn(
            f"This machine lacks {reason}, known on Debian as: {names}\n"
            "Install them with your system's own tools, then try again."
        )
    if os.geteuid() != 0:
        raise CannotGoOn(
            f"This machine lacks {reason}. Run this one command, then try again:\n\n"
            f"  sudo sh -c 'apt-get update && {by_hand}'"
        )
    say(f"Installing {reason}: {names} ...")
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in ("apt-get update -q", by_hand.replace("-y", "-y -q")):
        result = subprocess.run(command.split(), env=quiet, capture_output=True, text=True)
        if result.returncode:
            tail = "\n".join((result.stdout + result.stderr).splitlines()[-12:])
            raise CannotGoOn(
                f"`{command}` did not work:\n\n{tail}\n\nPut that right, or run by hand:  {by_hand}"
            )


# The commands ---------------------------------------------------------------------------


def hand_over(*command, env=None):
    """Becomes the command, so that signals reach it and its exit code is ours."""
    os.chdir(str(ROOT))
    sys.stdout.flush()
    os.execve(command[0], list(command), env or dict(os.environ))


def write_privately(path, words):
    """The whole file or none of it, readable by nobody else."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        file = os.open(str(unfinished), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "w", encoding="utf-8") as opened:
            opened.write(words)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(str(unfinished), str(path))
    except OSError:
        if unfinished.exists():
            unfinished.unlink()
        raise


def secret_key(var):
    """The site's own secret, made once and readable by nobody else.

    An empty file is what a full disk or a power cut leaves, and holds no secret.
    """
    path = var / "secret_key"
    if not path.exists() or not path.read_text().strip():
        write_privately(path, secrets.token_urlsafe(64))
    return path.read_text().strip()


# What `make run` chooses for the demonstration, and what it hands on where it was told.
CHOSEN = (
    "DJANGO_SETTINGS_MODULE",
    "DEMONSTRATION",
    "BASE_URL",
    "PORT",
    "VAR_DIR",
    "SECRET_KEY",
    "LOG_LEVEL",
)
HANDED_ON = (
    "ALLOWED_HOSTS",
    "BACKUP_DIR",
    "BACKUP_KEY",
    "CACHE_URL",
    "DATABASE_URL",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_URL",
    "SEAL_KEYS",
    "SEAL_KEYS_PASSPHRASE",
    "SEAL_KEY_STORE",
    "TASKS",
    "TIMESTAMP_URL",
)


def write_down(settings, var):
    """What the demonstration runs with, where manage.py finds it for every other command."""
    chosen_names = [name for name in CHOSEN + HANDED_ON if settings.get(name)]
    lines = [f"{name}={shlex.quote(settings[name])}\n" for name in chosen_names]
    write_privately(var / "demonstration.env", "".join(lines))


def chosen_port():
    port = os.environ.get("PORT", "").strip() or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise CannotGoOn(f"PORT is {port!r}. Give a number from 1 to 65535, such as 8000.")
    return port


def end_with_make():
    """What goes before a command that must stop when the make that started it is killed."""
    setpriv = shutil.which("setpriv")
    if "MAKELEVEL" not in os.environ or not setpriv:
        return []
    tied = [setpriv, "--pdeathsig", "TERM"]
    return tied if can_run(*tied, "true") else []


def be_the_only_run(var):
    """Nothing else begins to run from this folder for as long as this process lives, whatever it
    becomes: two that made a database at once would spoil it for each other."""
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(str(var / "run.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        other = os.read(lock, 200).decode("utf-8", "replace").strip() or "another `make run`"
        raise CannotGoOn(
            f"Peerwork already runs from {var}: {other}.\n"
            "Use that one, or stop it with Ctrl-C and start again. For a second site beside it:\n\n"
            "  make run VAR_DIR=/another/folder PORT=8001"
        ) from None
    started = time.strftime("%H:%M UTC", time.gmtime())
    os.ftruncate(lock, 0)
    os.write(lock, f"`make run`, process {os.getpid()}, since {started}".encode())
    os.set_inheritable(lock, True)


def run():
    port = chosen_port()
    install_python_packages("base")
    need_system_packages(FOR_THE_SITE, "the libraries and fonts that certificates are drawn with")
    ask_for_system_packages(
        FOR_EAST_ASIAN_NAMES, "the letters for Chinese, Japanese and Korean names"
    )
    var = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    os.umask(0o077)
    try:
        be_the_only_run(var)
        settings = dict(
            os.environ,
            DJANGO_SETTINGS_MODULE="lms.settings.base",
            DEMONSTRATION="1",
            BASE_URL="http://127.0.0.1:" + port,
            PORT=port,
            VAR_DIR=str(var),
            SECRET_KEY=secret_key(var),
            LOG_LEVEL=os.environ.get("LOG_LEVEL") or "WARNING",
        )
        write_down(settings, var)
    except OSError as error:
        raise CannotGoOn(f"The folder {var} cannot be written: {error.strerror}") from error
    serve = [str(VENV_PYTHON), "manage.py", "serve", "--demonstration"]
    hand_over(*end_with_make(), *serve, env=settings)


def dev():
    install_python_packages("dev")


def test(*arguments):
    install_python_packages("dev")
    need_system_packages(FOR_THE_SITE, "the libraries and fonts that certificates are drawn with")
    need_system_packages(FOR_THE_TESTS, "the programs that the tests use")
    hand_over(str(VENV_PYTHON), "-m", "tools.suite", *arguments)


def lint():
    install_python_packages("dev")
    hand_over(str(VENV_PYTHON), "tools/lint.py")


def bench(*arguments):
    install_python_packages("dev")
    need_system_packages(FOR_THE_SITE, "the libraries and fonts that certificates are drawn with")
    hand_over(str(VENV_PYTHON), "-m", "bench", *arguments)


def screenshots(*arguments):
    install_python_packages("dev")
    need_system_packages(FOR_THE_SITE, "the libraries and fonts that certificates are drawn with")
    need_system_packages(FOR_THE_TESTS[:2], "a browser, and what shows a PDF as a picture")
    hand_over(str(VENV_PYTHON), "-m", "tests.screenshots", *arguments)


def lock():
    """Both lists again, with hashes and without the address of any index."""
    make_venv()
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        say("Installing uv, which works the lists out ...")
        subprocess.run([str(VENV_PYTHON), "-m", "pip", "install", "-qq", "uv"], check=True)
    compile_ = [str(uv), "pip", "compile", "-q", "--generate-hashes", "--no-emit-index-url"]
    compile_ += ["--no-annotate", "--no-header", "--python-version", "3.11", "pyproject.toml"]
    os.chdir(str(ROOT))
    subprocess.run([*compile_, "-o", "requirements/base.txt"], check=True)
    # The same releases in both, so that what is tested is what is served.
    same = ["--group", "dev", "-c", "requirements/base.txt"]
    subprocess.run([*compile_, *same, "-o", "requirements/dev.txt"], check=True)
    say("requirements/base.txt and requirements/dev.txt are up to date.")


COMMANDS = {
    "run": run,
    "dev": dev,
    "test": test,
    "lint": lint,
    "bench": bench,
    "screenshots": screenshots,
    "lock": lock,
}


def main():
    name, *arguments = sys.argv[1:] or ["run"]
    try:
        use_a_python_that_will_do()
        COMMANDS[name](*arguments)
    except CannotGoOn as reason:
        print(f"\n{reason}\n", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
