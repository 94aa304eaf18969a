/**
 * Styles of what stands on the host's page. Nothing inherits, nothing takes part in its layout. In xyz, y is the
 * luminance that contrast is measured by: text is white on whatever is dark enough, else black, and the rim of a
 * button is dark enough to stand out 3:1 against a white page.
 */
export const css = `
:host{all:initial!important;--c:#3a50d6}
[hidden]{display:none!important}
.b,iframe{color-scheme:var(--s,light dark);position:fixed;z-index:2147483647;inset-inline-end:20px;bottom:88px;margin-bottom:env(safe-area-inset-bottom);box-shadow:0 8px 32px #0003;border:1px solid #0000;border-radius:16px;box-sizing:border-box;background:Canvas}
:host(.start) :is(.b,iframe){inset-inline:20px auto}
button{all:unset;cursor:pointer}
button:focus-visible{outline:2px solid #3a50d6;outline-offset:2px;box-shadow:0 0 0 4px #fff}
.b{bottom:20px;width:56px;height:56px;border-radius:50%;background:var(--c);color:color(from var(--c) xyz-d65 calc((.179 - y)*999) calc((.179 - y)*999) calc((.179 - y)*999));border-color:oklch(from var(--c) min(l,.65) c h);display:grid;place-items:center}
.b:before{content:"";width:24px;height:24px;background:currentColor;clip-path:path("M3 11a9 8 0 1 1 6 7.4L4 21l1-5z")}
.b[aria-expanded=true]:before{clip-path:path("M4 8l1-1 7 7 7-7 1 1-8 9z")}
.n{position:absolute;top:-4px;right:-4px;padding:0 6px;border-radius:16px;background:#b4232f;color:#fff;font:12px/18px system-ui;border:1px solid #0000}
iframe{width:400px;height:min(680px,100dvh - 108px)}
iframe:not(.open){visibility:hidden;opacity:0}
@media (prefers-reduced-motion:no-preference){iframe{transition:.12s ease-out}}
@media (width<480px){.open{inset:0!important;margin:0;padding-block:env(safe-area-inset-top) env(safe-area-inset-bottom);width:100%;height:100%;border:0;border-radius:0}:host(.up) [aria-expanded=true]{display:none}}
@media (forced-colors:active){.b:before{background:ButtonText}}
@media print{:host{display:none!important}}`;
