/* The actions over time: one bar each, in lanes. */

const LANE = {height: 18, gap: 3, top: 24, left: 8};

function drawTimeline(place, data) {
  const {actions, kinds} = data.timeline;
  if (!actions || !actions.length) return;
  const end = Math.max(...actions.map((action) => action[2] + action[3]), 0.001);
  const canvas = html("div", {class: "canvas"});
  const status = html("span", {class: "status", role: "status"}, "Choose a bar to see what it was.");
  let zoom = 1;
  const show = () => canvas.replaceChildren(timelinePicture(actions, kinds, end, (place.clientWidth - 2) * zoom,
    (text) => { status.textContent = text; }));
  const button = (text, factor) => html("button", {type: "button", click: () => {
    zoom = Math.max(1, Math.min(32, zoom * factor));
    show();
  }}, text);
  const legend = kinds.map((kind, at) => html("li", {}, svg("svg", {width: 14, height: 14, "aria-hidden": "true"},
    svg("g", {class: `hue-${at % 8}`}, svg("rect", {width: 14, height: 14, rx: 3}))), kind));
  place.append(html("div", {class: "tools"}, button("Narrower", 0.5), button("Wider", 2), status), canvas,
    html("ul", {class: "legend"}, ...legend));
  place.hidden = false;
  show();
}

function timelinePicture(actions, kinds, end, width, tell) {
  const lanes = Math.max(...actions.map((action) => action[5])) + 1;
  const height = LANE.top + lanes * (LANE.height + LANE.gap) + 8;
  const scale = (width - 2 * LANE.left) / end;
  const grounds = Array.from({length: lanes}, (_, lane) => svg("rect", {class: "lane", x: 0, width,
    y: LANE.top + lane * (LANE.height + LANE.gap), height: LANE.height}));
  const bars = actions.map(([name, kind, start, seconds, cached, lane, critical]) => {
    const label = `${name}: ${kinds[kind]}, ${seconds.toFixed(3)} s, from ${start.toFixed(2)} s`
      + `${cached ? ", from a cache" : ""}${critical ? ", on the critical path" : ""}`;
    const size = {width: Math.max(seconds * scale - 0.5, 1).toFixed(1), height: LANE.height};
    const x = (LANE.left + start * scale).toFixed(1);
    return svg("g", {class: `action hue-${kind % 8}${cached ? " cached" : ""}${critical ? " critical" : ""}`, role: "button",
      "aria-label": label, transform: `translate(${x} ${LANE.top + lane * (LANE.height + LANE.gap)})`,
      click: () => tell(label), focus: () => tell(label)},
    svg("title", {}, label), svg("rect", size), cached ? svg("rect", {...size, class: "hatch"}) : null,
    critical ? svg("rect", {...size, class: "outline"}) : null,
    size.width > 70 ? svg("text", {x: 4, y: 13}, shortened(name, Math.floor((size.width - 8) / 6.6))) : null);
  });
  const hatch = svg("pattern", {id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)"},
    svg("line", {class: "hatch-line", x1: 0, y1: 0, x2: 0, y2: 6}));
  rove(bars, alongList);
  return svg("svg", {width, height, role: "group", "aria-label": "Actions over time"}, svg("defs", {}, hatch), ...grounds,
    ...ticks(end, scale, height), ...bars);
}

function ticks(end, scale, height) {
  const least = 80 / scale;
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600].find((size) => size >= least) || 1200;
  const drawn = [];
  for (let number = 0; number * step <= end; number += 1) {
    const x = LANE.left + number * step * scale;
    drawn.push(svg("line", {class: "tick", x1: x, x2: x, y1: 18, y2: height}),
      svg("text", {class: "label", x: x + 3, y: 14}, `${Number((number * step).toFixed(2))} s`));
  }
  return drawn;
}
