// Draws what a table says over time: its first column are days, each other one is a line. The table stays, for
// those who read; what is drawn is its numbers and nothing else.
(function () {
  "use strict";

  const UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

  function size(value) {
    let unit = 0;
    while (Math.abs(value) >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit += 1;
    }
    return `${Number(value.toPrecision(3))} ${UNITS[unit]}`;
  }

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function numbers(table) {
    const rows = [...table.tBodies[0].rows];
    const days = rows.map((row) => Date.parse(row.cells[0].querySelector("time").dateTime) / 1000);
    const columns = [...table.tHead.rows[0].cells].slice(1).map((_, at) =>
      rows.map((row) => {
        const cell = row.cells[at + 1].querySelector("data");
        return cell ? Number(cell.value) : null;
      })
    );
    return [days, ...columns];
  }

  function axis(more) {
    const faint = { stroke: colour("--border"), width: 1 };
    return { stroke: colour("--text-muted"), font: `12px ${colour("--sans")}`, grid: faint, ticks: faint, ...more };
  }

  function options(figure, area, table) {
    const told = figure.dataset.plot === "sizes" ? size : (value) => value.toLocaleString("en");
    const day = (_, value) => (value === null ? "–" : new Date(value * 1000).toISOString().slice(0, 10));
    const lines = [...table.tHead.rows[0].cells].slice(1).map((head) => ({
      label: head.textContent,
      stroke: colour(head.dataset.colour),
      width: 2,
      points: { size: 5 },
      value: (_, value) => (value === null ? "–" : told(value)),
    }));
    return {
      width: area.clientWidth,
      height: area.clientHeight - 32,
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "UTC"),
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { y: { range: (_, least, most) => [0, Math.max(most || 0, 1) * 1.1] } },
      series: [{ label: table.tHead.rows[0].cells[0].textContent, value: day }, ...lines],
      axes: [
        axis({ values: (_, found) => found.map((at) => new Date(at * 1000).toISOString().slice(5, 10)), space: 60 }),
        axis({ values: (_, found) => found.map(told), size: 72, incrs: [1, 2, 5].flatMap((n) => [...Array(18).keys()].map((e) => n * 10 ** e)).sort((a, b) => a - b) }),
      ],
    };
  }

  function draw(figure) {
    const area = figure.querySelector(".plot-area");
    const table = figure.querySelector(".list table"); // not the legend, which is one too
    area.replaceChildren();
    new uPlot(options(figure, area, table), numbers(table), area);
  }

  function drawAll() {
    document.querySelectorAll("[data-plot]").forEach(draw);
  }

  document.addEventListener("DOMContentLoaded", () => {
    drawAll();
    // Colours are the theme's, and the width is the page's.
    new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
    let width = window.innerWidth;
    window.addEventListener("resize", () => {
      if (window.innerWidth !== width) drawAll();
      width = window.innerWidth;
    });
  });
})();
