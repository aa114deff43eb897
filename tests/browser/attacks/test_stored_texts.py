"""Scripts in every text that a client or a person can set: no page runs one, and people read what was written."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import pages
from tests.browser.chromium import Complaints
from tests.browser.contents import Texts
from tests.browser.pages import PAGES
from tests.browser.people import Doors
from tests.browser.scene import Scene, Stage

MARK = "window.pwned=1"
SHORT = f'"><img src=x id=pwned onerror={MARK}>{{{{70777*3}}}}'
WHOLE = f"'\"--></title></textarea><script>{MARK}</script><svg onload={MARK}>{SHORT}${{70777*3}}"
MARKDOWN = f"""# {WHOLE}

{WHOLE}

[a](javascript:{MARK}) [b](JaVaScRiPt:{MARK}) [c](data:text/html,<script>{MARK}</script>) ![d](x"onerror="{MARK})
[e](//evil.example "{SHORT}") <a href="javascript:{MARK}" onmouseover="{MARK}">f</a> <javascript:{MARK}>
<iframe srcdoc="<script>parent.{MARK}</script>"></iframe> <style>body {{ display: none }}</style>
<form action=/sign-out method=post><button id=pwned>g</button></form> <meta http-equiv=refresh content=0;url=/sign-out>

```html"{SHORT}
{WHOLE}
```
"""
HOSTILE = Texts(
    author=WHOLE,
    step=f"RUN {WHOLE}",
    environment=f"APP={WHOLE}",
    label=WHOLE,
    annotation=f"javascript:{MARK}//{WHOLE}",
    description=MARKDOWN,
    readme=MARKDOWN,
    name=WHOLE,
    comment=WHOLE,
    word=SHORT,
    brief=f"<svg onload={MARK}>",
    client=WHOLE,
)
# What a page of ours never has: handlers in attributes, addresses that are scripts, things that a text brought along.
FOREIGN = """() => [...document.querySelectorAll('*')].filter(each =>
    each.id === 'pwned' || each.localName === 'iframe' || each.localName === 'style'
    || [...each.attributes].some(one => one.name.startsWith('on'))
    || /^\\s*(javascript|data|vbscript):/i.test(each.getAttribute('href') || '')
).map(each => each.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def hostile(stage: Stage) -> Scene:
    return stage.set("hostile", HOSTILE)


@pytest.fixture(scope="module")
def window(browser: Browser, hostile: Scene) -> Iterator[tuple[Page, Complaints]]:
    doors = Doors(browser, hostile)
    with doors.context("sysadmin") as context:
        complaints = Complaints(doors.host)
        complaints.listen(context)
        yield context.new_page(), complaints


@pytest.mark.parametrize("name", PAGES)
def test_no_text_runs_on_a_page(name: str, hostile: Scene, window: tuple[Page, Complaints]):
    page, complaints = window
    complaints.texts.clear()
    page.goto(pages.address(hostile, name))
    assert page.evaluate(FOREIGN) == []
    assert page.evaluate("window.pwned") is None
    assert str(70777 * 3) not in page.content()
    complaints.check()
