#include "html_style.hpp"

namespace layercert {

std::string html_style() {
  return R"(:root{color-scheme:light dark;--good:#0a6b3d;--bad:#b3261e;--open:#7a5200;--good-back:#e3f4ea;--bad-back:#fbe6e4;
--open-back:#fbf0d9;--soft:#f4f6f8}
@media screen and (prefers-color-scheme:dark){:root{--good:#6fd6a0;--bad:#ff9a92;--open:#f0c460;--good-back:#12301f;
--bad-back:#3b1715;--open-back:#35290d;--soft:#1d232a}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--plot-paper);color:var(--plot-ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:70rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:clamp(1.25rem,4vw,1.9rem);line-height:1.25;margin:.1rem 0 1rem;overflow-wrap:anywhere}
h1 code{font-weight:600}
h2{font-size:1.3rem;margin:2.75rem 0 .75rem;padding-top:.75rem;border-top:1px solid var(--plot-grid)}
h3{font-size:1rem;margin:0 0 .5rem}
h3 small{font-weight:400;color:var(--plot-faint);margin-left:.5em}
p{margin:.6rem 0}
sup,sub{line-height:0}
code,pre{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.9em}
pre{background:var(--soft);border-radius:.4rem;padding:.7rem .9rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}
.kind{margin:0;color:var(--plot-faint);letter-spacing:.06em;text-transform:uppercase;font-size:.78rem}
.note,figcaption{color:var(--plot-faint);font-size:.9rem}
.facts{display:flex;flex-wrap:wrap;gap:.4rem 1.6rem;margin:.8rem 0}
.facts div{min-width:0}
.facts dt{color:var(--plot-faint);font-size:.8rem}
.facts dd{margin:0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.letter,math mi{font-family:"STIX Two Math","STIX Two Text","Cambria Math","Latin Modern Math","Times New Roman","DejaVu Serif",serif;font-style:italic;text-transform:none}
.letter{font-size:1.05em}
math mi.fn{font-style:normal}
.formula{font-size:clamp(1.05rem,3.6vw,1.35rem);line-height:1.9;margin:.6rem 0;overflow-x:auto;overflow-y:hidden}
.formula math{vertical-align:middle}
.case{text-align:left;padding-right:.8em}
details summary{cursor:pointer;color:var(--plot-faint)}
.source pre{margin:.4rem 0}
.download{font-size:.85em;color:inherit;white-space:nowrap}
.hint{display:none;color:var(--plot-faint);font-size:.85rem;margin:.2rem 0}
.verdict{font-weight:600;font-size:1.1rem;padding:.6rem .9rem;border-radius:.5rem;border-left:.35rem solid currentColor}
.verdict.certified,.badge.certified{color:var(--good);background:var(--good-back)}
.verdict.refuted,.badge.refuted{color:var(--bad);background:var(--bad-back)}
.verdict.undecided,.badge.undecided{color:var(--open);background:var(--open-back)}
.badge{display:inline-block;padding:.05rem .5rem;border-radius:1rem;font-size:.85em;font-weight:600;white-space:nowrap}
math{font-family:"STIX Two Math","Cambria Math","Latin Modern Math",math,"Times New Roman","DejaVu Serif",serif}
.claim{font-size:clamp(1.15rem,4.5vw,1.6rem);margin:1.2rem 0;overflow-x:auto;overflow-y:hidden}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums;margin:.5rem 0}
th,td{padding:.35rem .8rem .35rem 0;text-align:right;white-space:nowrap;border-bottom:1px solid var(--plot-grid)}
thead th{color:var(--plot-faint);font-weight:500;vertical-align:bottom;border-bottom-color:var(--plot-faint)}
tbody th{font-weight:600}
th:first-child,td:first-child,.left{text-align:left}
.frozen table{border-collapse:separate;border-spacing:0}
.frozen th:first-child{position:sticky;left:0;background:var(--plot-paper);z-index:1;padding-left:.2rem}
.frozen th:nth-child(2){text-align:left}
.power{display:inline-block;min-width:1.25em;text-align:left}
.reason td{white-space:normal;text-align:left;color:var(--open)}
.sum{font-size:.8em}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:1.5rem;margin:1.25rem 0;align-items:start}
figure{margin:0;min-width:0}
figure>.plot{max-width:32rem}
figure.wide{grid-column:span 2}
.network-figure{min-width:42rem;max-width:52rem}
.large{max-width:34rem;margin:0 0 1rem}
.large figure>.plot{max-width:none}
.level{min-width:0;break-inside:avoid;margin:0 0 1.5rem}
.level .row{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:1rem 1.5rem;align-items:start}
.level figcaption{line-height:1.3;margin-top:.25rem}
.scale{display:grid;grid-template-columns:auto 1fr auto;gap:.5rem;align-items:center;font-size:.85rem;max-width:32rem;margin:.4rem 0 1rem}
.scale .bar{height:.8rem;border:1px solid var(--plot-grid);-webkit-print-color-adjust:exact;print-color-adjust:exact}
.scales{display:flex;flex-wrap:wrap;gap:.25rem 2rem}
.scales>div{flex:1 1 16rem}
@media screen and (max-width:60rem){.hint{display:block}}
@media (max-width:44rem){figure.wide{grid-column:auto}}
@media print{main{max-width:none;padding:0}body{font-size:10.5pt}h2,h3{break-after:avoid}figure,tr,.scale,.facts div,.level,.plots,svg{break-inside:avoid}
.comment,.download,.hint,.source,details:not([open]){display:none}.frozen th:first-child{position:static}
.level .row{grid-template-columns:repeat(auto-fit,minmax(30%,1fr));gap:.6rem}.plots{display:block}.plots figure{margin-bottom:1rem}.large{max-width:9cm}
.scroll,.formula,.claim{overflow:visible}.network-figure{min-width:0}table{font-size:8pt}th,td{padding-right:.45rem}pre{white-space:pre-wrap}
.verdict,.badge{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
)";
}

} // namespace layercert
