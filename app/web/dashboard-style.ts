/** The dashboard's only style; its digest is what the page's policy allows. */
export const dashboardStyle = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 16%, transparent); --soft: color-mix(in srgb, currentColor 62%, transparent);
  --card: color-mix(in srgb, currentColor 5%, transparent); --good: light-dark(#1a7f37, #3fb950); --warn: light-dark(#9a6700, #d29922);
  --bad: light-dark(#cf222e, #ff7b72); --link: light-dark(#0969da, #58a6ff); font: 15px/1.5 system-ui, sans-serif }
* { box-sizing: border-box }
body { max-width: 76rem; margin: 0 auto; padding: 1.2rem 1rem 3rem; background: light-dark(#fff, #0d1117); color: light-dark(#1f2328, #e6edf3) }
a { color: var(--link); text-decoration: none } a:hover { text-decoration: underline }
header { display: flex; flex-wrap: wrap; gap: .2rem .8rem; align-items: baseline }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem }
small, .soft { color: var(--soft) } small { font-size: .86em }
code { font: .88em ui-monospace, monospace; overflow-wrap: anywhere }
.state { border: 1px solid currentColor; border-radius: 1rem; padding: 0 .65rem; font-size: .86rem; font-weight: 600 }
.good { color: var(--good) } .warn { color: var(--warn) } .bad { color: var(--bad) }
.attention { border: 1px solid var(--line); border-left: .3rem solid var(--warn); border-radius: .4rem; margin: 1rem 0; padding: .5rem 1rem }
.attention.bad-edge { border-left-color: var(--bad) } .attention.good-edge { border-left-color: var(--good) }
.attention ul { margin: 0; padding-left: 1.1rem } .attention p { margin: 0 }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .6rem; margin: 1rem 0; padding: 0; list-style: none }
.cards li { background: var(--card); border-radius: .5rem; padding: .6rem .8rem } .cards b { display: block; font-size: 1.35rem; line-height: 1.3 }
table { border-collapse: collapse; width: 100% }
th { color: var(--soft); font-size: .86rem; font-weight: 600; text-align: left; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line) }
td { padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word }
td:last-child { overflow-wrap: anywhere }
.wide { overflow-x: auto } time { white-space: nowrap }
pre { background: var(--card); border-radius: .4rem; margin: .4rem 0; padding: .5rem .8rem; overflow-x: auto }
@media (max-width: 44rem) {
  thead { display: none } tr { display: block; padding: .4rem 0; border-bottom: 1px solid var(--line) }
  td { display: grid; grid-template-columns: 7.5rem 1fr; padding: .1rem 0; border: 0 }
  td, td:last-child { overflow-wrap: anywhere } td:has(> div:empty) { display: none }
  td::before { content: attr(data-of); color: var(--soft); font-size: .86rem }
}
`;
