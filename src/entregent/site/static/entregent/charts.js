// Draws each chart from its specification, again when light and dark change.

const dark = window.matchMedia("(prefers-color-scheme: dark)");

async function specification(figure, scheme) {
  let told = figure.dataset.specification;
  if (told) {
    // It came with the page, in light colours; nothing of it can be asked for again.
    const colours = scheme === "dark" ? Object.entries(JSON.parse(figure.dataset.dark)) : [];
    for (const [light, other] of colours) told = told.replaceAll(light, other);
    return JSON.parse(told);
  }
  const address = new URL(figure.dataset.chart, location.href);
  address.searchParams.set("scheme", scheme);
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

async function draw(figure) {
  const scheme = dark.matches ? "dark" : "light";
  const told = await specification(figure, scheme);
  if (!told) return;
  const place = figure.querySelector(".drawing");
  await window.vegaEmbed(place, told, {
    renderer: "svg",
    actions: false,
    ast: true,
    defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
  });
  figure.dataset.drawn = scheme;
}

async function drawAll(root) {
  const figures = [...root.querySelectorAll("[data-bundle]:not([data-drawn])")];
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
