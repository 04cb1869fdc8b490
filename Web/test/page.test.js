import assert from "node:assert/strict";
import test from "node:test";
import { Belonging } from "../src/belongs.js";
import { ColumnFile, fromBase64, gunzip, unzigzag } from "../src/columns.js";
import { Filter, matcher, parseFilter } from "../src/filter.js";
import { Lanes } from "../src/lanes.js";
import { nanoseconds, Severity } from "../src/model.js";
import { heightOf, laneHeight, Painter } from "../src/paint.js";
import { clusters } from "../src/pins.js";
import { firstAt, Index, Pyramid, Strip } from "../src/pyramid.js";
import { inkOn, pixel, Raster } from "../src/raster.js";
import { compareCells, csv, csvField } from "../src/tables.js";
import { Clock, count, duration, nameParts, shortened, visible } from "../src/text.js";
import { formatState, parseState } from "../src/urlstate.js";
import { axisStep, Viewport } from "../src/viewport.js";
import { steps } from "../src/waterfall.js";
import { model, pack, packedText, start } from "./support/sample.js";

test("columns come back as they were written", async () => {
  const big = [1, 2 ** 33, 5];
  const packed = pack({ start: "0" }, [
    ["plain", [7, 300, 70000], 3], ["rising", [5, 5, 1e12], 6, "delta"], ["any", [9, 2, 4000], 2, "zigzag"], ["big", big, 5],
    ["text", '"a"\n"\\u2028"\n'], ["none", [], 1],
  ]);
  const file = new ColumnFile(await gunzip(await fromBase64("\n" + packedText(packed) + "\n")));
  assert.deepEqual([...file.numbers("plain")], [7, 300, 70000]);
  assert.deepEqual([...file.numbers("rising")], [5, 5, 1e12]);
  assert.deepEqual([...file.numbers("any")], [9, 2, 4000]);
  assert.deepEqual([...file.numbers("big")], big);
  assert.deepEqual(await file.values("text"), ["a", "\u2028"]);
  assert.equal(file.numbers("none").length, 0);
  assert.throws(() => file.numbers("missing"));
  assert.deepEqual([0, 1, 2, 3].map(unzigzag), [0, -1, 1, -2]);
});

test("correlation ids are restored on each connection", async () => {
  const sample = await model(6);
  assert.deepEqual([...sample.requests.corr], [0, 0, 1, 1, 2, 2]);
});

test("times keep nanoseconds and show in three ways", () => {
  assert.equal(nanoseconds("2026-11-21T03:18:16.329000001Z") % 1000000000n, 329000001n);
  const clock = new Clock(start, 3600);
  assert.equal(clock.text(6.5, 3), "04:18:16.500");
  clock.turn();
  clock.turn();
  assert.equal(clock.text(6.5, 3), "+6.500 s");
});

test("texts from the wire are made visible", () => {
  assert.equal(visible("a\u202eb\u0000\u2028"), "a\\u{202e}b\\u{0}\\u{2028}");
  assert.equal(visible("\ud800"), "\\u{d800}");
  assert.equal(visible("</script>"), "</script>");
  assert.equal(shortened("x".repeat(50), 11).length, 11);
  assert.deepEqual([count(1455), duration(17.7), duration(0.42), duration(9980), duration(350000)], ["1,455", "18 ms", "0.42 ms", "9.98 s", "5 min 50 s"]);
});

test("one failed request among a million is seen from afar", { timeout: 60000 }, async () => {
  const bad = 623456;
  const sample = await model(1000000, (columns) => {
    columns.marks[bad] = 1 | 4 | 64;
  });
  const lanes = new Lanes(sample, "broker");
  const index = new Index(sample, lanes.ofItem, Int32Array.from(lanes.all, (lane) => lane.parent), null);
  const raster = new Raster(1280, laneHeight * lanes.all.length);
  const palette = { ground: 1, lane: 2, group: 3, line: 4, text: 5, error: 99, warning: 7, gap: 8, conn: 9, setup: 10, tls: 11, soft: 12, apis: [20, 21, 22, 23, 24, 25] };
  const rows = lanes.visible().map((row, i) => ({ row, y: i * laneHeight }));
  const window = new Viewport(sample.length);
  const began = performance.now();
  new Painter(sample).paint(raster, lanes, index, rows, window, palette, null);
  const x = Math.floor(((sample.requests.t[bad] - window.start) / window.span) * 1280);
  const red = [...raster.pixels].map((color, at) => (color === 99 ? at % 1280 : -1)).filter((at) => at >= 0);
  assert.ok(red.length >= 2 * 16, "two columns of the lane's height");
  assert.ok(red.every((at) => Math.abs(at - x) <= 2), "at its time");
  assert.ok(performance.now() - began < 3000);
});

test("every level of a pyramid holds every event and the worst", async () => {
  const sample = await model(20000, (columns) => (columns.marks[777] = 64));
  const items = Uint32Array.from({ length: 20000 }, (_, i) => i);
  const pyramid = new Pyramid(sample, items);
  for (const level of pyramid.levels) {
    assert.equal(level.count.reduce((a, b) => a + b), 20000);
    assert.equal(Math.max(...level.worst), Severity.error);
    assert.equal(level.worst.filter((worst) => worst === Severity.error).length, 1);
  }
  const strip = new Strip(100);
  strip.clear();
  strip.addPyramid(pyramid, 0, 100 / sample.length);
  assert.equal(strip.data.count.reduce((a, b) => a + b), 20000);
  assert.equal(firstAt(sample, items, sample.t[500]), 500);
});

test("filters narrow by key, add up within one, and leave out", async () => {
  const sample = await model(1000, (columns) => {
    columns.marks[10] = 4 | 128;
    columns.error[10] = 1;
  });
  const passing = (query) => (new Filter(sample, query).items() ?? []).reduce((a, b) => a + b, 0);
  assert.equal(passing("api:Produce"), 500);
  assert.equal(passing("api:produce api:fetch"), 1000);
  assert.equal(passing("api:Produce client:orders"), 500);
  assert.equal(passing("api:Produce client:<b>"), 0);
  assert.equal(passing("-client:ord*"), 500);
  assert.equal(passing("status:failed"), 1);
  assert.equal(passing("error:not_leader"), 1);
  assert.equal(passing("frame:11"), 1);
  assert.equal(passing("10.0.0.2:9092"), 500);
  assert.equal(passing("kind:dns"), 0);
  assert.equal(new Filter(sample, " ").items(), null);
  assert.deepEqual(parseFilter('nokey:x "two words"').problems, ["no key 'nokey:'"]);
  assert.equal(matcher("a.c*")("abc"), false);
  assert.equal(matcher("*(x")("a(x"), true);
  assert.equal([...(new Filter(sample, "client:orders").connections() ?? [])].join(""), "10");
});

test("a view survives the address, and nonsense spoils only itself", () => {
  const state = { start: 6.041386, span: 0.25, selection: "f:a-1&b=2", query: "api:Produce <x>", by: "client", mark: 1.5, folded: new Map([["g1", true], ["g2", false]]) };
  const { state: back, ignored } = parseState("#" + formatState(state));
  assert.deepEqual(ignored, []);
  assert.deepEqual(back, state);
  const broken = parseState("#v=9&t=x&q=a&sel=__proto__&lanes=-g1,zz&__proto__=1&%=2&q2&by=%zz");
  assert.equal(broken.state.query, "a");
  assert.equal(broken.state.start, undefined);
  assert.deepEqual(broken.ignored, ["v", "t", "sel", "lanes", "__proto__", "%", "by"]);
});

test("the window keeps to the capture, and zooming keeps its place", () => {
  const view = new Viewport(100);
  view.zoom(0.1, 30);
  assert.ok(Math.abs((30 - view.start) / view.span - 31 / 102) < 1e-9);
  view.pan(-100);
  assert.equal(view.start, -1);
  view.zoom(1e9);
  assert.ok(view.isAll);
  view.set(5, 0);
  assert.equal(view.span, 1e-6);
  view.set(NaN, 3);
  assert.equal(view.start, 5);
  assert.deepEqual(axisStep(10, 10), { step: 1, digits: 0 });
  assert.equal(axisStep(0.01, 10).digits, 3);
});

test("lanes stand by broker or by client", async () => {
  const sample = await model(10);
  const byBroker = new Lanes(sample, "broker");
  assert.deepEqual(byBroker.all.map((lane) => lane.label), ["broker 1 10.0.0.1:9092", "orders 10.0.0.9", "10.0.0.2:9092", "<b> 10.0.0.8"]);
  const byClient = new Lanes(sample, "client");
  assert.equal(byClient.all[1].label, "10.0.0.2:9092");
  assert.ok([...byClient.ofItem].every((lane) => lane >= 0));
});

test("hostile keys are plain keys", async () => {
  const sample = await model(10, (_, connections) => {
    connections[0].kafka.clientId = "__proto__";
    connections[1].server = "constructor:1";
  });
  const lanes = new Lanes(sample, "broker");
  assert.ok(lanes.all.some((lane) => lane.label === "__proto__ 10.0.0.9"));
  assert.ok(lanes.all.some((lane) => lane.label === "constructor:1"));
});

test("pins that would cover each other become one", () => {
  const places = [0, 5, 30, 31, 90].map((x, finding) => ({ x, finding }));
  assert.deepEqual(clusters(places, 22).map((cluster) => cluster.findings), [[0, 1], [2, 3], [4]]);
});

test("CSV is quoted and no spreadsheet runs it", () => {
  assert.equal(csvField('a"b'), '"a""b"');
  assert.equal(csvField("=cmd()"), '"\'=cmd()"');
  assert.equal(csvField("-5.2"), "-5.2");
  assert.equal(csv(["a"], [["1,2"]]), 'a\r\n"1,2"\r\n');
  assert.ok(compareCells(9, 10) < 0 && compareCells("b2", "b10") < 0);
});

test("names on marks can be read", () => {
  const ratio = (color, ink) => {
    const part = (value) => (value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    const own = 0.2126 * part(color & 255) + 0.7152 * part((color >> 8) & 255) + 0.0722 * part((color >> 16) & 255);
    return ink === "#000000" ? (own + 0.05) / 0.05 : 1.05 / (own + 0.05);
  };
  for (const text of ["#0072b2", "#008f68", "#7b55b8", "#c2569b", "#3d9bd1", "#77808b", "#4aa8e0", "#ff5d5d", "#b36b00", "#777777"]) {
    assert.ok(ratio(pixel(text), inkOn(pixel(text))) >= 4.5, text);
  }
});

test("attempts, sign-ins and alerts belong to a finding beyond the frames that it lists", () => {
  const finding = (kind, severity, extra) => ({
    kind, severity, client: "10.0.0.9", server: "10.0.0.1:9092", first: 10, last: 20, evidence: { frames: [1], connections: ["c1"] }, ...extra,
  });
  const head = {
    findings: [
      finding("auth-terminated", "error"), finding("connect-failure", "warning", { server: "10.0.0.2:9092" }),
      finding("advertised-address-mismatch", "error", { server: "kafka-3.lab:19092", detail: "unresolvable" }),
      finding("disconnect-before-response", "error", { id: "lost-1", server: "10.0.0.4:9092", client: "10.0.0.8" }),
      finding("probe", "info", { server: "10.0.0.5:9092" }),
    ],
    incidents: [{ kind: "broker-outage", rootServer: "10.0.0.4:9092", from: 10, to: 30, rootFinding: "lost-1", findings: ["lost-1"] }],
  };
  const belonging = new Belonging(head, (time) => time);
  const of = (kind, extra) => belonging.of({ kind, text: "", client: "10.0.0.9:5", server: "10.0.0.1:9092", connection: "c77", t: 15, until: 15, ...extra });
  assert.equal(of("sign-in", { text: "PLAIN refused" }), 0);
  assert.equal(of("sign-in", { text: "PLAIN refused", t: 8, until: 12 }), 0, "begun before the finding, ended within it");
  assert.equal(of("sign-in", { text: "PLAIN succeeded" }), -1, "one that went well is no fault");
  assert.equal(of("sign-in", { text: "PLAIN refused", t: 25, until: 25 }), -1, "after the finding");
  assert.equal(of("sign-in", { text: "PLAIN refused", client: "10.0.0.7:5" }), -1, "of somebody else");
  assert.equal(of("connect-failed", {}), -1, "a refused sign-in does not explain a refused connection");
  assert.equal(of("connect-failed", { server: "10.0.0.2:9092" }), 1);
  assert.equal(of("dns", { text: "kafka-3.lab: NXDOMAIN", server: "" }), 2);
  assert.equal(of("dns", { text: "kafka-4.lab: NXDOMAIN", server: "" }), -1);
  assert.equal(of("connect-failed", { client: "10.0.0.6:1", server: "10.0.0.4:9092", t: 29, until: 29 }), 3, "anybody's, while the broker is down");
  assert.equal(of("connect-failed", { client: "10.0.0.6:1", server: "10.0.0.4:9092", t: 31, until: 31 }), -1);
  assert.equal(of("connect-failed", { server: "10.0.0.5:9092" }), -1, "notes colour nothing");
});

test("an answer of more than a second is slow, but for those that wait by design", async () => {
  const sample = await model(8, (columns) => {
    columns.took[2] = 1200000;
    columns.took[3] = 1200000;
    columns.took[4] = 900000;
  });
  assert.deepEqual([...sample.severity], [0, 0, Severity.slow, 0, 0, 0, 0, 0], "of Produce, Fetch, Produce");
});

test("heights grow with the time, as much for each power of ten", () => {
  const heights = [0.0001, 0.001, 0.01, 0.1, 1, 10, 100].map(heightOf);
  assert.equal(heights[0], heights[1]);
  assert.equal(heights[5], heights[6]);
  const steps = heights.slice(2, 6).map((height, i) => height - heights[i + 1]);
  assert.ok(Math.min(...steps) >= 3 && Math.max(...steps) - Math.min(...steps) <= 1, steps.join());
});

/** Columns of a lane of 280 pixels that have a colour anywhere above the connections. */
async function coloured(color, change) {
  const sample = await model(200, change);
  const lanes = new Lanes(sample, "broker");
  const index = new Index(sample, lanes.ofItem, Int32Array.from(lanes.all, (lane) => lane.parent), null);
  const raster = new Raster(280, laneHeight);
  const palette = { ground: 1, lane: 2, group: 3, line: 4, text: 5, error: 99, warning: 7, gap: 8, conn: 9, setup: 10, tls: 11, soft: 12, apis: [20, 21, 22, 23, 24, 25] };
  new Painter(sample).paint(raster, lanes, index, [{ row: 0, y: 0 }], { start: 0, span: 100 }, palette, null);
  const full = new Set();
  for (let x = 0; x < 280; x += 1) if (raster.pixels[3 * 280 + x] === color) full.add(x);
  return full;
}

test("a fault of ten seconds in a hundred paints a tenth of a narrow screen, and no more", async () => {
  // Requests come every 50 ms for ten seconds; all of the first broker's are of a finding.
  const many = await coloured(99, (columns) => columns.marks.fill(2 | 64));
  assert.ok(many.size >= 10 && many.size <= 280 * 0.1 + 3, "columns of full height: " + many.size);
  // One that waited for ten seconds has posts at its ends, and nothing of full height between them.
  const one = await coloured(99, (columns) => {
    columns.marks[0] = 2 | 64;
    columns.took[0] = 10000000;
  });
  assert.ok(one.size > 0 && one.size <= 8, "columns of full height: " + one.size);
  assert.ok([...one].every((x) => x <= 3 || Math.abs(x - 27) <= 3), [...one].join());
});

test("the port of a lane's name stands by itself", () => {
  assert.deepEqual(nameParts("broker 2 kafka-2.lab:9092"), { who: "broker 2", host: "kafka-2.lab", port: ":9092" });
  assert.deepEqual(nameParts("[fd00::1]:9092"), { who: "", host: "[fd00::1]", port: ":9092" });
  assert.deepEqual(nameParts("my app 10.0.0.9"), { who: "my app", host: "10.0.0.9", port: "" });
  assert.deepEqual(nameParts("addresses given out"), { who: "addresses given out", host: "", port: "" });
  assert.deepEqual(nameParts("a\nb"), { who: "a\nb", host: "", port: "" });
});

test("pixels are blue, green, red from above", () => {
  assert.equal(pixel("#112233"), 0xff332211);
});

test("a request's time is taken apart, its connection's beginning before it", async () => {
  const parted = await model(4, (columns) => {
    const parts = { sending: 10, resending: 0, way: 41, queued: 100, throttled: 0, onPurpose: 0, inBroker: 300, answering: 50 };
    for (const [name, value] of Object.entries(parts)) columns["p." + name] = [value, value, value, 0];
    columns.marks[2] = 0;
  });
  parted.setup = { dns: [0, 0], tcp: [160, 160], tls: [0, 900], signIn: [0, 5e9] };
  const told = (request) => steps(parted, request).map((step) => [step.name, step.us, step.before ?? false]);
  assert.deepEqual(told(0), [["TCP handshake", 160, true], ["sending the request", 10, false], ["on the way to the broker", 21, false],
    ["behind an earlier request", 100, false], ["in the broker", 300, false], ["on the way back", 20, false],
    ["first to last byte of the response", 50, false]]);
  assert.deepEqual(told(1).slice(0, 2), [["TCP handshake", 160, true], ["TLS handshake", 900, true]]);
  assert.deepEqual(told(2), [], "without an answer nothing is known");
  assert.deepEqual(steps(await model(4), 0), [], "without parts nothing is drawn");
});
