// Draws each chart from its specification, again when light and dark change.

const dark = window.matchMedia("(prefers-color-scheme: dark)");

async function draw(figure) {
  const scheme = dark.matches ? "dark" : "light";
  const address = new URL(figure.dataset.chart, location.href);
  address.searchParams.set("scheme", scheme);
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const place = figure.querySelector(".drawing");
  await window.vegaEmbed(place, await answer.json(), {
    renderer: "svg",
    actions: false,
    ast: true,
    defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
  });
  figure.dataset.drawn = scheme;
}

async function drawAll(root) {
  const figures = [...root.querySelectorAll("[data-chart]:not([data-drawn])")];
  if (!figures.length) return;
  if (!window.vegaEmbed) await import(figures[0].dataset.bundle);
  await Promise.all(figures.map(draw));
}

drawAll(document);
document.body.addEventListener("htmx:afterSettle", (event) => drawAll(event.target));
dark.addEventListener("change", () => {
  document.querySelectorAll("[data-drawn]").forEach((figure) => figure.removeAttribute("data-drawn"));
  drawAll(document);
});
