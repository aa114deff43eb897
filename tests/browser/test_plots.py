"""What is drawn over time, and the table that it is drawn from."""

from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.conftest import PageAs

INK = """() => {
    const canvas = document.querySelector('[data-plot=counts] canvas')
    const colours = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
    const found = new Set()
    for (let at = 0; at < colours.length; at += 4)
        if (colours[at + 3] > 250) found.add(colours.slice(at, at + 3).join())
    return [...found]
}"""
LINE = """() => getComputedStyle(document.documentElement).getPropertyValue('--series-1').trim()"""


def ink(page: Page) -> set[str]:
    return set(page.evaluate(INK))


def line(page: Page) -> str:
    """The colour of pulls, as the canvas tells it."""
    digits: str = page.evaluate(LINE).removeprefix("#")
    return ",".join(str(int(digits[at : at + 2], 16)) for at in (0, 2, 4))


def test_pulls_are_drawn_in_the_colours_of_the_theme(page_as: PageAs):
    page = page_as("sysadmin", color_scheme="light")
    page.goto("/")
    expect(page.locator("[data-plot=counts] canvas")).to_have_count(1)
    light = line(page)
    assert light in ink(page)
    chromium.set_theme(page, "dark")
    assert line(page) != light
    assert line(page) in ink(page)
    expect(page.locator("[data-plot=counts] canvas")).to_have_count(1)


def test_the_numbers_stand_under_the_plot(page_as: PageAs):
    page = page_as("sysadmin", java_script_enabled=False)
    page.goto("/")
    expect(page.locator("canvas")).to_have_count(0)
    page.get_by_text("The numbers").first.click()
    table = page.locator("[data-plot=counts] table")
    expect(table).to_be_visible()
    expect(table.locator("tbody tr")).to_have_count(30)
