"""The style sheet of a report's page: colours named by what they say, each pair with a contrast of at least 4.5 (WCAG 2.2)."""

SHEET = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2321; --soft: #55605c; --line: #d9ddd6; --brand: #0b5d57;
 --tint: #eef4f1; --warn: #7a4200; --warn-tint: #fdf1df; --bad: #a3211b; --bad-tint: #fdeceb; }
@media (prefers-color-scheme: dark) { :root { --paper: #141917; --ink: #eaeeeb; --soft: #a9b5b0; --line: #35403b;
 --brand: #6fd0c3; --tint: #1d2a26; --warn: #f1b765; --warn-tint: #38290f; --bad: #ff9d94; --bad-tint: #401c19; } }
*, *::before, *::after { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
 font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
a { color: var(--brand); overflow-wrap: anywhere; } a:focus-visible, .scroll:focus-visible { outline: 3px solid var(--brand);
 outline-offset: 2px; }
.skip { position: absolute; left: -999rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .3rem
 .6rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; letter-spacing: -.01em; }
h2 { font-size: 1.3rem; margin: 2.6rem 0 .6rem; padding-top: .6rem; border-top: 3px solid var(--ink); }
h3 { font-size: 1.08rem; margin: 1.8rem 0 .4rem; } h4, h5, h6 { font-size: 1rem; margin: 1.3rem 0 .3rem; }
p { margin: .25rem 0; overflow-wrap: anywhere; } .subject { font-weight: 600; } .made, .basis, .quiet, .note { color:
 var(--soft); }
.counts { list-style: none; display: flex; flex-wrap: wrap; gap: .4rem 1.6rem; padding: 0; margin: 1rem 0 0; color: var(--soft); }
.counts strong { color: var(--ink); font-size: 1.25rem; font-variant-numeric: tabular-nums; margin-right: .25rem; }
.counts .missing, .counts .missing strong { color: var(--bad); }
nav { background: var(--tint); border-radius: 8px; padding: .7rem 1.1rem 1rem; margin: 1.4rem 0; }
nav h2 { all: unset; display: block; font-weight: 700; margin-bottom: .3rem; }
nav ol { list-style: none; margin: 0; padding: 0; } nav ol ol { padding-left: 1.3rem; } nav > ol { columns: 20rem 2;
 column-gap: 2rem; }
nav a { text-decoration: none; } nav a:hover { text-decoration: underline; }
.caution { background: var(--warn-tint); border-left: 4px solid var(--warn); padding: .6rem .9rem; border-radius: 0 6px 6px
 0; margin: .7rem 0; }
.note { margin: .6rem 0; max-width: 50rem; }
dl { margin: .4rem 0; } .field { display: grid; grid-template-columns: minmax(11rem, 17rem) 1fr; gap: .2rem 1.4rem; padding:
 .7rem 0; border-top: 1px solid var(--line); }
dt { font-weight: 600; } dd { margin: 0; min-width: 0; } dd ul { margin: .25rem 0; padding-left: 1.2rem; } dd li {
 overflow-wrap: anywhere; }
.basis { font-size: .84em; } .finding { background: var(--tint); padding: .35rem .6rem; border-radius: 6px; margin-top:
 .4rem; font-size: .95em; }
.field.missing, .field.waiting { background: var(--bad-tint); padding-inline: .7rem; margin-inline: -.7rem; border-radius: 6px; }
.mark { color: var(--bad); text-transform: uppercase; letter-spacing: .04em; font-size: .84em; margin-right: .4rem; }
code { font: .9em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin: .9rem 0; } table { border-collapse: collapse; width: 100%; font-size: .93em; }
caption { text-align: left; font-weight: 600; padding-bottom: .35rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line);
 overflow-wrap: break-word; }
thead th { color: var(--soft); border-bottom: 2px solid var(--ink); } tbody th { font-weight: 500; }
.day { white-space: nowrap; } .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
@media (max-width: 40rem) { .wide table { min-width: 46rem; } .field { grid-template-columns: 1fr; } h1 { font-size: 1.4rem; } }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --brand: #000; --tint:
 #f2f2f2;
 --warn: #000; --warn-tint: #f2f2f2; --bad: #000; --bad-tint: #fff; }
 body { max-width: none; padding: 0; font-size: 10pt; } nav, .skip { display: none; } h2, h3, h4 { break-after: avoid; }
 .field, tr { break-inside: avoid; } .scroll { overflow: visible; } .field.missing, .field.waiting { border: 1pt solid #000; } @page {
 margin: 18mm 16mm; } }
""".strip()
