/**
 * Styles of what stands on the host's page. Nothing inherits, nothing takes part in its layout. In xyz, y is the
 * luminance that contrast is measured by: text is white on whatever is dark enough, else black, and the rim of a
 * button is dark enough to stand out 3:1 against a white page.
 */
export const css = `
:host{all:initial;color-scheme:light dark;--c:#3a50d6;font:15px/22px system-ui}
[hidden]{display:none!important}
.b,.t,iframe{position:fixed;z-index:2147483000;inset-inline-end:20px;bottom:88px;margin-bottom:env(safe-area-inset-bottom);box-shadow:0 8px 32px #0003;border:1px solid #0000;border-radius:16px;box-sizing:border-box;background:Canvas;color:CanvasText}
:host(.s) :is(.b,.t,iframe){inset-inline:20px auto}
button{all:unset;cursor:pointer;border-radius:16px}
button:focus-visible{outline:2px solid #3a50d6;outline-offset:2px;box-shadow:0 0 0 6px #fff}
.b{bottom:20px;width:56px;height:56px;border-radius:50%;background:var(--c);color:color(from var(--c) xyz-d65 calc((.179 - y)*999) calc((.179 - y)*999) calc((.179 - y)*999));border-color:color(from var(--c) xyz-d65 min(x,.3) min(y,.3) min(z,.3));display:grid;place-items:center}
.b:before{content:"";width:24px;height:24px;background:currentColor;forced-color-adjust:none;scale:1.15;clip-path:path("M12 3c5 0 9 3 9 8s-4 8-9 8q-2 0-3-.4L4 21l1-4Q3 14 3 11c0-5 4-8 9-8z")}
.b[aria-expanded=true]:before{clip-path:path("M5 4l7 7 7-7 1 1-7 7 7 7-1 1-7-7-7 7-1-1 7-7-7-7z")}
.n{position:absolute;top:-4px;right:-4px;min-width:10px;padding:0 6px;border-radius:11px;background:#b4232f;color:#fff;border:2px solid #fff;font:12px/18px system-ui;text-align:center}
.t{display:flex;max-width:280px}
.t button{padding:12px 16px;overflow-wrap:anywhere}
.t b{display:block}
iframe{width:400px;height:min(680px,100dvh - 108px)}
iframe:not(.o){visibility:hidden;opacity:0;translate:0 8px}
@media (prefers-reduced-motion:no-preference){iframe{transition:.12s ease-out}}
@media (max-width:479px){.o{inset:0!important;margin:0;width:100%;height:100%;border:0;border-radius:0}[aria-expanded=true]{display:none}}
@media (forced-colors:active){.b:before{background:ButtonText}}
@media print{:host{display:none!important}}`;
