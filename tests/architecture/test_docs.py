"""The documents say what is so."""

import re
import tomllib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.architecture import sources

DOCUMENTS = [file for file in sources.all_files() if file.suffix == ".md"]


@pytest.mark.parametrize("name", ["settings", "configuration"])
def test_a_page_of_settings_is_what_its_command_prints(name: str):
    printed = StringIO()
    call_command(f"print_{name}", stdout=printed)
    assert sources.text(Path(f"docs/{name}.md")) == printed.getvalue(), "run: make docs"


def test_map_names_every_room():
    tops = {file.parts[0] for file in sources.all_files() if len(file.parts) > 1}
    rooms = {
        f"{app}/{file.parts[1]}"
        for app in sources.APPS
        for file in sources.all_files()
        if file.parts[0] == app and len(file.parts) > 2
    }
    drawn = sources.text(Path("docs/map.md"))
    assert [name for name in sorted(tops | rooms) if f"{name.split('/')[-1]}/" not in drawn] == []


def test_changelog_has_an_entry_for_this_version():
    version = tomllib.loads(sources.text(Path("pyproject.toml")))["project"]["version"]
    assert f"\n## {version}" in sources.text(Path("CHANGELOG.md"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_lead_somewhere(document: Path):
    targets = re.findall(r"\]\(([^)\s]+)\)", sources.text(document))
    here = (sources.TOP / document).parent
    local = [target.partition("#")[0] for target in targets if "://" not in target and not target.startswith("#")]
    assert [target for target in local if not (here / target).exists()] == []


def test_decisions_are_numbered_without_gaps():
    numbers = sorted(int(file.name[:3]) for file in DOCUMENTS if file.parts[:2] == ("docs", "decisions"))
    assert numbers == list(range(1, len(numbers) + 1))
