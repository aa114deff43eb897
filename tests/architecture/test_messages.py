"""Every text of the console has its translation, with the same placeholders, compiled as it is written."""

import gettext
import shutil

import pytest

from tests.architecture import messages

LACKING = [program for program in messages.PROGRAMS if shutil.which(program) is None]
pytestmark = pytest.mark.skipif(bool(LACKING), reason="gettext is not installed")


@pytest.fixture(scope="module")
def gathered(tmp_path_factory):
    top = messages.copy(tmp_path_factory.mktemp("gathered"))
    messages.gather(top)
    for language in messages.LANGUAGES:
        messages.compile_(messages.file_of(language, top))
    return top


def entries(text: str) -> list[str]:
    return [entry for entry in text.split("\n\n")[1:] if "msgid" in entry]


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_text_is_translated(language, gathered):
    found = entries(messages.file_of(language, gathered).read_text())
    assert len(found) > 100
    lacking = [
        entry
        for entry in found
        if "#, fuzzy" in entry or entry.rstrip().endswith('msgstr ""') or 'msgstr[0] ""' in entry
    ]
    assert lacking == [], "make messages gathers them; then translate them in console/locale, and run it again"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_what_is_compiled_is_what_is_written(language, gathered):
    def catalogue(file):
        with file.with_suffix(".mo").open("rb") as compiled:
            return vars(gettext.GNUTranslations(compiled))["_catalog"]

    ours, anew = catalogue(messages.file_of(language)), catalogue(messages.file_of(language, gathered))
    del ours[""], anew[""]
    assert ours == anew, "make messages compiles them"
