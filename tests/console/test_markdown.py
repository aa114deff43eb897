"""What others write in Markdown is shown as they meant it, and does nothing in a reader's browser."""

import time
from html.parser import HTMLParser

import pytest

from console import markdown

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<style>body{display:none}</style>",
    "<iframe src=//evil.test></iframe>",
    '<form action="/sign-out" method="post"><button>Go</button></form>',
    '<a href="/x" id="content" class="btn" style="position:fixed" hx-post="/x" data-close>x</a>',
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](<javascript:alert(1)>)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "[a](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "![a](javascript:alert(1))",
    "![a](https://evil.test/seen.gif)",
    '![a" onerror="alert(1)](https://evil.test/" onerror="alert(1))',
    '[a](/x "\\" onmouseover=\\"alert(1)")',
    '```js" onload="alert(1)\nx\n```',
    "[a]: javascript:alert(1)\n\n[a]",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "`<script>`",
    "| <script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "# <script>alert(1)</script>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
]


class Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def elements(html):
    parser = Elements()
    parser.feed(html)
    return parser.found


@pytest.mark.parametrize("text", ATTACKS)
def test_what_is_written_does_nothing(text):
    for tag, attributes in elements(markdown.render(text)):
        assert tag in markdown.TAGS
        assert set(attributes) <= {"href", "title", "rel", "start"}
        assert attributes.get("href", "/").startswith(("/", "https://", "http://", "mailto:"))


def test_it_reads_as_markdown():
    shown = markdown.render(
        "# App\n\n*Fast*, **small**, ~~slow~~.\n\n- one\n\n|a|b|\n|-|-|\n|1|2|\n\n```sh\nrun <x>\n```\n"
    )
    for piece in (
        "<h3>App</h3>",
        "<em>Fast</em>",
        "<s>slow</s>",
        "<li>one</li>",
        "<td>1</td>",
        "<code>run &lt;x&gt;\n</code>",
    ):
        assert piece in shown


def test_headings_follow_that_of_the_page_and_leave_no_gap():
    tags = [tag for tag, _ in elements(markdown.render("# a\n### b\n###### c\n# d\n", below=1))]
    assert tags == ["h2", "h3", "h4", "h2"]


def test_a_picture_is_a_link_to_it_and_words_where_it_stands_in_a_link():
    assert 'href="https://a.test/x.png"' in markdown.render("![The sea](https://a.test/x.png)")
    badge = markdown.render("[![built](https://b.test/b.svg)](https://ci.test)")
    assert [attributes["href"] for tag, attributes in elements(badge) if tag == "a"] == ["https://ci.test"]
    assert ">built</a>" in badge


def test_a_link_lends_no_credit_and_tells_no_address():
    assert 'rel="nofollow noopener noreferrer"' in markdown.render("[a](https://a.test)")


@pytest.mark.parametrize("piece", ["![", "![a](b)", "[[a]](", "***a** ", "|a|b|\n|-|-|\n"])
def test_nothing_takes_long_to_read(piece):
    began = time.process_time()
    markdown.render((piece * markdown.LONGEST)[: markdown.LONGEST])
    assert time.process_time() - began < 5


def test_what_is_very_long_is_shown_as_it_was_written():
    shown = markdown.render("<b>" * markdown.LONGEST)
    assert shown.startswith("<pre>&lt;b&gt;")
