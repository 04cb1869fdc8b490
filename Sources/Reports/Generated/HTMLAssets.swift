// Written by Tools/html/build from Web/. Do not edit.

/// The page's script and style, and their SHA-256 hashes for its content security policy.
enum HTMLAssets {
    static let scriptHash = "/z/yyCTxaY2DqgOHI5Tzh80V/V6JKn9hiNu3tbnRC+g="
    static let styleHash = "gQ0CLtoshoX8ImJU0bN68DzMF4I/b/4tvI0BLTIprNg="

    static let script = ###"""
(() => {
"use strict";
document.documentElement.classList.add("js");
})();

"""###

    static let style = ###"""
:root {
  color-scheme: light dark;
  --ground: #ffffff; --panel: #f5f6f8; --text: #1b1f24; --soft: #545c66; --line: #d0d5dc; --link: #0b57a4;
  --error: #b3261e; --error-ground: #fdeceb; --warning: #7d4b00; --warning-ground: #fff3dc; --good: #17652f; --good-ground: #e8f5ec;
  --mark-error: #d1242f; --mark-warning: #b36b00; --lane: #f7f8fa; --lane-group: #e9ecf1; --conn: #aab4c0; --conn-setup: #c9a227;
  --conn-tls: #8d6cc9; --gap: #e7c9c7;
  --api-produce: #0072b2; --api-fetch: #008f68; --api-group: #c47f00; --api-metadata: #b45f91; --api-setup: #3d9bd1; --api-other: #77808b;
}
@media (prefers-color-scheme: dark) {
  :root:not([data-theme="light"]) {
    --ground: #14171c; --panel: #1d2128; --text: #e6e9ee; --soft: #a9b3be; --line: #3a424d; --link: #8ec5ff;
    --error: #ff9c94; --error-ground: #3a1b1b; --warning: #ffc670; --warning-ground: #352a12; --good: #86dba0; --good-ground: #16301f;
    --mark-error: #ff5d5d; --mark-warning: #ffb02e; --lane: #191d23; --lane-group: #252b34; --conn: #566270; --conn-setup: #9c8430;
    --conn-tls: #7d63b0; --gap: #54302f;
    --api-produce: #4aa8e0; --api-fetch: #2fbf93; --api-group: #d99b2b; --api-metadata: #d68bb8; --api-setup: #7cc4ee; --api-other: #97a1ac;
  }
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] {
  color-scheme: dark;
  --ground: #14171c; --panel: #1d2128; --text: #e6e9ee; --soft: #a9b3be; --line: #3a424d; --link: #8ec5ff;
  --error: #ff9c94; --error-ground: #3a1b1b; --warning: #ffc670; --warning-ground: #352a12; --good: #86dba0; --good-ground: #16301f;
  --mark-error: #ff5d5d; --mark-warning: #ffb02e; --lane: #191d23; --lane-group: #252b34; --conn: #566270; --conn-setup: #9c8430;
  --conn-tls: #7d63b0; --gap: #54302f;
  --api-produce: #4aa8e0; --api-fetch: #2fbf93; --api-group: #d99b2b; --api-metadata: #d68bb8; --api-setup: #7cc4ee; --api-other: #97a1ac;
}
* { box-sizing: border-box; }
html { scroll-padding-top: 3rem; }
body { margin: 0; background: var(--ground); color: var(--text); font: 14px/1.45 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
a { color: var(--link); }
code, pre { font: 12.5px/1.4 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); padding: 6px 8px; white-space: pre-wrap; }
h1 { font-size: 20px; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 28px 0 8px; }
h3 { font-size: 15px; margin: 0; display: inline; overflow-wrap: anywhere; }
h4 { font-size: 13px; margin: 12px 0 4px; }
p { margin: 4px 0; overflow-wrap: anywhere; max-width: 110ch; }
.note, .facts { color: var(--soft); font-size: 13px; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 8px; top: 8px; background: var(--ground); padding: 4px 8px; z-index: 20; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
.only-js { display: none; }
.js .only-js { display: revert; }
button, input, select { font: inherit; color: var(--text); background: var(--panel); border: 1px solid var(--line); border-radius: 4px; padding: 1px 8px; }
button { cursor: pointer; }
button[aria-pressed="true"] { border-color: var(--link); color: var(--link); }
#bar { display: flex; flex-wrap: wrap; gap: 2px 12px; align-items: center; padding: 4px 16px; border-bottom: 1px solid var(--line); background: var(--panel); }
#bar .file { font-weight: 600; overflow-wrap: anywhere; }
#bar .span { color: var(--soft); }
#controls { margin-left: auto; display: flex; gap: 6px; }
main { padding: 0 16px 40px; }
#verdict { border-left: 6px solid var(--soft); padding: 6px 12px; margin: 8px 0 6px; background: var(--panel); }
.tone-fault #verdict { border-color: var(--mark-error); background: var(--error-ground); }
.tone-attention #verdict, .tone-cannotJudge #verdict { border-color: var(--mark-warning); background: var(--warning-ground); }
.tone-healthy #verdict { border-color: var(--good); background: var(--good-ground); }
.tone { float: right; margin: 2px 0 0 12px; font-size: 12px; font-weight: 700; text-transform: uppercase; letter-spacing: .04em; }
.tone-fault .tone { color: var(--error); }
.tone-attention .tone, .tone-cannotJudge .tone { color: var(--warning); }
.tone-healthy .tone { color: var(--good); }
.story, .do { max-width: none; }
.do { margin-top: 6px; }
.numbers { list-style: none; display: flex; flex-wrap: wrap; gap: 6px; margin: 6px 0; padding: 0; }
.numbers li { border: 1px solid var(--line); border-radius: 4px; padding: 0 8px; background: var(--panel); }
.numbers a { color: inherit; text-decoration: none; }
.numbers a:hover { text-decoration: underline; }
.numbers .error { border-color: var(--mark-error); background: var(--error-ground); color: var(--error); font-weight: 600; }
.numbers .warning { border-color: var(--mark-warning); background: var(--warning-ground); color: var(--warning); font-weight: 600; }
#doubts { color: var(--soft); font-size: 13px; }
#doubts p { display: inline; }
#doubts details { display: inline-block; vertical-align: top; margin-left: 6px; }
.finding, .incident { border: 1px solid var(--line); border-left: 6px solid var(--soft); border-radius: 4px; padding: 6px 12px; margin: 8px 0; }
.finding.error, .incident { border-left-color: var(--mark-error); }
.finding.warning { border-left-color: var(--mark-warning); }
.finding summary { cursor: pointer; }
.finding summary code { color: var(--soft); font-weight: 400; }
.finding.current { outline: 2px solid var(--link); }
.level { text-transform: uppercase; font-size: 11px; letter-spacing: .04em; border: 1px solid currentColor; border-radius: 3px; padding: 0 4px; vertical-align: 1px; }
.error .level, .incident .level { color: var(--error); }
.warning .level { color: var(--warning); }
ol { margin: 4px 0; padding-left: 22px; max-width: 110ch; }
li { overflow-wrap: anywhere; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-size: 13px; }
th, td { text-align: left; padding: 2px 10px 2px 0; border-bottom: 1px solid var(--line); vertical-align: top; max-width: 46ch; overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
th button { border: 0; background: none; padding: 0; font-weight: 600; color: inherit; }
td.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.bad { color: var(--error); font-weight: 600; }
td.bars svg { display: block; fill: var(--api-produce); }
section.table { margin: 18px 0; }
.tools { display: flex; flex-wrap: wrap; gap: 6px; margin: 4px 0; align-items: center; }
.map { max-width: 100%; min-width: 720px; height: auto; font-size: 12px; }
.map text { fill: var(--text); }
.map .head { fill: var(--soft); }
.map rect { fill: var(--panel); stroke: var(--line); }
.map .bad rect { stroke: var(--mark-error); stroke-width: 2; fill: var(--error-ground); }
.map line { stroke: var(--line); }
.map .l-used { stroke: var(--good); }
.map .l-not-tried { stroke-dasharray: 2 4; stroke: var(--soft); }
.map .l-bad { stroke: var(--mark-error); stroke-width: 2.5; stroke-dasharray: 7 4; }
.map .fate { fill: var(--error); font-weight: 700; paint-order: stroke; stroke: var(--ground); stroke-width: 4px; }
#timeline { margin: 8px 0; }
.tl-bar { display: flex; flex-wrap: wrap; gap: 4px 6px; align-items: center; margin-bottom: 4px; }
.tl-bar input { flex: 1 1 220px; min-width: 160px; }
.tl-bar .count { color: var(--soft); }
.tl-overview { position: relative; height: 40px; border: 1px solid var(--line); background: var(--lane); touch-action: none; cursor: crosshair; }
.tl-overview canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
.tl-brush { position: absolute; top: 0; bottom: 0; border: 1px solid var(--link); background: color-mix(in srgb, var(--link) 14%, transparent); cursor: grab; min-width: 3px; }
.tl-handle { position: absolute; top: 0; bottom: 0; width: 12px; margin-left: -6px; cursor: ew-resize; border-radius: 3px; }
.tl-handle::after { content: ""; position: absolute; left: 4px; top: 10px; bottom: 10px; width: 4px; border-radius: 2px; background: var(--link); }
.tl-body { display: grid; grid-template-columns: 200px minmax(0, 1fr); border: 1px solid var(--line); border-top: 0; }
.tl-labels { overflow-y: auto; overflow-x: hidden; position: relative; border-right: 1px solid var(--line); background: var(--panel); scrollbar-width: thin; padding: 0; margin: 0; }
.tl-spacer { position: relative; }
.tl-lane { position: absolute; left: 0; right: 0; text-align: left; border: 0; border-radius: 0; background: none; padding: 0 4px; font-size: 12px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.tl-lane.group { font-weight: 600; background: var(--lane-group); }
.tl-lane.child { padding-left: 18px; }
.tl-lane.current { box-shadow: inset 3px 0 0 var(--link); }
.tl-badge { display: inline-block; min-width: 15px; padding: 0 3px; margin-right: 4px; border-radius: 8px; text-align: center; font-size: 11px; font-weight: 700; color: var(--ground); background: var(--mark-error); }
.tl-badge.warning { background: var(--mark-warning); color: #14171c; }
.tl-stage { position: relative; overflow: hidden; touch-action: none; cursor: grab; outline-offset: -2px; }
.tl-stage canvas { position: absolute; left: 0; top: 0; width: 100%; height: 100%; }
.tl-pins { position: absolute; left: 0; right: 0; top: 20px; height: 22px; pointer-events: none; }
.tl-pin { position: absolute; left: 0; top: 0; width: auto; min-width: 20px; height: 20px; margin-left: -10px; padding: 0 3px; border-radius: 10px; font-size: 11px; line-height: 18px; font-weight: 700; pointer-events: auto; background: var(--ground); border: 2px solid var(--soft); color: var(--soft); }
.tl-pin.error { background: var(--mark-error); border-color: var(--mark-error); color: #fff; border-radius: 3px; }
:root[data-dark] .tl-pin.error { color: #14171c; }
.tl-pin.warning { background: var(--warning-ground); border-color: var(--mark-warning); color: var(--warning); border-radius: 3px 10px; }
.tl-pin.current { outline: 2px solid var(--link); outline-offset: 1px; }
.tl-tip { position: absolute; z-index: 5; pointer-events: none; max-width: 340px; background: var(--ground); color: var(--text); border: 1px solid var(--line); border-radius: 4px; box-shadow: 0 2px 8px rgba(0, 0, 0, .25); padding: 3px 7px; font-size: 12px; white-space: pre-line; overflow-wrap: anywhere; }
.tl-status { color: var(--soft); font-size: 12.5px; min-height: 1.4em; margin: 2px 0; max-width: none; }
.tl-legend { display: flex; flex-wrap: wrap; gap: 2px 12px; font-size: 12px; color: var(--soft); margin: 2px 0; padding: 0; list-style: none; }
.tl-legend i { display: inline-block; width: 10px; height: 10px; margin-right: 4px; vertical-align: -1px; }
.k-produce { background: var(--api-produce); } .k-fetch { background: var(--api-fetch); } .k-group { background: var(--api-group); }
.k-metadata { background: var(--api-metadata); } .k-setup { background: var(--api-setup); } .k-other { background: var(--api-other); }
.k-error { background: var(--mark-error); } .k-warning { background: var(--mark-warning); } .k-conn { background: var(--conn); }
.tl-panels { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; margin-top: 4px; }
.tl-panel { border: 1px solid var(--line); border-radius: 4px; padding: 4px 10px; min-height: 5em; max-height: 18em; overflow-y: auto; }
.tl-panel h3 { display: block; }
.tl-panel dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 12px; margin: 4px 0; font-size: 13px; }
.tl-panel dt { color: var(--soft); }
.tl-panel dd { margin: 0; overflow-wrap: anywhere; }
.tl-list { max-height: 320px; overflow: auto; border: 1px solid var(--line); margin-top: 4px; padding: 0 8px; }
dialog { color: var(--text); background: var(--ground); border: 1px solid var(--line); border-radius: 6px; max-width: 560px; }
dialog td, dialog th { border: 0; }
.toast { position: fixed; right: 12px; bottom: 12px; background: var(--text); color: var(--ground); padding: 4px 10px; border-radius: 4px; z-index: 30; }
@media (max-width: 700px) {
  main { padding: 0 8px 40px; }
  #bar { padding: 4px 8px; }
  h1 { font-size: 17px; }
  .tl-body { grid-template-columns: 104px minmax(0, 1fr); }
  .tl-panels { grid-template-columns: minmax(0, 1fr); }
  .tone { float: none; margin: 0; }
}
@media (prefers-reduced-motion: reduce) { * { scroll-behavior: auto; transition: none; animation: none; } }
@media print {
  .only-js, .js .only-js, #controls, .tl-bar, .tl-panels, .tools, .skip, .tl-list { display: none; }
  .finding, .incident, #verdict { break-inside: avoid; }
  body { font-size: 11px; }
}

"""###
}
