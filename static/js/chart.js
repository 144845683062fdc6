// Explore: puts Plotly's live figure in the place of a server-made picture. Plotly (large) is fetched on the first
// use only. The series' switches are buttons, since Plotly's own legend cannot be reached by keyboard; the table
// below every chart has the same figures.

let plotly;

function loaded(url) {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("Plotly could not be loaded"));
    document.head.append(script);
  });
  return plotly;
}

function swatch(trace) {
  const square = document.createElement("span");
  square.className = "chart__swatch";
  if (trace.meta?.symbol) {
    square.classList.add("chart__swatch--symbol");
    square.setAttribute("aria-hidden", "true");
    square.textContent = trace.meta.symbol;
    square.style.color = trace.meta.ink;
  }
  square.style.background = trace.marker?.color ?? (trace.meta ? "" : trace.line?.color) ?? "";
  return square;
}

function seriesSwitch(library, live, trace, index) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chart__series";
  button.append(swatch(trace), trace.name);
  button.setAttribute("aria-pressed", "true");
  button.addEventListener("click", () => {
    const shown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(shown));
    library.restyle(live, { visible: shown }, [index]);
  });
  return button;
}

function laidOut(figure, switched) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const { fontFamily, fontSize, color } = window.getComputedStyle(document.body);
  return {
    autosize: true,
    margin: { l: 8, r: 8, t: 8, b: 8 },
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    showlegend: false,
    xaxis: { automargin: true },
    yaxis: { automargin: true },
    ...figure.layout,
    font: { family: fontFamily, size: Number.parseFloat(fontSize) - 2, color, ...figure.layout?.font },
    ...(switched ? { showlegend: false } : {}),
    ...(still ? { transition: { duration: 0 } } : {}),
  };
}

function switchesFor(library, live, named) {
  const group = document.createElement("div");
  group.className = "chart__switches";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Series shown");
  group.append(...named.map(([trace, index]) => seriesSwitch(library, live, trace, index)));
  live.after(group);
  return group;
}

// Draws the figure into `live`; answers with the group of switches below it, or null where there is one series.
async function drawn(chart, live) {
  const figure = JSON.parse(document.getElementById(chart.dataset.chart).textContent);
  const named = figure.data.map((trace, index) => [trace, index]).filter(([trace]) => trace.name);
  const switched = named.length > 1;
  const library = await loaded(chart.dataset.plotly);
  const options = { displayModeBar: false, responsive: true, scrollZoom: false };
  await library.newPlot(live, figure.data, laidOut(figure, switched), options);
  live.setAttribute("role", "img");
  live.setAttribute("aria-label", chart.querySelector("figcaption").textContent.trim());
  return switched ? switchesFor(library, live, named) : null;
}

function initialiseChart(chart) {
  const button = chart.querySelector(".chart__explore");
  const picture = chart.querySelector(".chart__picture");
  const live = chart.querySelector(".chart__live");
  let drawing;
  if (button === null) {
    return;
  }
  button.hidden = false;
  button.addEventListener("click", async () => {
    const opening = button.getAttribute("aria-expanded") !== "true";
    live.hidden = !opening;
    picture.hidden = opening;
    button.setAttribute("aria-expanded", String(opening));
    button.textContent = opening ? "Back to the picture" : "Explore";
    if (opening) {
      drawing ??= drawn(chart, live);
    }
    const switches = await drawing;
    if (switches !== null) {
      switches.hidden = live.hidden;
    }
  });
}

document.querySelectorAll("[data-chart]").forEach(initialiseChart);
