/* Draw what the page has places for. */

function start() {
  const data = readData();
  prepareTables();
  const figures = {treemap: drawTreemap, graph: drawGraph, "timeline-figure": drawTimeline};
  for (const [identity, draw] of Object.entries(figures)) {
    const place = document.getElementById(identity);
    if (!place) continue;
    // A hidden place has no width.
    place.hidden = false;
    draw(place, data);
    place.hidden = place.childElementCount < 3;
  }
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
}

start();
