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

function seriesSwitch(library, live, trace, index) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chart__series";
  button.textContent = trace.name;
  button.setAttribute("aria-pressed", "true");
  button.addEventListener("click", () => {
    const shown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(shown));
    library.restyle(live, { visible: shown }, [index]);
  });
  return button;
}

async function drawn(chart, live) {
  const figure = JSON.parse(document.getElementById(chart.dataset.chart).textContent);
  const library = await loaded(chart.dataset.plotly);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const layout = { ...figure.layout, ...(still ? { transition: { duration: 0 } } : {}) };
  await library.newPlot(live, figure.data, layout, { displayModeBar: false, responsive: true, scrollZoom: false });
  const named = figure.data.map((trace, index) => [trace, index]).filter(([trace]) => trace.name);
  if (named.length > 1) {
    const switches = named.map(([trace, index]) => seriesSwitch(library, live, trace, index));
    const group = document.createElement("div");
    group.className = "chart__tools";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "Series shown");
    group.append(...switches);
    live.after(group);
    return group;
  }
  return null;
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
    if (switches) {
      switches.hidden = live.hidden;
    }
  });
}

document.querySelectorAll("[data-chart]").forEach(initialiseChart);
