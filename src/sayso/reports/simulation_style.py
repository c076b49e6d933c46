"""The style and the small script of a simulation's page: both stand in the page itself, which asks nothing of anybody."""

from __future__ import annotations

# Blue and vermilion of Okabe and Ito's palette, which colour-blind people tell apart; what is not known is hatched, not coloured.
STYLE = """
:root { color-scheme: light dark; --paper: #fdfcf9; --ink: #16191b; --soft: #565d61; --line: #dcd9d1; --faint: #f1efe9; --own: #0067a3;
  --own-1: #dcebf5; --own-2: #a9d0ea; --own-3: #5fa6d3; --own-4: #0067a3; --on-dark: #ffffff; --pass: #b54a00; --other: #00795a; --hatch: #8a8f92; --mark: #16191b; --mark-ink: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --ink: #eceeef; --soft: #a8b0b4; --line: #353b40; --faint: #1e2327; --own: #5bb4ee;
  --own-1: #15303f; --own-2: #1d4a66; --own-3: #276d9b; --own-4: #5bb4ee; --on-dark: #0b1216; --pass: #f0973a; --other: #3ec79b; --hatch: #8f979b; --mark: #eceeef; --mark-ink: #14171a; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
main, header, footer { max-width: 70rem; margin-inline: auto; padding-inline: clamp(1rem, 4vw, 2.5rem); }
header { padding-top: 2.2rem; border-top: 6px solid var(--ink); }
h1, h2, h3, .standfirst, blockquote { font-family: Charter, "Bitstream Charter", "Iowan Old Style", Georgia, "Noto Serif", "DejaVu Serif", serif; }
h1 { font-size: clamp(1.9rem, 5vw, 3.1rem); line-height: 1.08; letter-spacing: -.015em; margin: .3rem 0 .8rem; max-width: 22ch; text-wrap: balance; }
h2 { font-size: clamp(1.4rem, 3vw, 1.9rem); line-height: 1.15; margin: 0 0 .4rem; }
h3 { font-size: 1.25rem; margin: 0; }
p { max-width: 42rem; margin: .5rem 0; }
.kicker { font-size: .78rem; font-weight: 700; letter-spacing: .09em; text-transform: uppercase; color: var(--pass); margin: 0; }
.standfirst { font-size: 1.2rem; line-height: 1.42; }
.dateline, .small, figcaption { color: var(--soft); font-size: .86rem; }
section { border-top: 1px solid var(--ink); padding: 1.1rem 0 2.4rem; margin-top: 1.6rem; }
.note { border-left: 4px solid var(--ink); padding: .1rem 0 .1rem 1rem; margin: 1.2rem 0; max-width: 44rem; }
.note p { margin: .35rem 0; }
.key { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; list-style: none; padding: 0; margin: .7rem 0; font-size: .9rem; }
.key svg { width: 1.9rem; height: .85rem; vertical-align: -.08rem; margin-right: .4rem; }
.own { fill: var(--own); } .own-ink { color: var(--own); font-weight: 650; } .pass-ink { color: var(--pass); font-weight: 650; }
.other-ink { color: var(--other); font-weight: 650; } .other { fill: none; stroke: var(--other); stroke-width: 2.4; stroke-dasharray: 6 2; vector-effect: non-scaling-stroke; }
.pass { fill: none; stroke: var(--pass); stroke-width: 2.4; vector-effect: non-scaling-stroke; }
.hatch-line { stroke: var(--hatch); stroke-width: 2.5; } .hatch-ground { fill: var(--faint); }
.grid { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; } .base { stroke: var(--ink); stroke-width: 1; vector-effect: non-scaling-stroke; }
.today { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 3 3; vector-effect: non-scaling-stroke; }

/* The charts: words are HTML, so that they keep their size however wide the drawing is. */
.place { margin: 2rem 0 0; } .place > summary { border-bottom: 2px solid var(--ink); padding-bottom: .2rem; font-weight: 400; } .place > summary h3 { display: inline; margin-right: .5rem; } .doubt { color: var(--soft); }
.row { display: grid; grid-template-columns: 8rem minmax(0, 1fr) 9.2rem; gap: 0 .9rem; align-items: end; padding: .55rem 0 .35rem; border-bottom: 1px solid var(--line); }
.name { font-weight: 650; line-height: 1.2; align-self: center; } .ends { font-size: .84rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.ends strong { font-size: 1.02rem; } .ends span { display: block; }
.plot { position: relative; padding-top: 1.15rem; } .plot svg { display: block; width: 100%; height: 4.6rem; overflow: visible; }
.mark { position: absolute; top: 0; transform: translateX(-50%); background: var(--mark); color: var(--mark-ink); font-size: .66rem; font-weight: 700; line-height: 1.05rem; min-width: 1.05rem; padding: 0 .25rem; text-align: center; border-radius: 99px; }
.mark::after { content: ""; position: absolute; left: 50%; top: 1.05rem; height: 4.7rem; border-left: 1px solid var(--mark); opacity: .55; }
.facts { grid-column: 2 / -1; list-style: none; margin: .3rem 0 .1rem; padding: 0; font-size: .82rem; line-height: 1.35; color: var(--soft); display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: .15rem 1.2rem; }
.facts b { color: var(--ink); } .facts .n { display: inline-block; background: var(--mark); color: var(--mark-ink); font-size: .66rem; font-weight: 700; border-radius: 99px; min-width: 1.05rem; text-align: center; padding: 0 .25rem; margin-right: .3rem; }
.axis { display: grid; grid-template-columns: 8rem minmax(0, 1fr) 9.2rem; gap: 0 .9rem; font-size: .78rem; color: var(--soft); } .axis div { position: relative; grid-column: 2; height: 1.25rem; } .axis span { position: absolute; transform: translateX(.2rem); }
.quiet { font-size: .88rem; color: var(--soft); margin: .6rem 0; max-width: none; }
.turn { position: absolute; opacity: 0; pointer-events: none; } .turns { display: inline-flex; border: 1px solid var(--ink); border-radius: 4px; overflow: hidden; font-size: .88rem; margin: .4rem 0; } .turns label { padding: .25rem .8rem; cursor: pointer; }
#by-records:checked ~ .turns label[for=by-records], #by-members:checked ~ .turns label[for=by-members] { background: var(--ink); color: var(--paper); font-weight: 650; }
#by-records:focus-visible ~ .turns, #by-members:focus-visible ~ .turns { outline: 3px solid var(--own); outline-offset: 2px; }
#by-records:checked ~ .charts .of-members, #by-members:checked ~ .charts .of-records { display: none; }

.src { opacity: .85; } .facts .src { overflow-wrap: anywhere; }
/* The tables. */
.scroll { overflow-x: auto; margin: .8rem 0; } .scroll:focus-visible { outline: 3px solid var(--own); }
table { border-collapse: collapse; font-size: .88rem; } .cap { font-weight: 650; margin: 1.2rem 0 0; max-width: none; }
th, td { padding: .38rem .55rem; vertical-align: top; text-align: left; } thead th { vertical-align: bottom; font-weight: 600; line-height: 1.2; border-bottom: 1px solid var(--ink); } tbody th { font-weight: 650; position: sticky; left: 0; background: var(--paper); z-index: 1; white-space: nowrap; }
tbody tr { border-bottom: 1px solid var(--line); } thead th:first-child { position: sticky; left: 0; background: var(--paper); z-index: 2; }
.matrix td { min-width: 4.7rem; border-left: 2px solid var(--paper); line-height: 1.2; } .matrix strong { display: block; font-size: 1.05rem; font-variant-numeric: tabular-nums; }
.s0 { color: var(--soft); } .s1 { background: var(--own-1); } .s2 { background: var(--own-2); } .s3 { background: var(--own-3); color: var(--s3-ink, #06141c); } .s4 { background: var(--own-4); color: var(--on-dark); }
.unknown { background: repeating-linear-gradient(135deg, var(--faint) 0 5px, color-mix(in srgb, var(--hatch) 45%, var(--faint)) 5px 7px); } .unknown > * { background: var(--faint); box-decoration-break: clone; -webkit-box-decoration-break: clone; padding: 0 .15rem; }
.posts td { min-width: 8.2rem; line-height: 1.25; } .posts p { margin: 0 0 .2rem; } .dot { font-weight: 700; } .yes { color: var(--own); font-weight: 650; } .no { color: var(--soft); } .maybe { font-style: italic; text-decoration: underline dotted; text-underline-offset: .2em; } .passed .yes { color: var(--pass); } .other-ai .yes { color: var(--other); }
.ask { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin: .8rem 0; } .ask[hidden] { display: none; } .ask label { font-weight: 600; font-size: .88rem; } .ask label { max-width: 100%; min-width: 0; } .ask select, .ask input { display: block; font: inherit; padding: .35rem .5rem; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: 4px; max-width: 100%; }
.bars { display: grid; gap: .9rem; } .bar svg { display: block; width: 100%; height: 1.5rem; } .bar p { font-size: .86rem; margin: .15rem 0 0; max-width: none; color: var(--soft); } .bar h3 { font: 650 1rem/1.3 inherit; font-family: inherit; }
.rest-0 { fill: #c9c5bb; } .rest-1 { fill: #dedad0; } .gap { fill: var(--paper); } @media (prefers-color-scheme: dark) { .rest-0 { fill: #4b5359; } .rest-1 { fill: #384046; } .s3 { --s3-ink: #f3f8fb; } }
details { margin: .6rem 0; } summary { cursor: pointer; font-weight: 600; } .sources { font-size: .84rem; padding-left: 1.1rem; color: var(--soft); columns: 2 22rem; } .sources li { break-inside: avoid; margin-bottom: .2rem; }
footer { border-top: 6px solid var(--ink); margin-top: 1rem; padding-block: 1rem 3rem; } a { color: inherit; }
@media (max-width: 44rem) { .row, .axis { grid-template-columns: minmax(0, 1fr); gap: 0; } .name { grid-column: 1 / -1; } .axis div { grid-column: 1; } .facts { grid-column: 1 / -1; } .ends { display: flex; flex-wrap: wrap; gap: 0 .5rem; padding-top: .2rem; } .ends .doubt { margin-left: -.2rem; margin-right: .4rem; } .mark::after { height: 4.6rem; } }
@media print { .turns, .ask { display: none; } section { break-inside: auto; } .row { break-inside: avoid; } }
"""

SCRIPT = """
(() => {
  const data = JSON.parse(document.getElementById('posts-data').textContent), form = document.getElementById('ask');
  const at = (starts, day) => { let n = 0; while (n + 1 < starts.length && starts[n + 1] <= day) n++; return n; };
  const cell = (platform, family, kind, who, place, day) => {
    const shape = data.shape[platform], phase = at(data.starts[platform], day);
    const index = (((family * data.kinds + kind) * data.authors + who) * data.places + place) * shape + phase;
    return data.codes[platform][index];
  };
  const draw = () => {
    const who = +form.who.value, place = +form.place.value, day = form.day.value;
    document.querySelectorAll('#posts-table td').forEach((td) => {
      td.querySelectorAll('p').forEach((p) => {
        const code = cell(+td.dataset.platform, +p.dataset.family, +td.dataset.kind, who, place, day), words = data.words[code] || ['', ''];
        const again = code === data.none && [...td.querySelectorAll('p')].slice(0, [...td.querySelectorAll('p')].indexOf(p)).some((q) => !q.hidden);
        p.hidden = code === -1 || again;
        p.querySelector('.lead').textContent = code === data.none ? '' : data.leads[p.dataset.family];
        p.querySelector('.said').className = 'said ' + words[0];
        p.querySelector('.said').textContent = words[1];
      });
      td.classList.toggle('unknown', [...td.querySelectorAll('.said')].every((s) => s.classList.contains('maybe') || s.parentNode.hidden));
    });
    document.getElementById('posts-table-cap').textContent = 'By ' + form.who.selectedOptions[0].textContent + ' in ' + form.place.selectedOptions[0].dataset.inside + ', on ' + new Date(day + 'T00:00:00Z').toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  };
  form.hidden = false;
  form.addEventListener('input', draw);
  form.addEventListener('submit', (event) => event.preventDefault());
})();
"""
