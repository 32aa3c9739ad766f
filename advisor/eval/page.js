"use strict";
// The report in #report to what the page shows. What a document, a person or a model said only ever becomes text.
const report = JSON.parse(document.getElementById("report").textContent);
const find = selector => document.querySelector(selector);
const STAGES = ["rewrite", "retrieval", "decision", "generation", "grounding"];
const headline = report.metrics.filter(one => one.headline);
const first = report.systems[0];
const named = Object.fromEntries(report.systems.map(one => [one.name, one]));
const stages = [...new Set([...STAGES, ...report.systems.flatMap(one => Object.keys(one.lost))])];
const stageClass = stage => `stage${STAGES.indexOf(stage)}`; // stage-1 is one that this page has not heard of

// Elements: an attribute that is a function listens, one that is false or null is left out.
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(9).filter(one => one != null && one !== false));
  return node;
}
const make = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
const draw = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(find("#svg").namespaceURI, tag), attributes, children);
const table = (head, ...bodies) => make("table", {}, make("thead", {}, head), ...bodies);
const row = (cells, attributes = {}) => make("tr", attributes, cells);
const column = text => make("th", { scope: "col" }, text);
const button = (text, click, attributes = {}) => make("button", { type: "button", click, ...attributes }, text);
const badge = (text, kind = "") => [" ", make("span", { class: `badge ${kind}` }, text)];

// Figures.
function figure(value, digits = 3) {
  if (value == null) return "–";
  const text = Math.abs(value).toFixed(Math.abs(value) < 10 ? digits : 1);
  return (value < 0 && Number(text) ? "−" : "") + text.replace(/^0\./, ".");
}
const lostAt = (system, stage) => system.control && !Object.keys(system.lost).length ? null : system.lost[stage] ?? 0; // of a control it is rarely known
const brief = value => figure(value, 2).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "") || "0";
const signed = value => (value > 0 ? "+" : "") + figure(value);
const seconds = value => (value < 10 ? value.toFixed(2) : value.toFixed(1)) + " s";
const spell = value => value < 90 ? `${Math.round(value)} s` : value < 5400 ? `${Math.round(value / 60)} min` : `${(value / 3600).toFixed(1)} h`;
const count = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

// The head and the tables.
function showHead() {
  document.title = `Evaluation: ${report.item_set}`;
  find("#set").append(report.item_set);
  const facts = [["Documents", report.documents], ["Made", report.made], ["Version", report.version],
    ["Items", `${report.items.length}, by ${count(report.systems.length, "system")}`],
    ["Run", spell(report.seconds)], ["Answers", `${report.answered} made anew, the others from the cache`]];
  find("#facts").append(...facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
  find("#notes").append(...report.notes.map(note => make("li", {}, note)));
  find("#flags").hidden = report.flags.length === 0;
  find("#flags").append(make("strong", {}, "Read with care: the controls are not ranked as they should be"),
    make("ul", {}, report.flags.map(flag => make("li", {}, flag))));
}

const stageMark = stage => make("i", { class: `dot ${stageClass(stage)}`, "aria-hidden": "true" });
const meanCell = mean => mean ? make("td", {}, make("b", {}, figure(mean.mean)),
  make("small", {}, `${figure(mean.low)} to ${figure(mean.high)}`)) : make("td", {}, "–");

function showSummary() {
  const group = (span, text, attributes = {}) => make("th", { colspan: span, scope: "colgroup", ...attributes }, text);
  const heads = [row([make("td"), group(headline.length, "Metrics"), group(1, "Seconds"), group(5, "Refusals"),
    group(stages.length, "Items lost at")], { class: "groups" }),
    row([column("System"), headline.map(one => make("th", { scope: "col", title: one.words }, one.name)),
      ["p50", "precision", "recall", "F1", "AUROC", "wrong"].map(column),
      stages.map(stage => make("th", { scope: "col" }, stageMark(stage), stage))])];
  const rows = report.systems.map(one => row([make("th", { scope: "row" }, one.name),
    headline.map(measure => meanCell(one.means[measure.name])),
    make("td", {}, make("b", {}, figure(one.cost.p50_s, 2)), make("small", {}, `p95 ${figure(one.cost.p95_s, 2)}`)),
    ["precision", "recall", "f1", "auroc", "wrongly_refused"].map(name => make("td", {}, figure(one.abstention[name]))),
    stages.map(stage => make("td", {}, String(lostAt(one, stage) ?? "–")))], { class: one.control && "control" }));
  find("#table").append(table(heads, make("tbody", {}, rows)));
  showAll();
}

function showAll() {
  const body = (title, rows) => make("tbody", {}, row(make("th", { colspan: report.systems.length + 1, scope: "rowgroup" }, title),
    { class: "groups" }), rows.map(([name, words, cell]) => row([make("th", { scope: "row" }, name, words && make("small", {}, words)),
    report.systems.map(one => make("td", { class: one.control && "control" }, cell(one)))])));
  const keys = pick => [...new Set(report.systems.flatMap(one => Object.keys(pick(one))))];
  const stage = pair => pair ? [make("b", {}, figure(pair[0], 2)), make("small", {}, `p95 ${figure(pair[1], 2)}`)] : "–";
  const costs = [["first sentence", "p50", "first_p50_s"], ["first token", "p50, from the prompt on", "first_token_p50_s"],
    ["tokens per second", "", "tokens_per_s"], ["peak memory", "MB, of the whole process", "peak_mb"]];
  find("#all .wide").append(table(row([make("td"), report.systems.map(one => column(one.name))]),
    body("Metrics", report.metrics.map(one => [one.name, one.words, system => {
      const mean = system.means[one.name];
      return mean ? [make("b", {}, figure(mean.mean)), make("small", {}, `${figure(mean.low)} to ${figure(mean.high)}, n = ${mean.items}`)] : "–";
    }])),
    body("Cost", costs.map(([name, words, key]) => [name, words, one => figure(one.cost[key], 2)])),
    body("Seconds by stage", keys(one => one.cost.stages).map(name => [name, "", one => stage(one.cost.stages[name])])),
    body("Settings", keys(one => one.settings).map(name => [name, "", one => one.settings[name] ?? "–"]))));
}

function showVerdicts() {
  find("#against").append(`Each system beside ‘${first.name}’. p is Holm’s, over all ${report.compared.length} comparisons.`);
  const systems = [...new Set(report.compared.map(one => one.system))];
  const bodies = systems.map(name => {
    const of = report.compared.filter(one => one.system === name);
    return make("tbody", { class: named[name].control && "control" }, row(make("th", { scope: "rowgroup", colspan: 6 }, name), { class: "groups" }), of.map(one => row([
      make("th", { scope: "row" }, one.metric), make("td", {}, make("strong", { class: `verdict ${one.kind.replace(" ", "-")}` }, one.kind)),
      make("td", {}, make("b", {}, signed(one.difference)), " ", make("small", {}, `${figure(one.low)} to ${figure(one.high)}`)),
      make("td", {}, one.p < 0.001 ? "< .001" : figure(one.p)), make("td", {}, String(one.items)), make("td", { class: "text" }, one.text)])));
  });
  find("#verdicts .wide").append(table(row(["Metric", "Verdict", "Difference", "Holm p", "Items", "In words"].map(column)), ...bodies));
}

// Plots: drawn at the width they have, so that their words stay as large as the page's.
const plots = [];
function plot(title, words, sketch, within = "#means", extra = null) {
  const place = make("div");
  find(within).append(make("figure", {}, make("figcaption", {}, make("strong", {}, title), words && ` ${words}`), extra, place));
  plots.push(() => place.replaceChildren(sketch(place.clientWidth)));
}
const picture = (width, height, label, ...parts) =>
  draw("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label }, ...parts);
const line = (x1, y1, x2, y2, kind) => draw("line", { x1, y1, x2, y2, class: kind });
const word = (x, y, text, attributes = {}) => draw("text", { x, y, ...attributes }, text);

function ticks(low, high) {
  const rough = (high - low) / 4, base = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map(one => one * base).find(one => one >= rough * 0.999);
  const start = Math.ceil(low / step - 0.001);
  return Array.from({ length: Math.floor(high / step + 0.001) - start + 1 }, (_, at) => (start + at) * step);
}
function range(values) { // of 0 to 1 where that holds them all
  const low = Math.min(0, ...values), high = Math.max(...values);
  return low === 0 && high <= 1 ? [0, 1] : [low, high > low ? high : low + 1];
}
const scale = ([low, high], from, to) => value => from + (value - low) / (high - low) * (to - from);

function dots(measure) {
  const mean = one => one.means[measure.name], known = report.systems.filter(mean);
  const bounds = range(known.flatMap(one => [mean(one).low, mean(one).high]));
  return width => {
    const x = scale(bounds, 8, width - 8), bottom = report.systems.length * 32 + 4, start = mean(first) && x(mean(first).mean);
    return picture(width, bottom + 20, `${measure.name}: ${known.map(one => `${one.name} ${figure(mean(one).mean)}`).join(", ")}`,
      ticks(...bounds).map(at => [line(x(at), 0, x(at), bottom, "grid"), word(x(at), bottom + 15, brief(at), { class: "tick", "text-anchor": "middle" })]),
      start != null && line(start, 0, start, bottom, "beside"), report.systems.map((one, at) => draw("g", { class: one.control && "control" },
        word(8, at * 32 + 14, one.name), word(width - 8, at * 32 + 14, figure(mean(one)?.mean), { "text-anchor": "end", class: "value" }),
        mean(one) && line(x(mean(one).low), at * 32 + 24, x(mean(one).high), at * 32 + 24, "interval"),
        mean(one) && draw("circle", { cx: x(mean(one).mean), cy: at * 32 + 24, r: 4 }))));
  };
}

function lostBars(width) {
  const x = scale([0, report.items.length || 1], 0, width - 16), known = report.systems.filter(one => lostAt(one) !== null);
  return picture(width, known.length * 46, "Items lost at each stage, by system; the summary table has the counts",
    known.map((one, at) => {
      let sum = 0;
      const parts = stages.filter(stage => one.lost[stage]).map(stage => {
        const from = x(sum), size = x(sum += one.lost[stage]) - from, text = String(one.lost[stage]);
        return draw("g", { class: stageClass(stage) }, draw("title", {}, `${stage}: ${text}`),
          draw("rect", { x: from, y: at * 46 + 18, width: Math.max(size - 1, 1), height: 16 }),
          size > text.length * 7 + 6 && word(from + size / 2, at * 46 + 30, text, { "text-anchor": "middle", class: "inside" }));
      });
      return draw("g", { class: one.control && "control" }, word(0, at * 46 + 12, one.name),
        word(width - 16, at * 46 + 12, `${sum} of ${report.items.length}`, { "text-anchor": "end", class: "value" }),
        draw("rect", { x: 0, y: at * 46 + 18, width: x(report.items.length), height: 16, class: "rest" }), parts);
    }));
}

function scatter(metric, width) {
  const shown = report.systems.filter(one => one.means[metric]).map(one => ({ ...one, ...one.means[metric], took: one.cost.p50_s }));
  const bounds = range(shown.flatMap(one => [one.low, one.high])), spread = [0, Math.max(0.1, ...shown.map(one => one.took)) * 1.08];
  const x = scale(spread, 34, width - 12), y = scale(bounds, 226, 10);
  const taken = shown.map(one => [x(one.took) - 6, x(one.took) + 6, y(one.mean) + 4]); // a name stands clear of dots and of other names
  const place = (at, top, size) => {
    const tries = [0, 14, -14, 28, -28, 42, -42].flatMap(by => [[at + 9, at + 9 + size, top + by], [at - 9 - size, at - 9, top + by]]);
    const free = ([from, to, base]) => from > 34 && to < width && base > 12 && base < 224
      && taken.every(([left, right, other]) => Math.abs(base - other) >= 12 || to < left || right < from);
    taken.push(tries.find(free) ?? tries[0]);
    return taken.at(-1);
  };
  const parts = shown.map(one => {
    const at = x(one.took), [from, , base] = place(at, y(one.mean) + 4, one.name.length * 7.2);
    return draw("g", { class: one.control && "control" }, draw("title", {}, `${one.name}: ${figure(one.mean)} in ${seconds(one.took)}`),
      line(at, y(one.low), at, y(one.high), "interval"), draw("circle", { cx: at, cy: y(one.mean), r: 4 }), word(from, base, one.name));
  });
  return picture(width, 264, `${metric} against p50 seconds: ${shown.map(one => `${one.name} ${figure(one.mean)}, ${seconds(one.took)}`).join("; ")}`,
    ticks(...bounds).map(at => [line(34, y(at), width - 12, y(at), "grid"), word(28, y(at) + 4, brief(at), { class: "tick", "text-anchor": "end" })]),
    ticks(...spread).map(at => word(x(at), 243, brief(at), { class: "tick", "text-anchor": "middle" })),
    word(width - 12, 260, "seconds, p50", { class: "tick", "text-anchor": "end" }), parts);
}

function showPlots() {
  find("#means").style.setProperty("--row", headline.length > 5 ? Math.ceil(headline.length / 2) : headline.length || 1);
  for (const measure of headline) plot(measure.name, measure.words, dots(measure));
  plot("Lost items", "by the stage that lost them", lostBars, "#wholes",
    make("ul", { class: "legend" }, stages.map(stage => make("li", {}, stageMark(stage), stage))));
  const quality = choice("Quality", headline.map(one => one.name), headline[0]?.name, () => plots.at(-1)());
  if (headline.length) plot("Quality and time", "of one answer", width => scatter(quality.value, width), "#wholes", quality.field);
  const again = () => plots.forEach(sketch => sketch());
  new ResizeObserver(() => requestAnimationFrame(again)).observe(find("#means"));
  again();
}

// A labelled choice; `field` is what is put on the page.
function choice(label, options, value, change, names = options) {
  const select = make("select", { change }, options.map((one, at) => make("option", { value: one, selected: one === value }, names[at])));
  return { field: make("label", {}, make("span", {}, label), select), get value() { return select.value; } };
}

// Items: a list that filters narrow, and the one that the address names.
const filters = {}, words = new Map();
let matching = [];
const opened = () => new URLSearchParams(location.hash.slice(1)).get("item");
const pair = () => [...new Set([filters.left.value, filters.right.value])];
const answering = item => pair().filter(name => item.cells[name]); // a control may have answered some of the items only
function changed(item) {
  const [left, right] = answering(item).map(name => item.cells[name].scores);
  return right !== undefined && headline.some(({ name }) => left[name] !== right[name]);
}

function showFilters() {
  const names = report.systems.map(one => one.name);
  const other = report.systems.slice(1).find(one => !one.control) ?? report.systems[1] ?? first;
  const some = (key, label, of) => filters[key] = choice(label, ["", ...of], "", showList, ["any", ...of]);
  const distinct = values => [...new Set(values)].sort();
  filters.left = choice("Left", names, first.name, showList);
  filters.right = choice("Right", names, other.name, showList);
  some("tag", "Tag", distinct(report.items.flatMap(one => one.tags)));
  some("difficulty", "Difficulty", distinct(report.items.map(one => one.difficulty)));
  some("split", "Split", distinct(report.items.map(one => one.split)));
  some("behaviour", "Expected", distinct(report.items.map(one => one.behaviour)));
  some("lost", "Lost at", [...stages, "any stage", "no stage"]);
  filters.text = make("input", { type: "search", input: showList });
  filters.changed = make("input", { type: "checkbox", change: showList });
  const form = find("#filters");
  form.append(make("fieldset", {}, make("legend", {}, "Systems"), filters.left.field, filters.right.field,
    make("label", { class: "check" }, filters.changed, make("span", {}, "changed items only"))),
    make("fieldset", {}, make("legend", {}, "Items"), make("label", { class: "search" }, make("span", {}, "Text"), filters.text),
      ["tag", "difficulty", "split", "behaviour", "lost"].map(key => filters[key].field), make("button", { type: "reset" }, "Reset")));
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(showList)); // once the fields are as they were
}

function said(item) { // all that a search looks through, in small letters
  if (!words.has(item.id)) words.set(item.id, [item.id, item.question, item.standalone, ...item.nuggets, ...item.tags,
    ...Object.values(item.cells).map(cell => cell.text)].join("\n").toLowerCase());
  return words.get(item.id);
}
function matches(item) {
  const cells = answering(item).map(name => item.cells[name]), lost = filters.lost.value;
  const is = (key, value) => !filters[key].value || filters[key].value === value;
  const stage = cell => lost === "any stage" ? cell.lost !== null : lost === "no stage" ? cell.lost === null : cell.lost === lost;
  return cells.length > 0 && (!filters.tag.value || item.tags.includes(filters.tag.value)) && is("difficulty", item.difficulty) && is("split", item.split)
    && is("behaviour", item.behaviour) && (!lost || cells.some(stage)) && (!filters.changed.checked || changed(item))
    && filters.text.value.toLowerCase().split(/\s+/).every(part => said(item).includes(part));
}

function chip(name, cells) {
  const [left, right] = [cells[0].scores[name] ?? null, cells.at(-1).scores[name] ?? null];
  if (left === right) return make("span", { title: name }, brief(left));
  const kind = left === null || right === null ? "other" : right > left ? "up" : "down";
  return make("span", { class: kind, title: name }, `${brief(left)} → ${brief(right)}`);
}
function lostMark(item, names) {
  const mark = name => item.cells[name].lost ? [stageMark(item.cells[name].lost), item.cells[name].lost] : named[name].control ? "–" : "kept";
  const lost = new Set(names.map(name => item.cells[name].lost));
  if (lost.size === 1) return !lost.has(null) && make("span", { class: "lost" }, mark(names[0]));
  return make("span", { class: "lost" }, mark(names[0]), " → ", mark(names[1]));
}

function showList() {
  matching = report.items.filter(matches);
  const names = pair();
  find("#count").textContent = `${matching.length} of ${count(report.items.length, "item")}`
    + (names.length > 1 ? `; ${matching.filter(changed).length} changed from ‘${names[0]}’ to ‘${names[1]}’` : "");
  find("#list").style.setProperty("--columns", headline.length);
  find("#list .names").replaceChildren(...headline.map(one => make("span", { title: one.words }, one.name)));
  find("#list ol").replaceChildren(...matching.map(item => {
    const shared = answering(item), cells = shared.map(name => item.cells[name]);
    return make("li", {}, make("a", { href: `#item=${encodeURIComponent(item.id)}` }, make("span", { class: "id" }, item.id), lostMark(item, shared),
      make("span", { class: "question" }, item.question), make("span", { class: "chips" }, headline.map(one => chip(one.name, cells)))));
  }));
  showItem();
}

// Where gold is in a passage, as pairs of offsets into its text. The report counts code points, a string's slice does not.
function spans(chunk, gold) {
  if (!gold.doc_id) return spansOfWords(chunk.text, gold.text);
  const points = [...chunk.text], from = Math.max(gold.start - chunk.start, 0), to = Math.min(gold.end - chunk.start, points.length);
  if (gold.doc_id !== chunk.doc_id || from >= to) return [];
  const start = points.slice(0, from).join("").length;
  return [[start, start + points.slice(from, to).join("").length]];
}
function spansOfWords(text, words) { // every part between ellipses, if all of them are there
  const places = part => [...text.matchAll(new RegExp("(?<![\\p{L}\\p{N}])" + part.trim().split(/[\s\-‐-—]+/)
    .map(one => one.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("[\\s\\-‐-—*_`]+"), "giu"))].map(one => [one.index, one.index + one[0].length]);
  const found = words.split("…").filter(one => one.trim()).map(places);
  return found.every(one => one.length) ? found.flat() : [];
}
function marked(text, found) {
  const parts = [];
  let at = 0;
  for (const [from, to] of found.sort((a, b) => a[0] - b[0])) {
    if (to <= at) continue;
    parts.push(text.slice(at, Math.max(from, at)), make("mark", {}, text.slice(Math.max(from, at), to)));
    at = to;
  }
  return [...parts, text.slice(at)];
}

function answer(item, name, side) {
  const cell = item.cells[name], plain = cell.sentences.map(one => one.text).join(" ");
  const cite = n => button(`[${n}]`, () => openPassage(side, n), { class: "cite", "aria-label": `passage ${n}`, disabled: n > cell.passages.length });
  const facts = [["Searched for", cell.rewritten === item.question ? "the question as asked" : cell.rewritten || "–"],
    ["Confidence", figure(cell.confidence)], ["Took", seconds(cell.seconds)]];
  return make("section", { class: "answer", "aria-label": `Answer of ${name}` }, make("h4", {}, name, badge(cell.kind),
    cell.lost && badge([stageMark(cell.lost), `lost at ${cell.lost}`])),
    cell.sentences.length ? cell.sentences.map(one => make("p", { class: "said" }, one.text, " ", one.cites.map(cite),
      one.cites.length > 0 && make("small", { title: "how well the passages support it" }, ` support ${figure(one.support, 2)}`))) : make("p", { class: "said" }, cell.text || make("em", {}, "no words")),
    make("dl", {}, facts.map(([term, value]) => make("div", {}, make("dt", {}, term), make("dd", {}, value)))),
    cell.sentences.length > 0 && cell.text.replace(/\s*\[\d+\]/g, "") !== plain && make("details", {}, make("summary", {}, "As it was written"), make("pre", {}, cell.text)));
}
function openPassage(side, n) {
  const passage = find(`#passage-${side}-${n}`);
  passage.open = true;
  passage.scrollIntoView({ block: "center" });
  passage.querySelector("summary").focus({ preventScroll: true });
}

function passages(item, name, side) {
  const cell = item.cells[name], cited = new Set(cell.sentences.flatMap(one => one.cites));
  return make("section", { class: "passages", "aria-label": `Passages of ${name}` }, make("h4", {}, `Passages of ${name}`),
    cell.passages.length === 0 && make("p", { class: "hint" }, "None."), cell.passages.map((id, at) => {
      const chunk = report.chunks[id], found = item.gold.flatMap(gold => spans(chunk, gold)), path = [chunk.title, ...chunk.headings];
      return make("details", { id: `passage-${side}-${at + 1}`, open: found.length > 0 || cited.has(at + 1) }, make("summary", {}, make("b", {}, `[${at + 1}] `),
        path.filter((one, n) => one !== path[n - 1]).join(" › "), found.length > 0 && badge("gold", "gold")), make("div", { class: "passage" }, marked(chunk.text, found)));
    }));
}

function goldList(item, names) {
  const where = (gold, name) => item.cells[name].passages.flatMap((id, at) => spans(report.chunks[id], gold).length ? [`[${at + 1}]`] : []).join(" ") || "not found";
  return item.gold.map(gold => make("li", {}, make("q", {}, gold.text), make("small", {}, gold.doc_id || "by its words, in any document",
    names.map(name => ` · ${name}: ${where(gold, name)}`))));
}

function scores(item, names) {
  const cells = names.map(name => item.cells[name]), has = one => cells.some(cell => cell.scores[one.name] != null);
  const body = measures => make("tbody", {}, measures.filter(has).map(({ name, words }) => {
    const [left, right] = [cells[0].scores[name] ?? null, cells.at(-1).scores[name] ?? null], gap = left === null || right === null ? null : right - left;
    const kind = gap && headline.some(one => one.name === name) ? (gap > 0 ? "up" : "down") : null;
    return row([make("th", { scope: "row", title: words }, name), cells.map(cell => make("td", {}, figure(cell.scores[name]))),
      names.length > 1 && make("td", { class: kind }, gap === 0 ? "=" : gap === null ? "–" : signed(gap))]);
  }));
  return make("div", { class: "wide" }, table(row([column("Score"), names.map(column), names.length > 1 && column("Difference")]),
    body(headline), body(report.metrics.filter(one => !one.headline))));
}

function showItem() {
  const id = opened(), item = report.items.find(one => one.id === id), place = find("#item"), names = item ? answering(item) : [];
  find("#browser").classList.toggle("open", Boolean(item));
  for (const link of document.querySelectorAll("#list a")) {
    if (item && link.hash === `#item=${encodeURIComponent(id)}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  place.replaceChildren();
  if (!item) return fill(place, {}, [make("p", { class: "hint" }, id ? `This report has no item ‘${id}’.` : "Open an item of the list to see its answers side by side.")]);
  const at = matching.indexOf(item), step = by => { const next = matching[at + by]; if (next) location.hash = `item=${encodeURIComponent(next.id)}`; };
  const list = (title, entries) => entries.length > 0 && [make("h4", {}, title), make("ul", {}, entries)];
  const facts = [item.group !== item.id && `conversation ${item.group}`, item.difficulty, item.split, ...item.tags].filter(Boolean);
  return fill(place, {}, [make("div", { class: "steps" }, button("All items", () => { location.hash = "items"; }, { class: "back" }),
    button("← Previous", () => step(-1), { id: "previous", disabled: at < 1 }), button("Next →", () => step(1), { id: "next", disabled: at < 0 || at + 1 >= matching.length }),
    make("span", { class: "hint" }, at < 0 ? "not among the filtered items" : `${at + 1} of ${matching.length}`)),
    make("p", { class: "id" }, item.id, facts.map(one => badge(one))),
    item.history.length > 0 && make("ol", { class: "history", "aria-label": "Earlier questions" }, item.history.map(turn => make("li", {}, turn))),
    make("h3", {}, item.question), item.standalone && make("p", { class: "hint" }, `Stand-alone: ${item.standalone}`),
    make("div", { class: "expected" }, make("p", {}, "Expected: ", make("strong", {}, item.behaviour)), list("Nuggets", item.nuggets.map(one => make("li", {}, one))),
      list("Gold evidence", goldList(item, names))),
    pair().filter(name => !names.includes(name)).map(name => make("p", { class: "hint" }, `‘${name}’ was not asked this.`)),
    make("div", { class: "sides" }, names.map((name, side) => answer(item, name, side))), scores(item, names),
    make("div", { class: "sides" }, names.map((name, side) => passages(item, name, side)))]);
}

function follow() { // an item that a link or the address named
  const step = document.activeElement.id;
  showItem();
  if (opened() === null) return;
  find("#list [aria-current]")?.scrollIntoView({ block: "nearest" });
  find("#item").scrollIntoView({ block: "start" });
  const again = ["previous", "next"].includes(step) && find(`#${step}:enabled`);
  (again || find("#item")).focus({ preventScroll: true });
}

showHead();
showSummary();
showPlots();
showVerdicts();
showFilters();
showList();
if (opened() !== null) follow();
addEventListener("hashchange", follow);
