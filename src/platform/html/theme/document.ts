/** Plain elements: text, headings, links, code, and the focus that all of them share. */
export const documentCss = `*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-block: var(--lk-space-5); }
body {
  margin: 0;
  background: var(--lk-background);
  color: var(--lk-text);
  font-family: var(--lk-font);
  font-size: var(--lk-text-base);
  line-height: 1.55;
  overflow-wrap: break-word;
  -webkit-font-smoothing: antialiased;
}
h1, h2, h3 { margin: 0; line-height: 1.2; letter-spacing: -0.015em; font-weight: 650; text-wrap: balance; }
h1 { font-size: var(--lk-heading-large); }
h2 { font-size: var(--lk-heading-small); letter-spacing: -0.01em; }
h3 { font-size: var(--lk-text-base); letter-spacing: 0; }
p { margin: 0; text-wrap: pretty; }
ul, ol { margin: 0; padding-inline-start: 1.25em; }
a { color: var(--lk-link); text-decoration-thickness: 1px; text-underline-offset: 0.2em; }
a:hover { text-decoration-thickness: 2px; }
hr { border: 0; border-block-start: 1px solid var(--lk-border); margin-block: var(--lk-space-5); }
img, svg { max-width: 100%; vertical-align: middle; }
time, td { font-variant-numeric: tabular-nums; }

code, kbd, samp, pre { font-family: var(--lk-font-mono); font-size: 0.9em; }
code, kbd {
  padding: 0.1em 0.35em;
  border: 1px solid var(--lk-border);
  border-radius: var(--lk-radius-small);
  background: var(--lk-surface-sunken);
  overflow-wrap: anywhere;
}
pre {
  margin: 0;
  padding: var(--lk-space-4);
  border: 1px solid var(--lk-border);
  border-radius: var(--lk-radius);
  background: var(--lk-surface-sunken);
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
pre code { padding: 0; border: 0; background: none; }

:focus-visible { outline: 3px solid var(--lk-focus); outline-offset: 2px; border-radius: var(--lk-radius-small); }
main:focus { outline: none; }

.visually-hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  padding: 0;
  border: 0;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
[hidden] { display: none !important; }

@media (prefers-reduced-motion: no-preference) {
  a, button, input, select, textarea { transition: background-color 120ms, border-color 120ms, box-shadow 120ms, color 120ms; }
}
`;
